//! Tokens that verify, and all others.

use super::*;
use crate::clock::Clock;

type Outcome = Result<(), Box<dyn std::error::Error>>;

async fn tokens(
    folder: &std::path::Path,
    key: &Arc<ServerKey>,
    issuer: &str,
) -> Result<Tokens, Box<dyn std::error::Error>> {
    let storage = Storage::connect(&format!("sqlite:{}", folder.join("tokens.sqlite3").display()), 1)?;
    storage.migrate()?;
    Tokens::make_first_key(&storage, key, Clock.now()).await?;
    Ok(Tokens::load(&storage, key, issuer, Timekeeper::default()).await?)
}

fn administrator() -> Bearer {
    let (account, organisation) = (AccountId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
    Bearer::User { account, organisation, role: Role::Administrator }
}

#[tokio::test]
async fn a_token_says_whom_it_speaks_for_and_outlives_a_restart() -> Outcome {
    let (folder, key) = (tempfile::tempdir()?, Arc::new(ServerKey::generate(&mut entropy::system())));
    let before = tokens(folder.path(), &key, "https://a.example").await?;
    let client = Bearer::Client {
        client: ClientId::from_random([3; 16]),
        organisation: OrganisationId::from_random([2; 16]),
        scopes: vec![Scope::RoundsRead, Scope::ResultsRead],
    };
    let after = tokens(folder.path(), &key, "https://a.example").await?;
    for bearer in [administrator(), client] {
        let signed = before.sign(&bearer, 60).await?;
        assert_eq!(after.verify(&signed.token).await?, Some(Verified { id: signed.id, bearer }));
    }
    Ok(())
}

#[tokio::test]
async fn a_token_that_expired_or_was_altered_or_is_anothers_is_none() -> Outcome {
    let (folder, other, key) =
        (tempfile::tempdir()?, tempfile::tempdir()?, Arc::new(ServerKey::generate(&mut entropy::system())));
    let ours = tokens(folder.path(), &key, "https://a.example").await?;
    let good = ours.sign(&administrator(), 60).await?.token;
    assert_eq!(ours.verify(&good).await?.map(|verified| verified.bearer), Some(administrator()));
    assert_eq!(ours.verify(&ours.sign(&administrator(), -1).await?.token).await?, None, "expired");
    let too_long = ours.sign(&administrator(), LONGEST_TOKEN_HOURS * 3600 + 1).await?.token;
    assert_eq!(ours.verify(&too_long).await?, None, "valid for longer than any token");
    let elsewhere = tokens(folder.path(), &key, "https://b.example").await?;
    assert_eq!(ours.verify(&elsewhere.sign(&administrator(), 60).await?.token).await?, None, "another issuer");
    let stranger = tokens(other.path(), &key, "https://a.example").await?;
    assert_eq!(ours.verify(&stranger.sign(&administrator(), 60).await?.token).await?, None, "another key");

    let parts: Vec<_> = good.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { return Err("three parts".into()) };
    let altered = String::from_utf8(URL_SAFE_NO_PAD.decode(claims)?)?.replace("administrator", "facilitator");
    assert_eq!(
        ours.verify(&format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(altered))).await?,
        None,
        "altered"
    );
    let none = String::from_utf8(URL_SAFE_NO_PAD.decode(header)?)?.replace("EdDSA", "none");
    assert_eq!(ours.verify(&format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(none))).await?, None, "unsigned");
    Ok(())
}

/// Signs whatever is wanted with the service's own key.
async fn sign_with_own_key(tokens: &Tokens, typ: Option<&str>, claims: &serde_json::Value) -> Result<String, Error> {
    let keys = tokens.fresh().await;
    let (kid, key) = keys.signing(Clock.now()).ok_or(Error::Internal("no key"))?;
    let mut header = Header::new(Algorithm::EdDSA);
    (header.typ, header.kid) = (typ.map(str::to_owned), Some(kid.to_owned()));
    jsonwebtoken::encode(&header, claims, key).map_err(|_reason| Error::Internal("cannot be signed"))
}

#[tokio::test]
async fn what_is_no_access_token_is_none_though_its_signature_is_right() -> Outcome {
    let (folder, key) = (tempfile::tempdir()?, Arc::new(ServerKey::generate(&mut entropy::system())));
    let ours = tokens(folder.path(), &key, "https://a.example").await?;
    let good = ours.sign(&administrator(), 60).await?.token;
    let claims: serde_json::Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(good.split('.').nth(1).ok_or("claims")?)?)?;
    for (typ, passes) in [
        (Some("at+jwt"), true),
        (Some("AT+JWT"), true),
        (Some("application/at+jwt"), true),
        (Some("JWT"), false),
        (Some("application/jwt"), false),
        (Some("logout+jwt"), false),
        (Some(""), false),
        (None, false),
    ] {
        let verified = ours.verify(&sign_with_own_key(&ours, typ, &claims).await?).await?;
        assert_eq!(verified.is_some(), passes, "{typ:?}");
    }
    for claim in ["jti", "client_id", "sub", "exp", "iat", "iss", "aud", "org", "role"] {
        let mut claims = claims.clone();
        claims.as_object_mut().ok_or("an object")?.remove(claim);
        let verified = ours.verify(&sign_with_own_key(&ours, Some("at+jwt"), &claims).await?).await?;
        assert_eq!(verified, None, "without {claim}");
    }
    Ok(())
}

#[tokio::test]
async fn no_two_tokens_have_one_id() -> Outcome {
    let (folder, key) = (tempfile::tempdir()?, Arc::new(ServerKey::generate(&mut entropy::system())));
    let ours = tokens(folder.path(), &key, "https://a.example").await?;
    let (one, other) = (ours.sign(&administrator(), 60).await?, ours.sign(&administrator(), 60).await?);
    assert_ne!(one.id, other.id);
    assert_ne!(*one.token, *other.token);
    Ok(())
}

#[tokio::test]
async fn only_public_keys_are_published() -> Outcome {
    let (folder, key) = (tempfile::tempdir()?, Arc::new(ServerKey::generate(&mut entropy::system())));
    let jwks = tokens(folder.path(), &key, "https://a.example").await?.jwks().await;
    let published = jwks["keys"][0].as_object().ok_or("a key")?;
    assert_eq!(published.keys().map(String::as_str).collect::<Vec<_>>(), ["kty", "crv", "x", "kid", "use", "alg"]);
    Ok(())
}
