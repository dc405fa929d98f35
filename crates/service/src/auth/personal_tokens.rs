//! Tokens that people make for programs of their own: a person acting in one role, narrowed to what the token is for.
//!
//! Such a token is a long-lived secret on some computer. So it opens nothing that has not been released, decides
//! nothing, and makes no other token; and who could still turn out to be somebody else makes none.

use std::fmt::Write as _;

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::personal_token::{Lifetime, MOST_PERSONAL_TOKENS};
use candour_domain::{OrganisationId, PersonalToken, PersonalTokenId, Principal, Role, Scope, TokenName};
use candour_storage::{accounts, personal_tokens as stored};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use zeroize::Zeroizing;

use super::sessions::SignedIn;
use super::standing::RefusedToken;
use crate::app::App;
use crate::audit;
use crate::entropy::{self, fresh};
use crate::error::Error;
use crate::repeated::Happening;
use crate::sha256;

/// What every such token begins with, so that a search of files for secrets finds it.
pub const PREFIX: &str = "candour_";

/// How long a token is still listed after it has expired.
const LISTED_FOR: TimeDelta = TimeDelta::days(30);

/// What a person wants a token for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What they call it.
    pub name: TokenName,
    /// The role in which it acts.
    pub role: Role,
    /// What it may do of what the role may.
    pub scopes: Vec<Scope>,
    /// For how long.
    pub lifetime: Lifetime,
}

/// A token that has just been made.
pub struct Made {
    /// The token, to be shown this once. Anybody who holds it acts as its owner, within its scopes.
    pub token: Zeroizing<String>,
    /// What is kept of it.
    pub kept: PersonalToken,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is none like it: it was never made, or has been revoked.
    Unknown,
    /// It has expired.
    Expired,
    /// Its account has ended, or does not hold the role any more.
    Standing(RefusedToken),
}

/// Whether this looks like a token that a person has made.
#[must_use]
pub fn is_one(token: &str) -> bool {
    token.starts_with(PREFIX)
}

/// Makes a token: 256 random bits, of which a hash is kept.
///
/// # Guarantee
/// Its scopes are no wider than the role, the person holds the role, and nobody can object to their sign-in any more:
/// a token would outlast the objection.
///
/// # Errors
/// [`Error::NotFound`] where that is not so, [`Error::Conflict`] for one too many.
pub async fn make(app: &App, who: &SignedIn, wanted: Wanted) -> Result<Made, Error> {
    let Wanted { name, role, scopes, lifetime } = wanted;
    let allowed = role.scopes();
    let may = who.assurance.opens_unreleased() && who.standing.holds(role);
    if !may || scopes.is_empty() || !scopes.iter().all(|scope| allowed.contains(scope)) {
        return Err(Error::NotFound);
    }
    let mut bytes = Zeroizing::new([0; 32]);
    rand::Rng::fill_bytes(&mut entropy::system(), bytes.as_mut());
    // Letters and digits alone, so that a press takes hold of all of it.
    let mut token = Zeroizing::new(String::with_capacity(PREFIX.len() + 64));
    token.push_str(PREFIX);
    for byte in bytes.iter() {
        // Writing to a String cannot fail.
        let _ = write!(token, "{byte:02x}");
    }
    let (now, hash, account) = (app.clock.now(), hash(&token), who.account.id);
    let kept = PersonalToken {
        id: fresh(PersonalTokenId::from_random),
        account,
        name,
        role,
        scopes,
        made_at: now,
        expires_at: lifetime.end(now),
        last_used_on: None,
    };
    let adding = kept.clone();
    app.storage
        .write(who.organisation.id, move |tenant| {
            stored::delete_expired(tenant, account, now - LISTED_FOR)?;
            if stored::list(tenant, account)?.len() >= MOST_PERSONAL_TOKENS {
                return Err(Error::Conflict("nobody has more than twenty tokens; revoke one first"));
            }
            stored::insert(tenant, &hash, &adding)?;
            let scopes: Vec<_> = adding.scopes.iter().map(|scope| scope.as_str()).collect();
            let (id, role, days) = (adding.id.to_string(), role.as_str(), lifetime.days());
            let detail = json!({"token": id, "role": role, "scopes": scopes, "days": days});
            audit::record(
                tenant,
                Actor::Account(account),
                Action::PersonalTokenMade,
                Target::Account(account),
                detail,
                now,
            )?;
            Ok(())
        })
        .await?;
    Ok(Made { token, kept })
}

