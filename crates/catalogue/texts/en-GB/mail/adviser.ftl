# To somebody that the person who reads a report first has named as an adviser: they read it too and change nothing.
# $subject is the person that the report is about, $role what they are, $facilitator who reads it first and releases it,
# $organisation the trust.

advises-subject = You are asked to read the report about { $subject }
advises-asked = { $facilitator } has named you as an adviser on the feedback about { $subject }, { $role }, at
    { $organisation }.
advises-reads = An adviser reads the report beside { $facilitator }, also before it is released, and changes nothing.
    { $facilitator } decides whether a comment is taken out and when the report is released.
# One of the two.
advises-ready = The answers have been counted, so you can read the report now.
advises-later = The answers have not been counted yet. You will get another email when they have.
# A button.
advises-sign-in = Sign in
advises-sure = A code by email is not enough to read the report: sign in with a passkey, or with the account of your
    trust.
advises-promised = Until it is released, please tell nobody what it says, and { $subject } not even that it is there.
    Those who answered without their names were promised that nobody can work out who said what, so please do not guess
    who said it.

## The answers have been counted. For an adviser.

counted-subject-adviser = You can read the report about { $subject }
counted-adviser-ended = The round has ended, and the answers about { $subject }, { $role }, have been counted. You can
    read the report now. Until { $facilitator } releases it, only they and their advisers can read it, and { $subject }
    has not been told that it is there.
