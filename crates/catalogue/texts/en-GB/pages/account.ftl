# Somebody's own account.

account-title = Your account
account-name = Name
account-email = Email address
account-trust = Trust
account-roles = What you do
account-role-administrator = You run rounds.
account-role-facilitator = You read reports first and release them.
account-role-adviser = You read reports beside the person who releases them.
account-role-subject = A report is about you.
account-role-none = You have no part in a round at the moment.
account-needs-more = A code by email is not enough for what you do. Please add a stronger way to sign in.
account-sessions = Where you are signed in
account-other-trust = Go to another trust

sessions-what = These browsers are signed in to your account. If you do not know one of them, end it, and tell the person
    named below.
sessions-this = this one
sessions-some-browser = A browser
sessions-by-code = Signed in with a code by email.
sessions-by-passkey = Signed in with a passkey.
sessions-by-provider = Signed in at your trust’s own sign-in.
sessions-by-set-up = Signed in by setting up the service.
sessions-by-demo = Signed in for a demonstration.
# $begun and $seen are times: "Monday 1 February 2027 at 5pm".
sessions-times = Since { $begun }, last used { $seen }.
sessions-end = End it
sessions-end-others = End all others
sessions-ended = It has ended.

trusts-what = Your address is known to these trusts. Each has its own account, so you sign in again to go to another.
trusts-this = where you are now
trusts-change = Sign in to another trust
