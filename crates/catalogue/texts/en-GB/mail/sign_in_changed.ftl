# Something has changed about how a person signs in. The email goes to the address of their account and to their other
# addresses. $organisation is the trust, $account the address of the account, $time a moment: "Monday 1 February 2027 at
# 5pm".

sign-in-changed-subject-passkey-added = A passkey was added to your account at { $organisation }
sign-in-changed-subject-passkey-removed = A passkey was removed from your account at { $organisation }
sign-in-changed-subject-passkey-disowned = A passkey was stopped on your account at { $organisation }
sign-in-changed-subject-provider = Another sign-in was linked to your account at { $organisation }
sign-in-changed-subject-provider-unlinked = A sign-in was removed from your account at { $organisation }
sign-in-changed-subject-passkey-only = Only a passkey opens your reports at { $organisation } now
sign-in-changed-subject-passkey-not-only = More than a passkey opens your reports at { $organisation } now
sign-in-changed-subject-access-ended = Your access at { $organisation } has ended
sign-in-changed-subject-access-restored = You have access again at { $organisation }
sign-in-changed-subject-address-added = An email address was added to your account at { $organisation }
sign-in-changed-subject-address-removed = An email address was removed from your account at { $organisation }

sign-in-changed-passkey-added = On { $time } a passkey was added to the account of { $account }, with which you sign in to
    the feedback rounds of { $organisation }.
sign-in-changed-passkey-removed = On { $time } a passkey was removed from the account of { $account }, with which you
    sign in to the feedback rounds of { $organisation }. Everybody else who was signed in to the account has been signed
    out.
sign-in-changed-passkey-disowned = On { $time } somebody signed in to the account of { $account } at { $organisation },
    said that they had not added a passkey there, and removed it. It has opened no report that was not released. Everybody
    else who was signed in to the account has been signed out.
sign-in-changed-provider = On { $time } a sign-in of your trust was linked to the account of { $account }, with which you
    sign in to the feedback rounds of { $organisation }.
sign-in-changed-provider-unlinked = On { $time } the sign-in of your trust was removed from the account of { $account },
    with which you sign in to the feedback rounds of { $organisation }. Sessions that were begun there have ended.
sign-in-changed-passkey-only = On { $time } the account of { $account } at { $organisation } was set to rely on passkeys
    alone. The sign-in of your trust opens no report any more that has not been released.
sign-in-changed-passkey-not-only = On { $time } the account of { $account } at { $organisation } was set to rely on the
    sign-in of your trust as well as on passkeys. The people who run that sign-in could open what
    you may open.
sign-in-changed-access-ended = On { $time } the access of { $account } to the feedback rounds of { $organisation } was
    ended. Nobody is signed in to that account any more, and its passkeys are gone.
sign-in-changed-access-restored = On { $time } the account of { $account } was given access again to the feedback rounds of
    { $organisation }. It is a new account, without the passkeys from before.
sign-in-changed-address-added = On { $time } an email address was added to the account of { $account } at
    { $organisation }. Like this one, it will be told when something changes about how you sign in.
sign-in-changed-address-removed = On { $time } an email address was removed from the account of { $account } at
    { $organisation }. It will not be told any more when something changes about how you sign in.

# $until is a moment, such as "Tuesday 2 February 2027 at 5pm".
sign-in-changed-waits = The person who added it had only read an email to that address. So it does not open any report
    that has not been released before { $until }.
sign-in-changed-you = If this was you, there is nothing that you need to do.
# $contact is who to turn to at the trust.
sign-in-changed-not-you-waits = If this was not you, stop it before { $until }. Go to the page where you sign in, sign in
    with your own passkey or with a code, open “Your account” and then “Passkeys”, and press “This was not me”. Then tell
    { $contact }: somebody else can read your email.
# For a sign-in of the trust. The words in quotes are those of the pages.
sign-in-changed-not-you-waits-provider = If this was not you, stop it before { $until }. Go to the page where you sign in,
    sign in with your own passkey or with a code, open “Your account” and then “Your trust’s own sign-in”, and press “Take
    the link away”. Then tell { $contact }: somebody else can read your email.
sign-in-changed-not-you = If this was not you, sign in now, look at your passkeys, addresses and sign-ins under “Your
    account”, remove what you do not know, and tell { $contact }.
# $contact is the person to turn to, who may be the one that ended the access.
sign-in-changed-not-wanted = If you did not expect this, ask { $contact } why, and tell somebody you trust on the board as well.
sign-in-changed-not-expected = If you did not expect this, sign in now, look at your passkeys, addresses and sign-ins under
    “Your account”, remove what you do not know, and tell { $contact }.
sign-in-changed-no-link = There is no link in this email on purpose. We will never ask you for a code or a passkey by
    email.

## The code for another address.

address-code-subject = Your code to confirm this address for { $organisation }
# $minutes is a number.
address-code-is = Here is the code to add this address to your account for the feedback rounds of { $organisation }. It is
    good for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }.
address-code-for = Type it into the page where you added the address. This address will then be told when something
    changes about how you sign in. It is used for nothing else.
address-code-not-you = If you did not ask for it, somebody has typed your address, perhaps by mistake. There is nothing
    that you need to do.
