//! How the first emails of a round fare, in numbers.

use candour_domain::{Delivery, DeliveryReason, RoundId};

use crate::engine::column;
use crate::{StorageError, Tenant};

/// Emails of a round that fare alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fared {
    /// How.
    pub delivery: Delivery,
    /// Why they did not arrive, where that is known.
    pub why: Option<DeliveryReason>,
    /// How many. One person gets one email about everything that they are asked for.
    pub emails: u32,
}

/// How the first emails of a round fare. Those to withdrawn people are left out, since one that was under way is not sent
/// any more, and those to people who wait to be asked at another address. It is one statement over the round's
/// invitations, by their index.
///
/// # Guarantee
/// It reads nothing that an answer, a draft or a "no" changes, and nothing that a reminder does.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn in_round(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<Fared>, StorageError> {
    let mut counted = tenant.emails_by_delivery(&round.to_string())?;
    // Engines differ in where they put what is not known.
    counted.sort();
    let fared = |(delivery, why, emails): (String, Option<String>, i64)| {
        // As for a single person: one that a newer program knows says nothing here.
        let delivery = Delivery::from_name(&delivery).unwrap_or(Delivery::Queued);
        let why = why.and_then(|why| DeliveryReason::from_name(&why));
        Ok(Fared { delivery, why, emails: column::number(emails, "the number of emails")? })
    };
    counted.into_iter().map(fared).collect()
}
