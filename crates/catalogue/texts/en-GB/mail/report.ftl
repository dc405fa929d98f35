# News of a report. The person it is about, who reads it first, and those who run the round get them.
# $subject is the person that the report is about, $role what they are, $facilitator who reads it first and releases it,
# $contact who to turn to, $organisation the trust, $day a date, $time a moment: "Monday 1 February 2027 at 5pm".

# A button, in several of these emails.
report-read = Read the report

## The answers have been counted. For the facilitator.

counted-subject = The report about { $subject } is ready for you
counted-ended = The round has ended, and the answers about { $subject }, { $role }, have been counted. You read the
    report first. Nobody else sees it until you release it, and { $subject } has not been told that it is there.
# Where the facilitator has named advisers, who read it too.
counted-ended-advised = The round has ended, and the answers about { $subject }, { $role }, have been counted. You read
    the report first, with the advisers you have named. Nobody else sees it until you release it, and { $subject }
    has not been told that it is there.
counted-read = Please read it, redact a comment if something in it should not be passed on, and then release it.
counted-read-by = Please read it, redact a comment if something in it should not be passed on, and then release it by
    { $time }. If you have not, you get a reminder then.
# Where the report shows nothing, instead of the two above: there is nothing to redact. The first is for an adviser too.
counted-nothing = The report shows nothing of what anybody but { $subject } answered: too few people did, or nothing that
    they answered can be shown.
counted-nothing-release = You can release it all the same. Then { $subject } is told that the round has ended, and that
    there is nothing to show.
counted-nothing-by = Please do so by { $time }. If you have not, you get a reminder then.
counted-goes = If it has not been released by { $time }, the answers behind it are destroyed then, as those who answered
    were promised.
counted-gone = The answers behind it have been destroyed, as those who answered were promised.

## The answers have been counted. For those who run the round. $round is the name of the round.

round-counted-subject = { $round }: the answers have been counted
round-counted-ended = The round “{ $round }” has ended, and the answers have been counted.
# One for each report of the round.
round-counted-with = The report about { $subject }, { $role }, is with { $facilitator } now, who reads it first and decides
    when it is released.
round-counted-then = You can read a report once it has been released, and no sooner. This email does not say what is in
    it, or how many people answered. There is nothing you need to do.

## The report could not be made. For the facilitator.

not-counted-subject = There is no report about { $subject } yet
not-counted-ended = The round has ended, and a report about { $subject }, { $role }, should now be ready for you. It is
    not. Before anybody reads a report, the service checks that it gives nobody away, and this one could not be finished
    and checked.
not-counted-fault = That is a fault in the service. It says nothing about what anybody answered, and nothing has been
    published. The answers are kept sealed, and nobody can read them.
not-counted-wait = There is nothing you need to do. The people who run the service have been told. Once they have
    corrected it, the report will be made from the same answers.

## The report has been released. For the person it is about, for the facilitator, for advisers and for those who run the
## round.

released-subject-ready = Your feedback report is ready
released-subject-ended = The round of feedback about your work has ended
released-subject = The report about { $subject } has been released
released-ready = Your feedback report is ready to read. As far as enough people answered, it shows how they see your
    work, in figures and in their own words.
released-ended = The round of feedback about your work has ended. The report shows nothing of what others answered: too few
    people did, or nothing that they answered can be shown. It holds nothing but what you answered about yourself, if you
    did.
released-about = The report about { $subject }, { $role }, has been released. { $subject } is told too and can read it
    now. So can those who run the round at { $organisation }, with the systems they use for it.
released-about-nothing = The report about { $subject }, { $role }, has been released, although it shows nothing of what
    anybody else answered. { $subject } is told too and can read it now. So can those who run the round at
    { $organisation }, with the systems they use for it.
# For those who run the round.
released-run = { $facilitator } has released the report about { $subject }, { $role }. You can read it from now on.
    { $subject } is told too and can read it now.
released-run-nothing = { $facilitator } has released the report about { $subject }, { $role }, although it shows nothing
    of what anybody else answered. You can read it from now on. { $subject } is told too and can read it now.
# Below the button. For the person it is about.
released-sign-in = You sign in with your email address and a code that comes to it by email; there is no password.
# For everybody else.
released-sign-in-sure = To read it, sign in with a passkey or with the account of your trust. A code by email is not
    enough. If you have neither yet, sign in with a code and add one of them; then you can read it at once.
released-promised = Those who answered without their names were promised that nobody can work out who said what. Please
    take what they say for what it says, and do not guess who said it.

## The report has not been released, and something will be destroyed. For the facilitator and for those who run the
## round.

unreleased-subject = The report about { $subject } has not been released
unreleased-subject-none = There is still no report about { $subject }
unreleased-counted = The round about { $subject }, { $role }, has ended and the answers have been counted, but the
    report has not been released.
unreleased-counted-you = Only you can release it, and nobody else can read it until you do.
# Where the facilitator has named advisers, who read it too.
unreleased-counted-you-advised = Only you can release it, and nobody but you and your advisers can read it until you do.
unreleased-counted-facilitator = Only { $facilitator } can release it. Please ask them to.
unreleased-not-counted = The round about { $subject }, { $role }, has ended, and the answers could not be counted.
unreleased-not-counted-you = Please ask { $contact } whether the people who run the service know of it.
# "candour doctor" is a command, and the same in every language.
unreleased-not-counted-run = Please ask the people who run the service; `candour doctor` tells them what is wrong.
unreleased-report-goes = On { $day } the report will be deleted, unread by the person it is about, with everything else
    that is left of the round. Nobody can bring it back.
unreleased-answers-go = On { $day } the answers behind it will be destroyed, as those who answered were promised. The
    report stays and can be released after that day too, but if anything in it turns out to be wrong, it cannot be made
    again.
unreleased-all-goes = On { $day } the answers will be destroyed, as those who gave them were promised. After that day
    there can be no report.
unreleased-others-told = Those who run the round at { $organisation } get this reminder too. It does not tell them what
    the report says.
# A button, for those who run the round: they cannot read the report yet.
unreleased-see = See how far it is
unreleased-facilitator-told = { $facilitator } gets this reminder too.
