# The page that leads to everything about the trust but its rounds.

trust-what = People, settings and records of your trust.
trust-people = Who can sign in, and who runs rounds.
trust-sign-in = Let people sign in with the account that they have at your trust.
trust-test-email = See whether emails leave the service and arrive.
trust-clients = Other systems that use the service.
trust-audit = Every step of a round, of people and of the service, with its time.
trust-work = Emails and other jobs that the service has given up.
