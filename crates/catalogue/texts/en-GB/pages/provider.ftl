# The trust's own sign-in (OpenID Connect): Entra ID, Google Workspace or another provider of identities.

## On the page where a code is asked for. $label is what the trust calls its accounts, $trust its name.

provider-offer-heading = Or use your trust’s own sign-in
provider-offer = Continue with { $label }
provider-offer-trust = This goes to the sign-in of { $trust }.

## Somebody came back from it and is not signed in.

provider-refused-title = You are not signed in this way
provider-refused-none = This trust has no sign-in of its own, or has changed it meanwhile.
provider-refused-too-late = This sign-in has ended. It is good for ten minutes, once, and in the browser that began it.
provider-refused-declined = Your trust’s sign-in did not let you in, or you turned back there.
provider-refused-organisation = The account you used there does not belong to your trust. Use the account that your trust
    has given you.
provider-refused-unreached = Your trust’s sign-in does not answer at the moment.
provider-refused-provider = Your trust’s sign-in answered in a way that this service does not accept.
# They have to link it once.
provider-refused-not-linked = This account is not linked to anybody here yet. Sign in with a code first. On the page that
    follows, press “Use my trust’s sign-in”.
provider-refused-other-account = The account you used there is linked to another person here. Use your own.
provider-refused-not-signed-in = You were signed out meanwhile. Sign in with a code, and link your account again.
# Before a sentence from the service, for people who look after the sign-in.
provider-refused-technical = For the people who look after your trust’s sign-in:
provider-refused-again = Try again
provider-refused-code = Sign in with a code

## On the way there, to link it.

provider-leave-title = Going to your trust’s sign-in
provider-leave-what = You come back here when you have signed in there.
provider-leave-go = Go on

## A person's own page about it.

provider-own-title = Your trust’s own sign-in
provider-own-none = Your trust has not set up a sign-in of its own here.
provider-own-what = You can sign in with { $label } instead of a code by email. Link it to your account once: you go there,
    sign in, and come back.
provider-own-link = Use my trust’s sign-in
provider-own-is-linked = Your account here is linked to { $label }.
provider-own-added = Linked on { $time }.
provider-own-used = Last used on { $time }.
# Because it was linked after a code by email alone.
provider-own-waits = It was linked by somebody who had only read an email. So it opens nothing that has not been released
    before { $time }. If it was not you, take it away now.
provider-own-unlink = Take the link away
provider-own-linked-now = Your trust’s own sign-in is linked to your account, and you have used it.
provider-own-unlinked-now = The link has been taken away.
provider-own-kept = Your choice has been kept.
provider-own-not-sure-enough = You signed in with less than what you want to change. Sign in with a passkey, or at your
    trust’s own sign-in, and try again.
provider-own-only-heading = Rely on passkeys alone
provider-own-only-why = The people who look after your trust’s own sign-in could sign in there as you. If you rely on
    passkeys alone, that sign-in counts for no more than a code by email.
provider-own-only-facilitator = You read reports before anybody else does, so this is worth a thought.
provider-own-only-is = You rely on passkeys alone.
provider-own-only-start = Rely on passkeys alone
provider-own-only-stop = Rely on my trust’s sign-in too
provider-own-only-how = To choose this, sign in with a passkey of yours first.

## The page where an administrator sets it.

trust-sign-in-title = Your trust’s own sign-in
trust-sign-in-what = Colleagues can sign in with the account they have at your trust: Entra ID (Microsoft 365), Google
    Workspace or another provider that speaks OpenID Connect. Each links it to their account here once.
# It must be read by anybody who sets it up.
trust-sign-in-warning = The people who look after that sign-in could sign in as any of your colleagues, the chair included, and
    the chair reads what staff wrote. A chair can choose to rely on a passkey alone, on the page of their account.
trust-sign-in-at-provider = What to do at the provider
trust-sign-in-step-app = Register an application there: at Entra ID as “App registration” for your own directory only, of
    the kind “Web”; at Google as “OAuth client” for an internal web application.
trust-sign-in-step-address = Give it this redirect address, letter by letter:
trust-sign-in-step-secret = Make a client secret, and copy its value and the client ID into the form below. Note when the
    secret expires.
trust-sign-in-step-consent = Entra ID only: agree to the application once for everybody.
trust-sign-in-consent-go = Agree as an administrator of Entra ID
trust-sign-in-step-consent-later = Entra ID only: when you have saved this page, a link here lets you agree to the
    application once for everybody.
trust-sign-in-preset-heading = Start with
trust-sign-in-preset-entra = Entra ID (Microsoft 365)
trust-sign-in-preset-google = Google Workspace
trust-sign-in-here = What this service needs to know
trust-sign-in-issuer = Address of the provider
trust-sign-in-issuer-hint = For Entra ID put your tenant’s ID where it says TENANT-ID. It stands on the overview page of
    Entra ID.
trust-sign-in-client-id = Client ID
trust-sign-in-client-id-hint = At Entra ID it is called “Application (client) ID”.
trust-sign-in-client-secret = Client secret
trust-sign-in-client-secret-hint = Its value, not its ID. It is kept locked, and nobody sees it again.
trust-sign-in-client-secret-kept = A secret is kept. Leave this empty to keep it. With another address of the provider it
    has to be given again.
trust-sign-in-label = Name on the button
trust-sign-in-label-hint = It follows “Continue with”, such as “your Ashgrove account”.
trust-sign-in-domains = Domains of your email addresses
trust-sign-in-domains-hint = Anybody who types an address with one of them is offered the button. Put commas between several.
trust-sign-in-hosted-domain = Hosted domain (Google only)
trust-sign-in-hosted-domain-hint = The domain of your Google Workspace. Leave it empty for any other provider.
trust-sign-in-save = Save
trust-sign-in-set = Your trust’s own sign-in is set. Sign in with it yourself now, to see that it works.
trust-sign-in-removed = Your trust’s own sign-in has been removed.
trust-sign-in-remove = Remove it
trust-sign-in-remove-title = Remove your trust’s own sign-in?
trust-sign-in-remove-what = Nobody signs in with { $label } here any more. Every link to it is taken away, and everybody
    who signed in with it is signed out. Everybody can still sign in with a code by email, and with passkeys.
trust-sign-in-remove-go = Remove it
