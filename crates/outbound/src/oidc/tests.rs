//! Tokens that are forged, each in one way, against the one that is good.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use openidconnect::core::CoreProviderMetadata;
use serde_json::{Value, json};

use super::*;

type Failure = Box<dyn std::error::Error>;

const CLIENT: &str = "candour";
const NONCE: &str = "the nonce of this sign-in";
const TENANT: &str = "11111111-2222-3333-4444-5555555555aa";

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// A provider, and what this service is to it.
struct Provider {
    known: Known,
    registration: Registration,
}

impl Provider {
    fn new(issuer: &str, hosted_domain: Option<&str>) -> Result<Self, Failure> {
        let issuer = Issuer::parse(issuer, &AllowedHosts::default())?;
        let x = URL_SAFE_NO_PAD.encode(key(1).verifying_key().as_bytes());
        let said = json!({
            "issuer": issuer.as_str(), "authorization_endpoint": "https://sign-in.example/authorise",
            "token_endpoint": "https://sign-in.example/token", "jwks_uri": "https://sign-in.example/keys",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
        });
        let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "one", "x": x}]});
        let metadata: CoreProviderMetadata = serde_json::from_value(said)?;
        Ok(Self {
            known: Known::told(metadata.set_jwks(serde_json::from_value(keys)?), now()),
            registration: Registration {
                issuer,
                client_id: CLIENT.to_owned(),
                client_secret: "a secret that is long enough for HMAC".to_owned().into(),
                hosted_domain: hosted_domain.map(ToOwned::to_owned),
                return_to: Url::parse("https://feedback.example/sign-in/provider/return")?,
            },
        })
    }

    fn other() -> Result<Self, Failure> {
        Self::new("https://sign-in.example", None)
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.registration.issuer.as_str(), "aud": CLIENT, "sub": "person 7", "nonce": NONCE,
            "iat": now().timestamp() - 1, "exp": now().timestamp() + 300,
        })
    }

    fn verify(&self, token: &str) -> Result<Identity, Failure> {
        let token: Token = serde_json::from_value(Value::String(token.to_owned()))?;
        Ok(verify(&self.known, &self.registration, &token, NONCE, now())?)
    }

    /// What is said of a good token whose claims are changed so.
    fn changed(&self, changes: &Value) -> Result<Identity, Failure> {
        let mut claims = self.claims();
        for (name, value) in changes.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        self.verify(&signed(&json!({"alg": "EdDSA", "kid": "one"}), &claims, &key(1)))
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signed(header: &Value, claims: &Value, key: &SigningKey) -> String {
    let content = format!("{}.{}", part(header), part(claims));
    format!("{content}.{}", URL_SAFE_NO_PAD.encode(key.sign(content.as_bytes()).to_bytes()))
}

fn refused(answer: Result<Identity, Failure>) -> Option<OidcError> {
    answer.err().and_then(|error| error.downcast_ref().copied())
}

#[test]
fn a_good_token_names_issuer_and_subject_and_never_the_address() -> Result<(), Failure> {
    let identity = Provider::other()?.changed(&json!({"email": "chair@trust.example", "email_verified": true}))?;
    assert_eq!((&*identity.issuer, &*identity.subject), ("https://sign-in.example", "person 7"));
    Ok(())
}

#[test]
fn a_token_with_one_thing_wrong_is_refused_for_it() -> Result<(), Failure> {
    let provider = Provider::other()?;
    let (at, seconds) = (now().timestamp(), TimeDelta::minutes(6).num_seconds());
    for (changes, expected) in [
        (json!({"iss": "https://sign-in.example/"}), RefusedToken::Issuer),
        (json!({"iss": "https://SIGN-IN.example"}), RefusedToken::Issuer),
        (json!({"iss": "https://evil.example"}), RefusedToken::Issuer),
        (json!({"aud": "another service"}), RefusedToken::Audience),
        (json!({"aud": [CLIENT, "another service"]}), RefusedToken::Audience),
        (json!({"aud": []}), RefusedToken::Audience),
        (json!({"azp": "another service"}), RefusedToken::Audience),
        (json!({"nonce": "of another sign-in"}), RefusedToken::Nonce),
        (json!({"nonce": null}), RefusedToken::Nonce),
        (json!({"exp": at}), RefusedToken::Time),
        (json!({"exp": at - 1}), RefusedToken::Time),
        (json!({"iat": at + seconds}), RefusedToken::Time),
    ] {
        assert_eq!(refused(provider.changed(&changes)), Some(expected.into()), "{changes}");
    }
    Ok(())
}

#[test]
fn a_token_that_the_provider_has_not_signed_is_refused() -> Result<(), Failure> {
    let provider = Provider::other()?;
    let claims = provider.claims();
    let good = json!({"alg": "EdDSA", "kid": "one"});
    let of = |token: &str| refused(provider.verify(token));
    let (unsigned, signature) = (Some(RefusedToken::Unsigned.into()), Some(RefusedToken::Signature.into()));

    let none = format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims));
    assert_eq!(of(&none), unsigned);
    assert_eq!(of(&signed(&json!({"alg": "none", "kid": "one"}), &claims, &key(1))), unsigned);
    assert_eq!(of(&signed(&good, &claims, &key(2))), signature, "another's key under the provider's name");
    assert_eq!(of(&signed(&json!({"alg": "EdDSA", "kid": "two"}), &claims, &key(2))), signature, "an unknown key");
    let own = URL_SAFE_NO_PAD.encode(key(2).verifying_key().as_bytes());
    let brought = json!({"alg": "EdDSA", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": own}});
    assert_eq!(of(&signed(&brought, &claims, &key(2))), signature, "a key that the token brings");
    for shared in ["HS256", "HS512"] {
        let header = json!({"alg": shared, "kid": "one"});
        assert_eq!(of(&signed(&header, &claims, &key(1))), signature, "a key that both sides know");
    }
    let whole = signed(&good, &claims, &key(1));
    assert!(provider.verify(&whole).is_ok());
    let another = part(&json!({"iss": "https://sign-in.example", "aud": CLIENT, "sub": "the chair", "nonce": NONCE,
        "iat": now().timestamp(), "exp": now().timestamp() + 300}));
    let parts: Vec<_> = whole.split('.').collect();
    assert_eq!(of(&format!("{}.{another}.{}", parts[0], parts[2])), signature, "another's claims");
    let critical = json!({"alg": "EdDSA", "kid": "one", "crit": ["b64"], "b64": false});
    assert_eq!(of(&signed(&critical, &claims, &key(1))), Some(RefusedToken::Form.into()));
    let access = json!({"alg": "EdDSA", "kid": "one", "typ": "at+jwt"});
    assert_eq!(of(&signed(&access, &claims, &key(1))), Some(RefusedToken::Form.into()), "an access token");
    Ok(())
}

#[test]
fn at_entra_id_somebody_is_their_tenant_and_object() -> Result<(), Failure> {
    let issuer = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
    let provider = Provider::new(&issuer, None)?;
    let (oid, other) = ("0000000A-1111-2222-3333-444444444444", "11111111-2222-3333-4444-5555555555bb");
    let found = provider.changed(&json!({"tid": TENANT.to_uppercase(), "oid": oid, "sub": "pairwise"}))?;
    assert_eq!(found.subject, format!("{TENANT}/{}", oid.to_lowercase()));
    assert_eq!(found.issuer, issuer);
    for tid in [json!({"tid": other, "oid": oid}), json!({"oid": oid})] {
        assert_eq!(refused(provider.changed(&tid)), Some(RefusedIdentity::Tenant.into()));
    }
    assert_eq!(refused(provider.changed(&json!({"tid": TENANT}))), Some(RefusedIdentity::Subject.into()));
    let elsewhere = issuer.replace(TENANT, other);
    let foreign = provider.changed(&json!({"iss": elsewhere, "tid": other, "oid": oid}));
    assert_eq!(refused(foreign), Some(RefusedToken::Issuer.into()));
    Ok(())
}

#[test]
fn at_google_an_account_that_the_domain_does_not_host_is_refused() -> Result<(), Failure> {
    let provider = Provider::new("https://accounts.google.com", Some("trust.example"))?;
    assert_eq!(provider.changed(&json!({"hd": "Trust.example"}))?.subject, "person 7");
    for claims in [json!({}), json!({"hd": "evil.example"}), json!({"hd": ""})] {
        assert_eq!(refused(provider.changed(&claims)), Some(RefusedIdentity::HostedDomain.into()));
    }
    let unset = Provider::new("https://accounts.google.com", None)?;
    assert_eq!(refused(unset.changed(&json!({"hd": "trust.example"}))), Some(RefusedIdentity::HostedDomain.into()));
    Ok(())
}

#[test]
fn a_subject_that_could_be_read_as_another_is_refused() -> Result<(), Failure> {
    let provider = Provider::other()?;
    for subject in [String::new(), "x".repeat(256), "person\u{200b}7".to_owned(), "person\n7".to_owned()] {
        let answer = provider.changed(&json!({"sub": subject}));
        assert_eq!(refused(answer), Some(RefusedIdentity::Subject.into()), "{subject:?}");
    }
    Ok(())
}

#[test]
fn no_error_repeats_what_it_was_given() -> Result<(), Failure> {
    let provider = Provider::other()?;
    for changes in [json!({"nonce": "swordfish"}), json!({"aud": "swordfish"}), json!({"iss": "https://swordfish.uk"})]
    {
        let error = refused(provider.changed(&changes)).ok_or("it was taken")?;
        assert!(!format!("{error} {error:?}").contains("swordfish"), "{error:?}");
    }
    Ok(())
}
