# Passkeys, and the addresses at which a person is told of changes to how they sign in. "Reports that are not released"
# are those that the person reads first. $time is a moment: "Monday 1 February 2027 at 5pm"; $day the day alone; $name what
# the person calls a passkey; $address where this service is.

passkeys-title = Passkeys
passkeys-what = A passkey is how you unlock your phone or computer: a fingerprint, your face or a PIN. It lets you sign in
    here without a code, and nobody can use it who only reads your email.
passkeys-do-not-work = Passkeys do not work here: browsers have them only for a service that has a name and is reached over
    https. This one is at { $address }. The people who run it can change that.
passkeys-sign-in-with-it = You are signed in with less than a passkey of yours proves. To see or change more, use it now.
passkeys-none = You have no passkey yet.
passkeys-added-on = Added on { $day }.
passkeys-used-on = Last used on { $day }.
passkeys-never-used = Not used since.
passkeys-opens-from = Opens reports that are not released from { $time }. If you have not added it, stop it before then.
passkeys-not-me = This was not me
passkeys-rename = Rename
passkeys-remove = Remove
passkeys-add = Add a passkey
passkeys-full = You have ten passkeys. Remove one before you add another.
passkeys-added = The passkey has been added. You have been told of it by email.
passkeys-renamed = The passkey has another name.
passkeys-removed = The passkey has been removed, and all other sessions of your account have ended.
passkeys-stopped = The passkey has been stopped. It has opened no report that was not released, and everybody else has been
    signed out.

passkey-add-what = Choose a name by which you will know it again, then confirm with your fingerprint, face, PIN or security
    key.
passkey-add-waits = You have signed in with a code by email, and others may be able to read your email. So this passkey opens
    reports that are not released from { $time }, not earlier. Until then you can stop it if it was not you.
passkey-name = Name of the passkey
passkey-name-hint = Such as “My phone” or “Work laptop”.
passkey-add-go = Add the passkey
passkey-rename-title = Rename the passkey
passkey-rename-go = Save the name
passkey-remove-title = Remove this passkey?
passkey-remove-what = “{ $name }” will sign nobody in any more.
passkey-remove-signs-out = You are signed out everywhere but here.
passkey-remove-last = If it is your last one, the next that you add after a code by email has to wait again.
passkey-remove-device = Your device or password manager may go on offering it. Delete it there too.
passkey-remove-go = Remove it
passkey-stop-title = Was it not you?
passkey-stop-what = “{ $name }” was added on { $time }. If you did not add it, somebody else can read your email.
passkey-stop-gone = It is removed at once, and opens no report that is not released.
passkey-stop-signs-out = Everybody is signed out of your account but you, in this browser.
passkey-stop-tell = Then tell the person named below, and the people who look after your email account.
passkey-stop-go = This was not me: stop it
passkey-stop-was-me = It was me

## What goes wrong with a passkey.

passkey-no-script = Passkeys need JavaScript, and your browser does not run it on this page. Allow it, or use another browser.
passkey-browser = This browser has no passkeys. Use a newer one, or another device.
passkey-cancelled = Nothing was confirmed. You cancelled, it took too long, or this device has no passkey for this service. You
    can try again.
passkey-known = This device has a passkey for your account already.
passkey-elsewhere = Passkeys work here only at { $address }. Open the service there.
passkey-failed = Your device could not do it. Try again, or use another device.
passkey-waiting = Confirm it on your device.
passkey-over = It took too long, or the page was open in another tab. Please try again.
passkey-unverified = The passkey could not be added. Please try again.
passkey-unknown = This passkey does not sign anybody in here. It may have been removed. Choose another, or use a code by email.

## Signing in.

sign-in-use-passkey = Use a passkey
sign-in-passkey-title = Sign in with a passkey
sign-in-passkey-what = Press the button, choose your passkey and confirm with your fingerprint, face, PIN or security key.
sign-in-passkey-go = Use your passkey
sign-in-passkey-lost = If you have lost your passkey:
sign-in-passkey-code = sign in with a code by email

## Other addresses.

addresses-title = Addresses that are told
addresses-what = When something changes about how you sign in, we tell all of these addresses, so that you notice if somebody
    else did it.
addresses-private = Add one that the trust’s IT cannot read, such as a private one. Nobody else at the trust sees it. It is
    used for nothing else, and nobody signs in with it.
addresses-own = The address of your account.
addresses-waits = Waits for its code.
addresses-type-code = Type the code
addresses-new = Another address of yours
addresses-new-hint = A code goes there, so that we know it is yours.
addresses-code-sent = An email with a code of eight digits is on its way to { $email }. It is good for { $minutes } minutes.
addresses-confirm = Add the address
addresses-known = This is one of your addresses already.
addresses-too-many = You have five other addresses. Remove one before you add another.
addresses-added = The address has been added. All your addresses have been told.
addresses-removed = The address has been removed. All your addresses have been told, and so has the one that was removed.
addresses-over = This code cannot be used any more. Add the address again for another.
addresses-prove-more = To change these addresses, sign in with a passkey or at your trust’s own sign-in. A code by email is not
    enough, because others may be able to read your email.
address-remove-title = Remove this address?
address-remove-what = { $email } will not be told any more when something changes about how you sign in. It gets a last email
    that says so.
address-remove-go = Remove it

## Notices on the first page and the account.

passkeys-notice-heading = A passkey was added to your account
passkeys-notice = It opens reports that are not released from { $time }. If you did not add it, stop it before then.
passkeys-notice-go = Look at your passkeys
