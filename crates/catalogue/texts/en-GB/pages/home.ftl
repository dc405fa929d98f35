# The first page of the one who has signed in. $subject is the person a review is about, $role what they are, $round the
# name of a round.

home-title = Your home page
home-welcome = Welcome, { $name }
home-more-heading = One more step
home-more-why = You signed in with a code by email. To run rounds, or to read a report about somebody else, you also need a
    passkey or your trust’s own sign-in. It takes about a minute.

home-waits-heading = What waits for you
home-waits-nothing = Nothing waits for you at the moment.
home-waits-report = The report about { $subject } ({ $round }) is ready. You read it first and decide when it is released.
home-waits-report-go = Read the report
home-waits-list = The list of who is asked about { $subject } ({ $round }) waits for you. Read it, and agree or do not.
home-waits-list-go = Read the list

home-as-facilitator = Reports you read first
home-as-adviser = Reports you advise on
home-as-subject = Feedback about your own work
home-as-administrator = Rounds of your trust
home-review = { $subject }, { $role }

home-empty-heading = There is nothing here yet
home-empty-administrator = Your trust has no round yet.
home-empty = No round has to do with you at the moment. When one does, you find it here.

## How far a review is.

home-state-draft = The round is being set up.
home-state-open = People are being asked.
home-state-closed = The round has closed, and the answers are being counted.
home-state-counted = The report is ready for its first reader.
home-state-counted-subject = The round has closed. The report has not been released to you yet.
# $day is a date.
home-state-scheduled = The report will be released on { $day }.
home-state-released = The report was released on { $day }.
home-state-archived = The round is over, and its report is kept.
home-state-cancelled = The round was ended without a report.
