//! Reading a stored result, the only thing any output reads.

use candour_analytics::ReviewResult;
use candour_domain::access::Permission;
use candour_domain::access::permission::{GetResults, GetResultsCsv};
use candour_domain::audit::{Action, Target};
use candour_domain::{Authorised, Principal, Review, ReviewId};
use candour_storage::{Tenant, redactions, results, reviews};

use crate::app::App;
use crate::asked;
use crate::condition::{Revised, tag_of};
use crate::error::Error;
use crate::repeated::{self, Happening};

/// An operation that reads a result.
pub trait ReadsResult: Permission {
    /// In which form, as the audit log names it.
    const FORM: &'static str;
}

impl ReadsResult for GetResults {
    const FORM: &'static str = "json";
}

impl ReadsResult for GetResultsCsv {
    const FORM: &'static str = "csv";
}

/// The result of a review as this principal may see it: the facilitator and advisers once it is counted, everybody else
/// once it is released. The audit log has who has read it before they do. `token` is the id of the token they show.
///
/// # Errors
/// [`Error::NotFound`] when there is no review, no result yet, or none for this principal: which of these, is not said.
pub async fn read_result<P: ReadsResult>(
    app: &App,
    by: &Authorised<P>,
    token: &str,
    id: ReviewId,
) -> Result<ReviewResult, Error> {
    let sees = by.principal().visibility();
    let result = app
        .storage
        .read(by.organisation(), move |tenant| {
            let review =
                reviews::find(tenant, id)?.filter(|review| sees.opens_result(review)).ok_or(Error::NotFound)?;
            load(tenant, &review)
        })
        .await?;
    repeated::record(app, reading(by.principal(), token, id, P::FORM)).await;
    Ok(result)
}

fn reading(principal: &Principal, token: &str, id: ReviewId, form: &str) -> Happening {
    let mut about = vec![("format", form.to_owned())];
    // Each token of a person has a line in the log. Those of integrations have none, and are as many as they like.
    if let Principal::User { role, .. } | Principal::Token { role, .. } = principal {
        about.extend([("role", role.as_str().to_owned()), ("token", token.to_owned())]);
    }
    let (organisation, actor) = (principal.organisation(), principal.actor());
    Happening { organisation, actor, action: Action::ResultRead, target: Target::Review(id), about }
}

/// A review as its facilitator decides on its result.
pub struct OwnResult {
    /// The review.
    pub review: Review,
}

/// The review with this id, for its facilitator.
pub fn own_result(
    id: ReviewId,
) -> impl FnOnce(&mut Tenant<'_>, &Principal) -> Result<OwnResult, Error> + Send + 'static {
    let find = asked::own_review(id);
    move |tenant, principal| Ok(OwnResult { review: find(tenant, principal)? })
}

/// It is based on the review as it was read, or on its result.
impl Revised for OwnResult {
    fn tags(&self, tenant: &mut Tenant<'_>) -> Result<Vec<String>, Error> {
        let mut tags = self.review.tags(tenant)?;
        match load(tenant, &self.review) {
            Ok(result) => tags.push(tag_of(&serde_json::to_string(&result)?)),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
        Ok(tags)
    }
}

/// Whether the result of a counted review shows anything of anybody but its subject.
///
/// # Errors
/// [`Error::NotFound`] when there is no result.
pub fn shows_others(tenant: &mut Tenant<'_>, review: &Review) -> Result<bool, Error> {
    Ok(load(tenant, review)?.shows_others())
}

/// The stored result of a review with its redactions.
///
/// # Errors
/// [`Error::NotFound`] when there is no result.
pub(super) fn load(tenant: &mut Tenant<'_>, review: &Review) -> Result<ReviewResult, Error> {
    let stored = results::find(tenant, review.id)?.ok_or(Error::NotFound)?;
    let result: ReviewResult = serde_json::from_str(&stored.document)?;
    let redacted: Vec<_> =
        redactions::all(tenant, review.id)?.into_iter().map(|redaction| redaction.comment_id).collect();
    Ok(result.with_redactions(&redacted))
}
