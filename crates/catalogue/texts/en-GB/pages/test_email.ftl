# An administrator tries whether the service can send emails. $email is their own address. Names in brackets, in small
# letters with lines between, are settings and the same in every language.

test-email-title = Test email
# After the service was set up. $organisation is the trust.
test-email-set-up = { $organisation } is set up, and you are signed in.
test-email-what = A round sends an email to everybody who is asked. See before that whether emails leave this service, and
    whether they arrive.

test-email-taken = The mail server has taken an email to { $email }.
test-email-taken-look = Look into that mailbox, and into its junk mail. If the email is there, everything works.
test-email-taken-none = If it has not arrived in a quarter of an hour, ask the people who look after your emails. They
    have to allow this service to send for your domain (SPF, DKIM, DMARC).

# $folder is a folder on the machine.
test-email-no-server = No mail server is set, so emails reach nobody.
test-email-folder = They become files in the folder { $folder } on the machine of the service. The codes with which people
    sign in are among them.
test-email-no-server-do = That is good enough to try things out. For real rounds, ask the people who run the service to
    set a mail server (smtp_url, mail_from), and come back to this page.

test-email-failed = The email to { $email } has not left.
# $reason is what the mail server said, in English and in figures.
test-email-reason = This is what came back: { $reason }.
# $code is a number.
test-email-address = The mail server is there and refuses this address ({ $code }). There is no such mailbox, or it does
    not take emails.
test-email-quota = The mail server says that this service has sent too much. Wait, or ask the people who run the mail
    server for a higher limit.
test-email-user = The mail server wants to know who sends. Ask the people who run the service to look at the user and the
    password (smtp_url).
test-email-sender = The mail server does not take emails from this sender. Ask the people who run the service to use an
    address that it may send from (mail_from).
test-email-encryption = The connection cannot be encrypted. Ask the people who run the service whether the mail server
    wants smtps:// or smtp:// with “?tls=required” (smtp_url).
test-email-connection = The mail server cannot be reached. Ask the people who run the service to look at its name and port
    (smtp_url), and whether a firewall is in the way.
test-email-passing = That may pass. Try again in a few minutes. If it stays like this, ask the people who run the mail
    server.

test-email-not-yet = No test email has been sent since you signed in.
test-email-send = Send a test email to { $email }
test-email-again = Send another one
