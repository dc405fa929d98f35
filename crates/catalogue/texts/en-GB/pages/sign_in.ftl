# Signing in. $email is the address that was typed.

sign-in-title = Sign in
sign-in-email = Your email address
sign-in-email-hint = The address at which your trust reaches you.
sign-in-send-code = Send me a code
sign-in-go = Sign in
sign-in-raters-heading = If you were asked for your feedback
sign-in-raters = You need no account. Open the email and press the link there.
sign-in-paused = You were signed out because you were away for a while. What you typed has been kept: sign in again to go
    on with it.
# Both must be true of an address that nobody has.
sign-in-too-many-here = Many codes have been asked for from where you are. Please wait a minute, then ask again.
sign-in-begun-too-often = Many sign-ins have been begun from where you are. Please wait a minute, then try again.
sign-in-too-many-for-address = Several codes have been asked for this address. Use the newest one in the page that asked
    for it, or ask again in { $minutes } minutes.

sign-in-code-title = Type the code from the email
# It must be true of an address that nobody has.
sign-in-code-sent = If { $email } can sign in here, an email with a code of eight digits is on its way. It is good for
    { $minutes } minutes. Keep this page open.
sign-in-code-label = Code
sign-in-code-wrong = This is not the code from the newest email. Check the digits and type them again.
sign-in-code-none = No email has come
sign-in-code-none-wait = It can take a minute or two.
sign-in-code-none-spam = Look among the emails that your mail program takes for spam.
sign-in-code-none-address = Check that the address is the one your trust has for you.
sign-in-code-none-ask = If still nothing comes, ask the people who run the feedback round at your trust.
sign-in-code-another = Ask for another code

sign-in-over-title = This code cannot be used any more
sign-in-over-why = A code is good for ten minutes, for one sign-in, and in the tab that asked for it; after five wrong
    ones it ends as well.

sign-in-trust-title = Which trust?
sign-in-trust-what = Several trusts know your address. Choose the one that you want to sign in to.

signed-out-title = You are signed out
signed-out-close = If others use this computer, close the browser too.

resume-title = You are signed in again
resume-what = What you were sending has been kept. It has not been sent yet.
resume-send = Send it now
resume-drop = Start again instead
resume-typed = What you typed
