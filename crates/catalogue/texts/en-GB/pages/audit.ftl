# The log of who did what, for administrators. Nothing in it is about what people did who are asked.

audit-title = Who did what
audit-what = What those who run rounds, those who read reports first, integrations and the service itself have done, newest
    first. What people do who are asked is not in it.
audit-about = About
audit-about-all = Everything
# $title is the name of a round, $subject the person a review is about.
audit-about-round = { $title }: everything
audit-about-review = { $title }: { $subject }
audit-kind = Kind
audit-kind-all = Every kind
audit-kind-rounds = Rounds and who is asked
audit-kind-reports = Reports
audit-kind-people = People and how they sign in
audit-kind-systems = Integrations and tokens
audit-kind-service = The trust and the service
audit-filter = Show these
audit-none = There is nothing of this kind. Choose something else above, or everything.
audit-csv = Download these as a table (CSV)
audit-older = Older
audit-newest = Newest
# The same within an hour is one line.
audit-times = { $number } times within an hour
audit-lines = Lines
# Who did it, where that is no person who is known.
audit-by-service = The service
audit-by-operator = Somebody at the command line of the server
audit-by-unknown = Somebody who could not show who they are
audit-by-gone = Somebody whose account has been removed
audit-by-client = The integration { $name }
audit-by-client-gone = An integration that has been removed
# What it is about, where that is no more.
audit-round-gone = a round that has been deleted
audit-review-gone = a review that has been deleted

## What was done.

audit-did-organisation-created = Set up the trust
audit-did-administrator-set-up = Set up the service
audit-did-passkey-added = Added a passkey
audit-did-passkey-removed = Removed a passkey
audit-did-passkey-disowned = Said that they had not added a passkey, and stopped it
audit-did-address-added = Added another email address
audit-did-address-removed = Removed an email address
audit-did-account-invited = Invited somebody to run rounds
audit-did-account-ended = Ended somebody’s access
audit-did-account-restored = Gave somebody access again
audit-did-account-signed-in = Signed in
audit-did-account-session-ended = Ended a session of theirs
audit-did-identity-provider-set = Set up the trust’s own sign-in
audit-did-identity-provider-removed = Removed the trust’s own sign-in
audit-did-identity-linked = Linked the trust’s own sign-in to their account
audit-did-identity-unlinked = Took the link to the trust’s own sign-in away
audit-did-account-passkey-only-changed = Changed whether their account relies on passkeys alone
audit-did-identity-refused = Came from the trust’s own sign-in and was not let in
audit-did-personal-token-made = Made a token for a program
audit-did-personal-token-revoked = Revoked a token for a program
audit-did-client-created = Added an integration
audit-did-client-scopes-changed = Changed what an integration may do
audit-did-client-removed = Revoked an integration
audit-did-token-issued = Made a token at the command line
audit-did-token-refused = Used a secret or a token that was refused
audit-did-framework-created = Added a questionnaire
audit-did-framework-quality-reported = Made a quality report of a questionnaire
audit-did-round-created = Set up a round
audit-did-round-copied = Set up a round as a copy of another
audit-did-round-changed = Changed the draft of a round
audit-did-round-deleted = Deleted the draft of a round
audit-did-round-launched = Started a round
audit-did-round-launch-set = Set the time at which a round starts
audit-did-round-launch-unset = Took back the time at which a round starts
audit-did-round-launch-missed = Could not start a round at its time, and took the time back
audit-did-round-test-email = Sent themselves a test of the invitation
audit-did-round-emails-worded = Changed how the emails of a round begin
audit-did-round-extended = Moved the last day of a round
audit-did-round-reminded = Sent a reminder
audit-did-round-closed = Closed a round
audit-did-round-counted = Counted a round
audit-did-round-cancelled = Ended a round without a report
audit-did-round-answers-destroyed = Destroyed the answers of a round
audit-did-round-people-erased = Erased the names and addresses of the people who were asked
audit-did-round-archived = Put a round away: nothing is left but the reports
audit-did-round-results-deleted = Deleted the reports of a round
audit-did-review-created = Added a person who is reviewed
audit-did-review-facilitator-changed = Named somebody else to read the report first
audit-did-review-adviser-named = Named an adviser
audit-did-review-adviser-removed = Took an adviser away
audit-did-review-deleted = Took a person out who was to be reviewed
audit-did-review-list-agreed = Agreed to the list of people who are asked
audit-did-review-ballots-left-out = Left answers out of a report that could not be read
audit-did-review-unreleased-warned = Sent a warning that a report waits for its release
audit-did-review-release-scheduled = Set the time at which a report is released
audit-did-review-release-taken-back = Took back the time at which a report is released
audit-did-review-released = Released a report
audit-did-result-read = Read a report
audit-did-comment-redacted = Took out a comment
audit-did-comment-restored = Put a comment back
audit-did-raters-added = Added people who are asked
audit-did-rater-withdrawn = Took somebody off the list of people who are asked
audit-did-rater-asked-again = Asked somebody again whose address the mail server had refused
audit-did-job-retried = Tried work again that had failed
