//! A change that somebody with a token asks for: made once, only if what it is based on still stands, and answered in
//! the transaction that makes it.

use candour_domain::{
    AccountId, Authorised, OrganisationId, Principal, Rater, RaterId, Review, ReviewId, Round, RoundId,
};
use candour_storage::idempotency::{self, KeptAnswer};
use candour_storage::{StorageError, Tenant, raters};
use serde::Serialize;

use crate::app::App;
use crate::condition::{Condition, Revised};
use crate::error::{Error, FieldError};
use crate::round::read_rounds;
use crate::sha256::sha256_hex;

/// What is said to the one who asked for a change, as plain parts that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where what was made is to be found.
    pub location: Option<String>,
    /// The tag of what was made or changed, without quotes.
    pub etag: Option<String>,
    /// A JSON document.
    pub body: Option<String>,
}

impl Answer {
    /// A JSON document.
    ///
    /// # Errors
    /// Never, unless it cannot be written as JSON.
    pub fn json(status: u16, view: &impl Serialize) -> Result<Self, Error> {
        Ok(Self { body: Some(serde_json::to_string(view)?), ..Self::empty(status) })
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, location: None, etag: None, body: None }
    }

    /// Says where what was made is to be found.
    #[must_use]
    pub fn at(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// Gives the tag of what was made or changed.
    #[must_use]
    pub fn tagged(self, tag: String) -> Self {
        Self { etag: Some(tag), ..self }
    }
}

/// An answer, and whether the change was made by this request or by an earlier one under the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What is said.
    pub answer: Answer,
    /// Whether it was said before.
    pub again: bool,
}

/// The `Idempotency-Key` of a request, as hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Of the key, who sent it, and the path.
    pub key_hash: String,
    /// Of the query and the body.
    pub fingerprint: String,
}

impl RequestKey {
    /// The key of a form that carries a number of its own, so that a button that is pressed twice does once what it
    /// says.
    #[must_use]
    pub fn of_form(by: AccountId, path: &str, number: &str, body: &[u8]) -> Self {
        let key = format!("{by} form {path} {number}");
        Self { key_hash: sha256_hex(&key), fingerprint: sha256_hex(&String::from_utf8_lossy(body)) }
    }

    /// The key of a form whose number stands in its body: sent again as it was it is the same request, and changed it
    /// is another.
    #[must_use]
    pub fn of_whole_form(by: AccountId, path: &str, body: &[u8]) -> Self {
        Self::of_form(by, path, &String::from_utf8_lossy(body), body)
    }
}

/// Makes the answer to an outcome, within the transaction.
type Shape<T> = Box<dyn FnOnce(&T) -> Result<Answer, Error> + Send>;

/// A change that is asked for by somebody who may do `P`, and whose outcome is a `T`.
pub struct Asked<P, T> {
    by: Authorised<P>,
    key: Option<RequestKey>,
    condition: Condition,
    answer: Shape<T>,
    kept: Option<Shape<T>>,
}

impl<P: 'static, T: 'static> Asked<P, T> {
    /// Asked for by this principal.
    pub fn new(
        by: Authorised<P>,
        key: Option<RequestKey>,
        condition: Condition,
        answer: impl FnOnce(&T) -> Result<Answer, Error> + Send + 'static,
    ) -> Self {
        Self { by, key, condition, answer: Box::new(answer), kept: None }
    }

    /// Says what is kept under a key in place of the answer, and so what the same request is answered with later: for an
    /// answer with a secret in it.
    #[must_use]
    pub fn keeping(self, kept: impl FnOnce(&T) -> Result<Answer, Error> + Send + 'static) -> Self {
        Self { kept: Some(Box::new(kept)), ..self }
    }

