//! How the first emails of a round fare, in numbers.

use candour_domain::{Delivery, RoundId};

use crate::engine::column;
use crate::{StorageError, Tenant};

/// Emails of a round that fare alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fared {
    /// How.
    pub delivery: Delivery,
    /// How many. One person gets one email about everything that they are asked for.
    pub emails: u32,
}

/// How the first emails of a round fare. Those to withdrawn people are left out: one that was under way is not sent any
/// more. It is one statement over the round's invitations, by their index.
///
/// # Guarantee
/// It reads nothing that an answer, a draft or a "no" changes, and nothing that a reminder does.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn in_round(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<Fared>, StorageError> {
    let counted = tenant.emails_by_delivery(&round.to_string())?;
    let fared = |(delivery, emails): (String, i64)| {
        // As for a single person: one that a newer program knows says nothing here.
        let delivery = Delivery::from_name(&delivery).unwrap_or(Delivery::Queued);
        Ok(Fared { delivery, emails: column::number(emails, "the number of emails")? })
    };
    counted.into_iter().map(fared).collect()
}
