# Rounds, for the administrators who run them. $subject is the person a review is about, $title and $round the name of a
# round, $day a date, $time a moment: "Monday 1 February 2027 at 5pm".

rounds-title = Rounds
rounds-what = Every round of your trust, the newest first.
rounds-none = Your trust has no round yet. A round asks people about one leader or several, and ends with a report for each.
rounds-new = Set up a round
rounds-new-what = Three things to begin with. You can change all of them until the round starts.
rounds-make = Make the draft
rounds-closes = Last day: { $day }
rounds-deleted = The draft is gone.

round-title = Name of the round
round-title-hint = Everybody who is asked reads it, for example “Chief executive review 2027”.
round-framework = Questionnaire
round-framework-version = version { $version }
round-framework-missing = Choose a questionnaire.
round-closes = Last day to answer
round-closes-hint = People can answer until 5pm on that day. Three weeks are usual; avoid holidays.
round-save = Save
round-back = Back to the list of tasks

round-state-draft = draft
round-state-open = open
round-state-closed = being counted
round-state-counted = with the reader
round-state-released = released
round-state-archived = over
round-state-cancelled = cancelled

## A draft, as a list of tasks.

draft-what = Work through these in any order. Nobody gets an email before you start the round.
draft-mail-to-files = This service has no mail server yet, so emails reach nobody.
draft-mail-to-files-go = See what to do about it
task-questions = Questions
task-dates = Name, dates and thresholds
task-reviewed = Who is reviewed
task-reviewed-none = Nobody is reviewed yet.
task-raters = Who answers
task-raters-about = Who answers about { $subject }
task-raters-number = { $number ->
        [one] 1 person, the subject themselves
       *[other] { $number } people, the subject among them
    }
task-emails = Emails
task-shown = What can be shown
task-launch = Check and start
task-launch-people = { $number ->
        [0] Nobody is on the lists yet.
        [one] 1 name is on the lists.
       *[other] { $number } names are on the lists.
    }
task-launch-unagreed = The person who reads the report first has not agreed to the list yet.
task-done = done
task-to-do = to do
task-to-look-at = to look at
task-cannot-yet = cannot start yet
task-wrong = needs you

round-questions-what = Everybody is asked from one questionnaire. Read it as your colleagues will before you choose.
round-questions-read = Read { $title }, version { $version }

round-thresholds = How many answers it takes
round-thresholds-what = These numbers protect the people who answer. They are fixed when the round starts, and everybody
    reads them before they answer.
round-threshold = People in a column of the report
round-threshold-hint = A group of fewer people is shown together with others, or not at all. 4 is usual, and 3 the least.
round-comments = People before comments are shown
round-comments-hint = 5 is usual and the least.
round-distribution = People before it is shown how answers are spread
round-distribution-hint = 10 is usual and the least.

## Why something was refused.

round-refused-frozen = The round has started, so this cannot be changed any more.
round-refused-launch-set = The round starts by itself on { $time }, so it does not change until then. Take that back first.
round-refused-launch-time = Give a time from now to the last day of the round.
round-refused-not-ready = The round is not ready. The list below says what to put right.
round-refused-deadline = The last day has passed, or is more than a year away. Choose another day.
round-refused-not-later = A round can only be made longer. Choose a later day.
round-refused-title = Give the round a name of up to 200 characters.
round-refused-day = Choose a day, or type one such as 26/03/2027.
round-refused-number = Type a whole number.
round-refused-threshold = Give a number from 3 to 1,000.
round-refused-comments = Give a number from 5 to 1,000, and not less than the number of people in a column.
round-refused-distribution = Give a number from 10 to 1,000, and not less than the number of people in a column.
round-refused-reminded = A reminder has just gone out. The next one can go out from { $time }.
round-refused-state = The round has moved on meanwhile, so this cannot be done any more.
round-refused-stale = Somebody has changed this meanwhile, perhaps you in another tab. Look at it as it is now, and try
    again.

## Who is reviewed.

reviewed-add = Add a person who is reviewed
reviewed-do = Add this person
reviewed-added = They have been added. They answer about themselves as well.
reviewed-removed = They have been taken out.
reviewed-twice = This person is in the round already.
reviewed-role = Their role
reviewed-role-hint = For example “Chief executive”.
reviewed-email-hint = They answer about themselves through a link to this address, and sign in with it to read the report.
reviewed-reader-heading = Who reads the report first
reviewed-reader-what = Usually the chair of trustees. They read what people say, can take out a comment, and decide when the
    report is released. Everybody who answers is told their name and address. It cannot be changed once the round has
    started, and it cannot be you or anybody else who runs rounds.
reviewed-reader-hint = Their own address, which nobody else reads. It need not be one of the trust’s.
reviewed-reader = The report is read first by { $name }, { $email }.
reviewed-reader-change = Name another reader
reviewed-reader-changed = Somebody else reads the report first now.
reader-title = Who reads the report first
reader-advisers = The list of people who are asked stays as it is. Advisers that the reader before has named are none any
    more.
reviewed-remove = Take out
reviewed-remove-title = Take this person out of the round?
reviewed-remove-what = { $subject } is not reviewed in this round then. The list of people who answer about them goes as well.

## What could be shown.

