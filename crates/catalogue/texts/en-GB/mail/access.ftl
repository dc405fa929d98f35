# Signing in: a code, an invitation to run rounds, access given again.
# $organisation is the trust, $contact the person to turn to there.

## The code.

sign-in-code-subject = Your code to sign in at { $organisation }
# $minutes is a number.
sign-in-code-is = Here is the code you asked for. It is good for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    } and for one sign-in.
sign-in-code-type = Type it into the page where you asked for it.
sign-in-code-nobody = Please give it to nobody, not even to { $contact } or to IT. Nobody who works for the trust or for
    this service will ever ask you for it.
sign-in-code-not-you = If you did not ask for it, somebody has typed your address, perhaps by mistake. Without the code
    they cannot sign in, so there is nothing that you need to do.

## The invitation of a colleague.

invited-subject = You can now help to run feedback rounds at { $organisation }
# $by is the name of a colleague.
invited-by = { $by } has given you access to the feedback rounds of { $organisation }. You can set rounds up, ask people
    for their feedback and follow how a round is getting on.
# $email is an address.
invited-how = To sign in, open this page and type your address, { $email }. You then get a code by email.
invited-passkey = The first time, you will be asked to set up a passkey. That is the way you already unlock your phone or
    computer, and it takes about a minute.
invited-unexpected = If you did not expect this, ask your colleague before you sign in.

## Access given again.

restored-subject = You can sign in again at { $organisation }
restored-by = { $by } has given you access again to the feedback rounds of { $organisation }.
restored-new = It is a new account, so passkeys that you added before do not work. You can add one once you have signed in.
