# What surrounds the pages of people who sign in: those who run rounds, who read a report first, who it is about.

# Heard by people who listen to the page: where one can go.
console-nav = Your pages
console-home = Home
# $number things wait for the person.
console-home-waiting = Home ({ $number ->
        [one] 1 thing waits
       *[other] { $number } things wait
    })
console-rounds = Rounds
console-people = People
# Leads to everything about the trust but its rounds.
console-trust = Trust
console-sign-out = Sign out
console-to-home = To your home page
# At the bottom.
console-cookie = A cookie keeps you signed in until you close your browser. There is no other, and nobody follows what
    you do.

## Forms.

form-errors = There is a problem
# Before the title of a page, and before a message that is heard.
form-error-title = Error:
form-cancel = Go back without it

## There is no such page.

not-found-title = There is no such page
not-found-why = Nothing is kept at this address, or it is not for you.
not-found-address = If you typed the address or copied it, check that it is whole.
not-found-not-yours = If a colleague sent it to you, they may see pages that you do not.
not-found-link = If you came here from an email that asks for your feedback, open the email again and press the link
    there.

## The service failed.

failed-title = This did not work
failed-passing = The service has too much to do at this moment. Please try again in half a minute.
failed-ours = The fault is ours and not yours. The people who look after the service can see that it happened.
failed-back = Nothing has been changed. Your browser’s back button brings back what you typed.

## What was sent has not been read.

not-taken-title = This did not reach us
not-taken-too-large = There is more in it than this page takes. Send less at a time.
not-taken-too-slow = It did not arrive in time. Send it again over a better connection.
not-taken-busy = Too much is being sent at this moment. Please try again in half a minute.
not-taken-broken = It broke off before all of it had arrived. Send it again.
not-taken-again = Start again

## The page is there, but the person has to prove more.

prove-more-title = This page needs a stronger sign-in
prove-more-why = You signed in with a code by email. Other people, such as an IT department, can often read a mailbox. So
    a code alone does not open this page.
prove-more-how = With a passkey, or with your trust’s own sign-in, you can open it.
prove-more-go = Set up a stronger sign-in
