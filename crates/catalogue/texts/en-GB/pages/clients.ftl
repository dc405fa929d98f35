# The trust's integrations: other systems that use the service. $name is what one is called, $day a day, $time a time.

clients-title = Integrations
clients-what = Another system of your trust, such as your HR system, can use the service with an id and a secret of its own.
clients-never = It never opens a report that has not been released, and never agrees, takes out a comment or releases.
clients-lasts = It works until you revoke it, no matter who has added it.
clients-working = Your integrations
clients-none = There is none. Add one below if another system is to use the service.
clients-added = Added on { $day }.
clients-add = Add an integration
clients-add-do = Add it
clients-prove-more = An integration lasts, so you can add or revoke one only when you have signed in with a passkey or with
    your trust’s own sign-in, once nobody can object to it any more.
clients-name = What is it?
clients-name-hint = So that you and your colleagues know it again, such as “HR system”.
clients-no-name = Say what the integration is
clients-no-scope = Choose at least one thing that it may do
clients-revoked = The integration has been revoked.
clients-revoked-heading = Revoked
clients-revoked-at = Revoked { $time }.

client-made-title = The integration has been added
client-made-copy = Copy its secret now. This is the only time that it is shown. If you lose it, revoke the integration and
    add another.
client-made-before = Its secret was shown once and is kept nowhere. If you have not copied it, revoke the integration and add
    another.
client-made-id = Id
client-made-secret = Secret of { $name }
client-made-copy-button = Copy the secret
client-made-back = To your integrations
client-made-how = With id and secret the system asks for a token at this address, by “client credentials”:

client-revoke-title = Revoke this integration?
client-revoke-at-once = The system is refused from its next request on, and so are the tokens that it has.
client-revoke-for-good = It cannot be brought back. You can add another.
