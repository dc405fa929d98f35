# The people of a trust, for its administrators. $name is a person, $email their address, $time a time.

people-what = Everybody who can sign in for your trust. People who read a report first, and people a report is about, can
    sign in without an invitation and are listed once they have. Nobody needs an account to give feedback.
people-administrator = runs rounds
people-you = you
people-signed-in = Last signed in { $time }.
people-waiting = Invited { $time }. Has not signed in yet.
people-never = Has not signed in yet.
people-invite-again = Send the invitation again
people-end = End access
people-ended-heading = Without access
people-restore = Give access again
people-invited = The invitation is on its way.
people-moved = Their access has changed since you opened this page. Read what it asks now.
people-restored = They have access again. An email tells them where to sign in.
people-access-ended = Access has ended. Nobody is signed in to that account any more.

invite-title = Invite a colleague
invite-what = They can then set up and run rounds, invite colleagues and end their access. They cannot read answers, nor a
    report before it is released.
invite-name = Name
invite-email = Email address
invite-email-hint = They sign in with it. Somebody who reads a report first cannot also run rounds.
invite-send = Send the invitation
invite-again-title = Send an invitation
invite-again-what = { $name } gets an email to { $email } that says where to sign in, and can then run rounds.

end-access-title = End this person’s access?
end-access-whom = { $name }, { $email }
end-access-at-once = Wherever they are signed in, that ends at once. So do the tokens they have made for other systems.
end-access-reviews = If they read a report first, or a report is about them, they cannot read it any more either.
end-access-again = What they have done stays in the audit trail. You can give them access again.
end-access-do = End access

restore-what = { $name } gets an email to { $email } that says where to sign in. They can then read again what a round
    gives them to read.
restore-new = They start with a new account: old passkeys and tokens do not work again. They do not run rounds; to ask them
    to, invite them once they have access.