/// The person's own tokens, the newest first.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list(app: &App, who: &SignedIn) -> Result<Vec<PersonalToken>, Error> {
    let (account, since) = (who.account.id, app.clock.now() - LISTED_FOR);
    let all =
        app.storage.read(who.organisation.id, move |tenant| Ok::<_, Error>(stored::list(tenant, account)?)).await?;
    Ok(all.into_iter().filter(|token| token.expires_at >= since).collect())
}

/// Revokes one of the person's own tokens: at the next request, on every node, it does nothing any more. False where
/// they have none with this id.
///
/// # Errors
/// [`Error::Storage`].
pub async fn revoke(app: &App, who: &SignedIn, id: PersonalTokenId) -> Result<bool, Error> {
    let (account, now) = (who.account.id, app.clock.now());
    app.storage
        .write(who.organisation.id, move |tenant| {
            let revoked = stored::delete(tenant, account, id)?;
            if revoked {
                let (who, about) = (Actor::Account(account), Target::Account(account));
                let detail = json!({"token": id.to_string()});
                audit::record(tenant, who, Action::PersonalTokenRevoked, about, detail, now)?;
            }
            Ok(revoked)
        })
        .await
}

/// For whom a token acts now, and its id: as the database knows it, its account and its role at this moment. A refusal
/// of one that is known is told in the audit log, and the day of its use is noted.
///
/// # Errors
/// [`Error::Storage`].
pub async fn principal(app: &App, shown: &str) -> Result<Result<(PersonalTokenId, Principal), Refused>, Error> {
    let (hash, now) = (hash(shown), app.clock.now());
    let found = app
        .storage
        .ask(move |system| {
            let Some((trust, token)) = stored::find_by_hash(system, &hash)? else { return Ok(None) };
            let standing = accounts::standing(system, trust, token.account)?;
            Ok(Some((trust, token, standing)))
        })
        .await?;
    let Some((trust, token, standing)) = found else { return Ok(Err(Refused::Unknown)) };
    let refused = match standing {
        _ if token.has_expired(now) => Refused::Expired,
        None => Refused::Standing(RefusedToken::AccountGone),
        Some((_, standing)) if !standing.holds(token.role) => Refused::Standing(RefusedToken::RoleEnded(token.role)),
        Some((account, _)) => {
            note_use(app, trust, &token, now).await;
            let PersonalToken { id, role, scopes, .. } = token;
            let principal = Principal::Token {
                token: id,
                account: account.id,
                organisation: trust,
                role,
                email: account.email,
                scopes,
            };
            return Ok(Ok((id, principal)));
        }
    };
    app.repeated.count(refused.happening(trust, &token), now);
    Ok(Err(refused))
}

/// Notes the day, at the first use of it. A token works also where that cannot be written.
async fn note_use(app: &App, trust: OrganisationId, token: &PersonalToken, now: DateTime<Utc>) {
    let (id, today) = (token.id, now.date_naive());
    if token.last_used_on == Some(today) {
        return;
    }
    let noted = app.storage.write(trust, move |tenant| Ok::<_, Error>(stored::set_used(tenant, id, today)?)).await;
    if let Err(error) = noted {
        tracing::warn!(%error, "the day on which a token was used cannot be noted");
    }
}

fn hash(token: &str) -> [u8; 32] {
    sha256::of(token.as_bytes())
}

impl Refused {
    fn happening(self, organisation: OrganisationId, token: &PersonalToken) -> Happening {
        let reason = match self {
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Standing(RefusedToken::RoleEnded(_)) => "role_not_held",
            Self::Standing(_) => "removed",
        };
        let about = vec![
            ("reason", reason.to_owned()),
            ("role", token.role.as_str().to_owned()),
            ("token", token.id.to_string()),
        ];
        let (actor, target) = (Actor::Account(token.account), Target::Account(token.account));
        Happening { organisation, actor, target, action: Action::TokenRefused, about }
    }
}
