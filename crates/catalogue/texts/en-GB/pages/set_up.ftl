# The first run: somebody opens the address that the service printed when it was started, and sets up their trust.

set-up-title = Set up your trust
set-up-lead = Nobody has used this service yet. Tell it who it is for. You will be the first administrator.
set-up-do = Set up

set-up-trust-heading = Your trust
set-up-trust = Name of the trust
set-up-trust-hint = As the people who work there know it

set-up-you-heading = You
set-up-name = Your name
set-up-email = Your email address
set-up-email-hint = You sign in with this address from now on.

set-up-contact-heading = Who people can ask
set-up-contact-what = Every email and every page of a questionnaire names somebody people can ask when something is
    unclear. Leave both boxes empty if that is you.
set-up-contact-name = Name
set-up-contact-email = Email address

set-up-concerns-heading = Where concerns go instead
set-up-concerns = Who to write to or ring
set-up-concerns-hint = A questionnaire is not the place to report a safeguarding concern or wrongdoing. Everybody who is
    asked reads where they can do that: “Write to Helen Okafor, our safeguarding lead, or ring 0300 123 4567.”

# Beside a box that was left empty.
set-up-trust-empty = Write the name of your trust
set-up-concerns-empty = Write where people can report a concern

## The address does not work (any more). Commands in “…” are the same in every language.

set-up-expired-title = This address has expired
set-up-expired-why = It could be used for an hour after it was printed.
set-up-spent-title = This address has been used
set-up-spent-why = It works once.
set-up-unknown-title = We do not know this address
set-up-unknown-why = Check that it is whole: it ends in 32 letters and digits. Or it is an old one, and has been forgotten.
set-up-fresh = To get a fresh one, run “candour set-up” on the machine of the service, in the folder where it was
    started. Restarting the service prints one too.
set-up-typed = What you typed

set-up-done-title = This service has been set up
set-up-done-why = Addresses to set it up do not work any more.
set-up-done-sign-in = If you have an account, sign in.
set-up-done-not-you = If nobody you know has set it up, tell the people who run the service at once. “candour
    administrator list” tells them who did.

# On the page at the address of the service itself, while nobody has set it up. It is for the people who run it.
set-up-needed-heading = If you run this service
set-up-needed = Nobody has set it up yet. Open the address that it printed when it was started, in the terminal or in
    its log. To get a fresh one, run “candour set-up” on the machine of the service.
