# Work of the service that has failed for good. $number is how often it was tried, $time when last.

work-title = Work that failed
work-what = The service has given these up after many attempts. Put right what stops them, and try again.
work-none = Nothing has failed. What the service does by itself, such as sending emails, is done or under way.
work-back = Back to the trust
work-since = { $number ->
        [one] Tried once
       *[other] Tried { $number } times
    }, until { $time }.
work-reason = What went wrong:
work-try = Try again
work-more = More
work-again = It is being tried again.
work-gone = That has been tried again already, or is no longer needed.

work-email = An email
work-invitation = The invitation to somebody who is asked
work-released = The email that a report has been released
work-counted = The email to the one who reads the report first that it is there
work-round-counted = The email to somebody who runs rounds that a round has been counted
work-adviser = The email to somebody who has been named as an adviser
work-unreleased = The email that a report waits for its release
work-not-counted = The email that a report could not be made
work-not-launched = The email that a round could not start at its time
work-sample = A test of the invitation
work-invited = The email to a colleague who has been invited to run rounds
work-sign-in-changed = The email to somebody that their sign-in has changed
work-address-code = The code with which somebody confirms an address
work-tell = Preparing the reminders of a round, or the news that people have more time
work-receipts = Preparing the confirmations that answers have arrived
work-count = Counting the answers of a round
work-quality = The quality report of a questionnaire