    /// Finds what is to be changed, changes it, and answers, all in one transaction. `find` leaves out what the
    /// principal may not see.
    ///
    /// # Guarantee
    /// Under one key `change` is carried out at most once, and there is an answer under the key exactly if it was: no
    /// crash, lost connection or second node comes between. A refusal leaves nothing, so that the same request can be
    /// sent again when its cause is gone.
    ///
    /// # Errors
    /// What `find` and `change` give; [`Error::Stale`] when what was found is not what the request is based on;
    /// [`Error::Invalid`] when the key belongs to another request.
    pub async fn carry_out<Thing: Revised>(
        self,
        app: &App,
        find: impl FnOnce(&mut Tenant<'_>, &Principal) -> Result<Thing, Error> + Send + 'static,
        change: impl FnOnce(&mut Tenant<'_>, Thing, &Principal) -> Result<T, Error> + Send + 'static,
    ) -> Result<Answered, Error> {
        let now = app.clock.now();
        let Self { by, key, condition, answer, kept } = self;
        app.storage
            .write(by.organisation(), move |tenant| {
                let principal = by.principal();
                if let Some(answer) = key.as_ref().map(|key| key.answered(tenant)).transpose()?.flatten() {
                    return Ok(Answered { answer, again: true });
                }
                let thing = find(tenant, principal)?;
                condition.require(tenant, &thing)?;
                let outcome = change(tenant, thing, principal)?;
                let answer = answer(&outcome)?;
                if let Some(key) = key {
                    let kept = kept.map(|kept| kept(&outcome)).transpose()?;
                    key.keep(tenant, kept.as_ref().unwrap_or(&answer), now)?;
                }
                Ok(Answered { answer, again: false })
            })
            .await
    }
}

impl RequestKey {
    /// The answer that was given under this key to somebody of this trust.
    ///
    /// # Errors
    /// As [`Self::answered`].
    pub async fn look(&self, app: &App, organisation: OrganisationId) -> Result<Option<Answer>, Error> {
        let key = self.clone();
        app.storage.read(organisation, move |tenant| key.answered(tenant)).await
    }

    /// The answer that was given under this key.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it was given to another request.
    pub fn answered(&self, tenant: &mut Tenant<'_>) -> Result<Option<Answer>, Error> {
        let Some(kept) = idempotency::find(tenant, &self.key_hash)? else { return Ok(None) };
        if kept.fingerprint != self.fingerprint {
            let detail = "the Idempotency-Key was used for another request; send a new key, or the request as it was";
            return Err(Error::Invalid(vec![FieldError::of_the_whole(detail)]));
        }
        let body = kept.content.map(|(_json, body)| body);
        Ok(Some(Answer { status: kept.status, location: kept.location, etag: kept.etag, body }))
    }

    fn keep(
        self,
        tenant: &mut Tenant<'_>,
        answer: &Answer,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<(), StorageError> {
        let answer = answer.clone();
        let kept = KeptAnswer {
            fingerprint: self.fingerprint,
            status: answer.status,
            location: answer.location,
            etag: answer.etag,
            content: answer.body.map(|body| ("application/json".to_owned(), body)),
        };
        idempotency::keep(tenant, &self.key_hash, &kept, now)
    }
}

/// Nothing is changed: something is made.
///
/// # Errors
/// None.
pub fn nothing(_tenant: &mut Tenant<'_>, _principal: &Principal) -> Result<(), Error> {
    Ok(())
}

/// The round with this id, for somebody for whom it is there.
pub fn round(id: RoundId) -> impl FnOnce(&mut Tenant<'_>, &Principal) -> Result<Round, Error> + Send + 'static {
    move |tenant, principal| read_rounds::round(tenant, &principal.visibility(), id)
}

/// The review with this id, for somebody for whom it is there.
pub fn review(id: ReviewId) -> impl FnOnce(&mut Tenant<'_>, &Principal) -> Result<Review, Error> + Send + 'static {
    move |tenant, principal| read_rounds::review(tenant, &principal.visibility(), id)
}

/// The rater with this id.
pub fn rater(id: RaterId) -> impl FnOnce(&mut Tenant<'_>, &Principal) -> Result<Rater, Error> + Send + 'static {
    move |tenant, _principal| raters::find(tenant, id)?.ok_or(Error::NotFound)
}

/// The review with this id, for somebody who decides about it.
pub fn own_review(id: ReviewId) -> impl FnOnce(&mut Tenant<'_>, &Principal) -> Result<Review, Error> + Send + 'static {
    move |tenant, principal| {
        let sees = principal.visibility();
        Some(read_rounds::review(tenant, &sees, id)?).filter(|review| sees.decides(review)).ok_or(Error::NotFound)
    }
}
