# An email that somebody sends to themselves, to see whether the service can send any. $organisation is the trust.

test-email-subject = A test email from Candour for { $organisation }
test-email-arrived = If you can read this, Candour can send emails for { $organisation } to you.
# SPF, DKIM and DMARC are names, and so is "pass".
test-email-headers = Will it reach everybody else? Ask the people who look after your emails to look at the headers of
    this one: SPF, DKIM and DMARC should each say “pass”. If one does not, emails to other people may end up as junk.
