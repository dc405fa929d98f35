# One review, for those who have to do with it. $subject is the person it is about, $reader the person who reads the
# report first, $day a date, $time a moment: "Monday 1 February 2027 at 5pm", $round the name of a round.

review-title = The review of { $subject }
review-own-title = Your feedback
review-back = Back to the review
review-to-round = To the round

## How far it is.

review-draft = The round is being set up. Nobody has been asked yet.
review-draft-subject = The round is being set up. You will be asked as well, by email.
review-open = People are being asked. Nothing can be read before the last day, and nobody sees who has answered.
review-open-subject = People are being asked. You answer about yourself through the link in your own email.
review-closed = The round has closed, and the answers are being counted.
review-counted = The answers have been counted. You read the report first. Read the comments, take out what must not be
    shown, and release the report when you are ready.
review-counted-shut = The answers have been counted. You read the report first.
review-counted-adviser = The answers have been counted. You read the report with { $reader }, who decides when it is
    released.
review-with-reader = The answers have been counted. The report is with { $reader }, who decides when it is released.
review-with-reader-subject = The round has closed. { $reader } reads the report first and decides when you get it.
review-scheduled = The report will be released on { $time }.
review-released = The report was released on { $day }.
review-cancelled = The round was ended without a report.
review-opens = You have added a way to sign in after a code by email alone. What has not been released opens to you from
    { $time }.

review-closed-at = Closed
review-next = What happens next
review-next-self = You answer about yourself. The link is in the email that you get when the round starts; this page does
    not have it.
review-next-reader = After the last day the answers are counted, and { $reader } reads the report. That may take some
    days, or a few weeks.
review-next-email = When the report is released to you, you get an email, and you read it on this page.
review-administrator-then = You can read the report on this page when it has been released. You get an email then.

review-tool-comments = One after the other, with a way to take one out.
review-tool-preview = The same page, without your tools.
review-tool-release = Now, or at a day and hour that you choose.
review-tool-sheet = To print and to have beside you when you talk about the report.
review-tool-list = Read the list, and agree to it.

review-done-released = The report has been released. Everybody who may read it is being told by email.
review-done-scheduled = The time is set.
review-done-taken-back = The time has been taken back. Nobody was told of it.

## Every comment.

comments-title = Read every comment
comments-none = There is no comment in this report.
comments-what = Read each as { $subject } will. Take out what would tell who wrote it, or what must not be passed on, and
    no more: what people say is theirs.
# "1 to 20 of 37".
comments-count = { $first } to { $last } of { $all }
comments-number = Comment { $number } of { $all }
comments-by = by name, from { $name }
comments-redact = Take it out
comments-restore = Show it again
# Heard by people who listen to the page.
comments-pages = More comments
comments-before = The comments before
comments-after = The next comments
comments-done-redacted = The comment has been taken out. You can show it again until the report is released.
comments-done-restored = The comment is shown again, word for word.

redact-title = Take out this comment
redact-marked = { $subject } will see that a comment was taken out here, and not what it says.
redact-logged = The audit trail keeps that you took it out, and your reason. Those who run rounds can read both.
redact-undo = Until the report is released you can show it again. After that it stays as it is.
redact-reason = Why do you take it out?
redact-reason-hint = Do not repeat the comment. For example “names a member of staff”.
redact-reason-missing = Say in a few words why you take it out.
redact-reason-too-long = Say it in up to 500 characters on one line.
redact-do = Take it out
redact-is-out = This comment has been taken out. Shown again, it reads word for word as it was written.

## As the person it is about will see it.

preview-title = As { $subject } will see it
preview-what = Nobody but you and your advisers can open this now. { $subject } reads this page once you have released it.

## Release.

release-title = Release the report
release-change-title = Change when the report is released
release-read = From that moment the people below can read the report.
release-fixed = The report does not change any more: no comment can be taken out, and none shown again.
release-no-way-back = A report that has been released cannot be taken back. A time that is set can, until it comes.
release-told = Who will be told
release-told-what = Each of them gets an email that leads to the report. The email itself says nothing of what is in it.
release-told-subject = the report is about them
release-told-you = you read it first
release-told-adviser = adviser
release-told-administrator = runs rounds of the trust
release-when = When is it to be released?
release-now = Now
release-later = At the day and hour below
release-day = Day
release-day-hint = Only if it is not to be released now. Choose a day on which you can talk soon after.
release-hour = Hour, as clocks in the United Kingdom show it
release-empty = Nothing in this report was said by anybody but { $subject }: too few people answered, nothing that they
    answered can be shown, or everything was taken out. They are told that there is nothing to show.