shown-what = This is worked out from how many people are asked. A column of the report needs at least { $number } answers.
# Heard by people who listen to the page.
shown-table = What can be shown of { $subject }
shown-group = Group
shown-asked = Asked
shown-everyone = If everybody answers
shown-sixty = If 6 in 10 answer
shown-alone = a column of their own
shown-pooled = together with others
shown-not = nothing is shown
shown-named = shown by name
shown-nobody = Nobody is asked yet whose name is not shown. Add people.
shown-nothing = Too few people are asked: nothing could be shown even if everybody answers. Add people.
shown-self-missing = The person’s own answers are missing. Take the person out of the round and add them again.
shown-comments = Comments are shown, if at least { $number } people answer.
shown-no-comments = Comments are not shown: they need at least { $number } answers.
shown-remedies = What would show more

## Check and start.

launch-change = Change
launch-about = About
launch-reader = Reads the report first
launch-stops = What to put right first
launch-put-right = Put it right
launch-nobody = Nobody is asked about { $subject } whose name is not shown.
launch-nothing = Too few people are asked about { $subject }: nothing could be shown.
launch-self-missing = The own answers of { $subject } are missing.
launch-administrator-reads = The person who reads the report about { $subject } first also runs rounds. Name somebody else.
launch-administrator-advises = Somebody who advises on the review of { $subject } also runs rounds. Ask the person who reads
    the report first to take them away.
launch-under-way = The round “{ $title }” is about { $subject } too and is not over. Start this one when the report of that
    one has been released.
launch-agree-recent = The round “{ $title }” about { $subject } closed { $days ->
        [0] today
        [one] yesterday
       *[other] { $days } days ago
    }. The person who reads the report first has to agree to the list before this one can start. They find it on their
    home page.
launch-agree-same-name = The round “{ $title }” is about somebody of the same name as { $subject }. The person who reads the
    report first has to agree to the list before this one can start. They find it on their home page.
launch-then = When you start the round
launch-then-emails = { $number ->
        [one] 1 name is
       *[other] { $number } names are
    } on the lists. Everybody gets one email, with a link for each person they are asked about.
launch-then-frozen = Questions, thresholds and who reads the report first cannot be changed any more. You can still add
    people, take people off the list, and give more time.
launch-then-reads = You will see how many have answered, once a day, but not who. You read the report when it is released; only people
    who are named have their answers shown as theirs.
launch-do = Start the round now
launch-later = Or start it later by itself
launch-later-what = Until then you cannot change the round, unless you take the time back. The person who reads the
    report first can still agree to the list and name advisers. If the round cannot start at that time, nobody gets an
    email, and those who run rounds are told why.
launch-later-day = Day
launch-later-hour = Time
launch-later-do = Set this time
launch-later-change = Set this time instead
launch-set = The round starts by itself on { $time }.
launch-set-fixed = Until then you cannot change it.
launch-take-back = Take this time back
launch-take-back-title = Take back the time at which the round starts?
launch-take-back-draft = The round stays a draft that you can change, and start when you want.
launch-take-back-nobody = Nobody has had an email.

## A round that has started.

round-open-what = People can answer until { $time }.
round-closed-what = The round has closed. The answers are being counted, which takes a minute or two.
round-counted-what = The answers have been counted. The person who reads the report first has it, and decides when it is
    released.
round-released-what = Every report of this round has been released.
round-archived-what = The round is over. Names and answers have been destroyed as everybody was promised; the reports are
    kept.
round-cancelled-what = The round was ended without a report.
round-answers = Answers
round-answered = { $responded } of { $invited } people have answered
round-not-counted = { $invited } people are asked. Nobody has counted answers yet.
round-too-few-to-say = Too few people are asked for a number that gives nobody away.
round-counted-at = Counted on { $time }.
round-next-count = Counted next on { $time }.
round-one-number = It is one number over everybody and not a live one, so that it does not tell who has just answered.
round-read-first = { $name } reads the report first.
round-delivery = Who is asked, and whether emails arrive
round-report = Read the report
round-steps = What you can do
round-audit = See who did what in this round

round-done-changed = Saved.
round-done-launch-set = The time is set. The round starts by itself.
round-done-launch-unset = The time has been taken back. The round does not start by itself.
round-done-copied = The draft is made. Look through each task: dates and people may have changed since.
round-done-launched = The round has started. Emails are on their way.
round-done-extended = People have more time. They are being told by email.
round-done-reminded = Reminders are on their way.
round-done-closed = The round has closed. The answers are being counted.
round-done-cancelled = The round has ended without a report.

remind-title = Send a reminder
remind-who = Everybody who has not answered gets one email with their link.
remind-unknown = Nobody is told who they are or how many: that would tell who has answered.
remind-do = Send the reminder

extend-title = Give more time
extend-now = People can answer until { $time } as it is.
extend-told = Everybody who can still answer is told by email.
extend-only-later = The day can only be moved to a later one.
extend-do = Move the last day

close-title = Close the round now
close-links = Links stop working at once. An answer that somebody has begun and not sent is lost.
close-counted = The answers are counted, and the person who reads the report first is told.
close-no-way-back = A closed round is not opened again.
close-do = Close the round
close-do-all-the-same = Close it all the same
close-doubtful = It is not known that enough people have answered for a report. Give more time or send a reminder, or close
    the round all the same.

cancel-title = End the round without a report
cancel-links = Links stop working at once, and nobody is told by email.
cancel-destroyed = All answers are destroyed unread.
cancel-no-way-back = This cannot be undone.
cancel-do = End it and destroy the answers

round-delete = Delete this draft
delete-what = The draft goes with the lists of people. Nobody has had an email yet.
delete-do = Delete the draft
