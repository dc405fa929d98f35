# Why the first email to somebody did not arrive, and what to do next, for those who run the round. $sender is the email
# address that the service writes from.

reason-no-such-mailbox = The mail server says that there is no such mailbox. Correct the address.
reason-no-such-domain = Nobody takes mail for the part of the address after the @. Correct the address.
reason-not-an-address = The mail server says that this is no email address. Correct it.
reason-mailbox-disabled = The mailbox is switched off. Ask them for another address, and correct it here.
reason-mailbox-full = The mailbox was full for about a day. Tell them, and try again later.
reason-unwanted = Their mail system refused the email as unwanted. Ask your IT, or theirs, to let emails from { $sender }
    through. Then try again.
reason-sender-refused = The mail server takes no emails from { $sender }. Ask the people who look after this service to
    check its mail settings. Then try again.
reason-too-many-emails = The mail server took no more emails, since too many had gone out. Try again.
reason-unavailable = The mail server could not be reached for about a day. Try again, and if that fails too, ask the people
    who look after this service.
reason-other = The mail server did not take the email, and its answer says no more. Try again, and if that fails too, ask
    your IT what their mail system says.
# Where it is not known why.
reason-refused = The mail server refused the address. Correct it.
reason-failed = The email could not be delivered for about a day. Try again.
reason-try-again = Try emails again
# $number is a number of emails, $reason one of the sentences above.
reason-of-some = { $number ->
        [one] 1 email: { $reason }
       *[other] { $number } emails: { $reason }
    }