release-sure = Release it all the same
release-do = Release it
release-no-choice = Choose whether it is released now or later.
release-no-day = Choose a day, or type one such as 26/03/2027, and an hour.
release-not-then = Choose a moment that is still to come, and not more than a year away.
release-not-sure = Say that you want to release a report in which there is nothing from others.

take-back-title = Take back the time of the release
take-back-then = The report stays with you until you release it or set another time.
take-back-nobody = Nobody is told. Nobody but you and your advisers knew that a time was set.
take-back-do = Take it back

## The list of who is asked. $email is another address.

asked-title = Who is asked
asked-what = These people are asked about { $subject }. The trust’s administrators made the list. You read it so that no
    single person can be put among addresses that somebody else controls.
asked-agreed = You have agreed to this list.
asked-not-agreed = You have not agreed to this list yet.
asked-waiting = { $number ->
        [one] 1 person waits for your agreement. Nobody has written to them yet.
       *[other] { $number } people wait for your agreement. Nobody has written to them yet.
    }
asked-over = The round has closed, so there is nothing to agree to any more.
asked-people = The people
asked-nobody = Nobody is on the list.
asked-withdrawn = taken off
asked-waits = waits for you
asked-mark-administrator = Runs rounds of the trust, and so made this list.
asked-mark-outside = Not at one of the trust’s own addresses.
asked-mark-looks-alike = Differs in one letter from { $email }.
asked-mark-asked-again = Is to be asked again, because the first address did not take the email.
asked-mark-same-name = The round “{ $round }” is about somebody of this name under another address. If they are one person,
    readers of both reports can take one from the other.
asked-since = What has changed since “{ $round }”
asked-since-days = Days since it closed: { $days }.
asked-since-needed = Because that is not long ago, the round starts only when you have agreed.
asked-since-erased = Nobody knows any more who was asked then: the names have been deleted.
asked-joined = New
asked-left = Gone
asked-stayed = Asked both times
asked-agree-title = Do you agree to this list?
asked-agree-invites = If the round is open, those who wait are asked at once. If it has not started, they are asked when it
    starts.
asked-agree-this-list = You agree to this list and to no other. If it changes, you are asked again.
asked-agree-else = If something is wrong, do not agree, and talk to the trust’s administrators.
asked-agree-do = I have read the list and agree
asked-done-agreed = You have agreed to the list.
asked-refused-changed = The list has changed since you read it. Here it is as it is now. Read it again before you agree.
asked-refused-over = The round has closed meanwhile, so there is nothing to agree to any more.

## The sheet for the conversation.

sheet-title = A sheet for the conversation
sheet-what = For the conversation about the report, to print and to have beside you. It has no figure on it, and nothing
    that anybody said.
sheet-before = Before you meet
sheet-before-time = Take 90 minutes, in a room where nobody comes in.
sheet-before-read = Read the whole report once more, the figures and the comments.
sheet-before-alone = Agree who is there: you two, and an adviser if both of you want one.
sheet-reading = Begin with silence
sheet-reading-what = Give { $subject } 15 to 20 minutes to read the report, even if they have read it before. Say nothing
    meanwhile.
sheet-questions = Three questions
sheet-question-impression = What is your first impression?
sheet-question-strengths = Which strengths do you see in it, and how do you keep them?
sheet-question-areas = Which areas would you like to work on?
sheet-say = How to talk about it
sheet-say-suggests = Say “the report suggests”, and not “you are” or “they think”.
sheet-say-nobody = Do not guess who said what, and stop anybody who does: people answered because nobody was to know.
sheet-say-one-comment = One sharp comment is one voice. Look at what several people say.
sheet-say-solutions = Do not hurry to solutions. Listen first, and ask for an example of their own.
sheet-end = At the end
sheet-end-what = { $subject } names up to three strengths to keep and up to three areas to work on. Agree when you will talk
    again.
