# Tokens that somebody makes so that a program of theirs can use the service for them.

tokens-title = Tokens for programs
tokens-what = A token lets a program of yours do some of what you may do here, without signing in.
tokens-narrow = It never opens a report that has not been released, and never agrees, takes out a comment or releases.
tokens-ends = It ends on its day, when you revoke it, and with your role or your access.
tokens-secret = Anybody who has it can use it. Give it to nobody, and keep it where you keep passwords.

tokens-yours = Your tokens
tokens-none = You have made none.
tokens-expired = expired
# $until is a time: "Monday 1 February 2027 at 5pm".
tokens-until = Good until { $until }.
# $day is a day: "Monday 1 February 2027".
tokens-used = Last used on { $day }.
tokens-unused = Not used yet.
# Followed by the token's name, for people who listen to the page.
tokens-revoke = Revoke
tokens-revoked = The token has been revoked.

tokens-make-heading = Make a token
tokens-prove-more = A token lasts, so you can make one only when you have signed in with a passkey or with your trust’s own
    sign-in, once nobody can object to it any more.
tokens-name = What is it for?
tokens-name-hint = So that you know it again, such as “Payroll reminder”.
tokens-role = In which role does it act for you?
tokens-role-administrator = As somebody who runs rounds
tokens-role-facilitator = As somebody who reads reports first
tokens-role-adviser = As somebody who advises the one who reads reports first
tokens-role-subject = As the person a report is about
tokens-scopes = What may it do?
tokens-scope-rounds-read = Read rounds, reviews and how they are getting on
tokens-scope-rounds-write = Set up and run rounds
tokens-scope-results-read = Read released reports
tokens-scope-frameworks-write = Add questionnaires
tokens-scope-audit-read = Read the log of who did what
tokens-days = For how long?
tokens-days-each = { $days } days
tokens-make = Make the token

tokens-no-name = Say what the token is for
tokens-no-role = Choose the role in which the token acts
tokens-no-scope = Choose at least one thing that the token may do
tokens-wider = Choose only what the role may do
tokens-no-days = Choose for how long the token is good

## It has been made.

token-made-title = Copy your token now
token-made-copy = This is the only time that it is shown. If you lose it, revoke it and make another.
token-made-copy-button = Copy
token-made-copied = Copied
token-made-done = I have copied it
token-made-how = The program sends it with each request, in this header:

## Before it is revoked.

token-revoke-title = Revoke this token?
token-revoke-at-once = The program that uses it is refused from its next request on.
token-revoke-for-good = It cannot be brought back. You can make another.
token-revoke-do = Revoke it
