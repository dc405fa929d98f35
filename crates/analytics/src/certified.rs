//! From opened ballots to the bytes that are stored: the way out of the crate, through the auditor.

use rand::CryptoRng;

use crate::audit::{Account, Audited, AuditedBallot, Budget, Evidence, audit};
use crate::document::ReviewResult;
use crate::result::{CountError, CountInput, full_result};

/// A result that the auditor has certified, with the bytes that it has read.
///
/// There is no other way to one than [`certified_result`].
///
/// ```compile_fail,E0451
/// fn forged(result: candour_analytics::ReviewResult) -> candour_analytics::CertifiedResult {
///     candour_analytics::CertifiedResult { json: String::new(), result }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct CertifiedResult {
    json: String,
    result: ReviewResult,
}

impl CertifiedResult {
    /// The document as it is to be stored, byte for byte what was audited.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// The document on its own.
    #[must_use]
    pub fn into_json(self) -> String {
        self.json
    }

    /// The same, parsed.
    #[must_use]
    pub fn result(&self) -> &ReviewResult {
        &self.result
    }
}

/// Works out what may be said about a review, and certifies it.
///
/// What is shown is decided by how many people answered and by what is printed, so the auditor has nothing to refuse.
/// Where it does all the same, that is a defect, and there is no result.
///
/// `rng` shuffles the comments and makes their ids; nothing else depends on it, and nothing at all on the order of the
/// ballots.
///
/// # Errors
/// [`CountError`] when the ballots do not fit the round and its framework, and [`CountError::Uncertified`] when the
/// auditor refuses. Then nothing is counted.
///
/// # Guarantee
/// The bytes are those that [`audit`] certified.
pub fn certified_result(
    input: CountInput<'_>,
    budget: Budget,
    rng: &mut impl CryptoRng,
) -> Result<CertifiedResult, CountError> {
    let previous = input.previous;
    let evidence = {
        let named =
            |group: &candour_domain::GroupId| input.round.groups.find(group.as_str()).is_none_or(|group| group.named);
        let anonymous = input.ballots.iter().filter(|ballot| !named(&ballot.group));
        Evidence::from_ballots(
            input.framework,
            &input.round.groups,
            anonymous
                .map(|ballot| AuditedBallot { groups: vec![Some(ballot.group.clone())], response: &ballot.response }),
        )
        .with_later(input.later)
    };
    let mut result = full_result(input, rng)?;
    result.audit = Some(Account::of(&result).stored(&result));
    let json = serde_json::to_string(&result).map_err(|_unwritable| CountError::Uncertified)?;
    let audited = Audited { releases: &[&json], evidence: &evidence, previous: previous.as_ref() };
    if audit(&audited, budget).is_certified() {
        Ok(CertifiedResult { json, result })
    } else {
        Err(CountError::Uncertified)
    }
}
