//! How the first emails of a round fare, in numbers: for those who have just launched one with thousands of people.
//!
//! It is no clock of answers. It counts what has been handed to the mail server, which is in the list of raters anyway,
//! person by person, and nothing that a rater does moves it. There is nothing like it for reminders, news of a later
//! deadline or confirmations: they go to those who have not answered, or who have, so their number is the number of
//! answers, live.

use candour_domain::access::permission::GetDelivery;
use candour_domain::{Authorised, Delivery, RoundId};
use candour_storage::deliveries;
pub use candour_storage::deliveries::Fared;

use crate::app::App;
use crate::error::Error;
use crate::round::read_rounds;

/// How the first emails of a round fare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundDelivery(Vec<Fared>);

/// How the first emails of a round fare.
///
/// # Guarantee
/// It depends on nobody's answer. Somebody who opens, saves, sends or declines leaves it as it is to the byte, and so does a
/// reminder.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delivery(app: &App, by: &Authorised<GetDelivery>, id: RoundId) -> Result<RoundDelivery, Error> {
    let sees = by.principal().visibility();
    app.storage
        .read(by.organisation(), move |tenant| {
            let round = read_rounds::round(tenant, &sees, id)?;
            Ok(RoundDelivery(deliveries::in_round(tenant, round.id())?))
        })
        .await
}

impl RoundDelivery {
    /// Every first email: one for each person of a draft that has been launched, and of those who were added later. The
    /// one to somebody who is asked again counts in the place of the one that was refused.
    #[must_use]
    pub fn emails(&self) -> u32 {
        self.0.iter().map(|fared| fared.emails).sum()
    }

    /// How many fare so.
    #[must_use]
    pub fn number(&self, delivery: Delivery) -> u32 {
        self.0.iter().filter(|fared| fared.delivery == delivery).map(|fared| fared.emails).sum()
    }

    /// How many the mail server has taken, or are in files where there is none.
    #[must_use]
    pub fn handed_over(&self) -> u32 {
        self.number(Delivery::Sent) + self.number(Delivery::WrittenToFile)
    }

    /// Those that did not arrive, by how and why. Those that were refused before reasons were kept have none.
    pub fn problems(&self) -> impl Iterator<Item = &Fared> {
        self.0.iter().filter(|fared| matches!(fared.delivery, Delivery::Bounced | Delivery::Failed))
    }

    /// Whether some are still to be sent.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.number(Delivery::Queued) > 0
    }
}

#[cfg(test)]
mod tests {
    use candour_domain::DeliveryReason;

    use super::*;

    #[test]
    fn what_has_been_handed_over_is_what_the_server_took_or_a_file() {
        let fared = |delivery, emails| Fared { delivery, why: None, emails };
        let all = RoundDelivery(vec![
            Fared { why: Some(DeliveryReason::NoSuchMailbox), ..fared(Delivery::Bounced, 2) },
            fared(Delivery::Queued, 30),
            fared(Delivery::Sent, 400),
            fared(Delivery::WrittenToFile, 5000),
        ]);
        assert_eq!((all.emails(), all.handed_over(), all.is_under_way()), (5432, 5400, true));
        assert_eq!(all.problems().map(|fared| fared.emails).collect::<Vec<_>>(), [2]);
        assert_eq!(RoundDelivery::default().emails(), 0);
        assert!(!RoundDelivery(vec![fared(Delivery::Failed, 1)]).is_under_way());
    }
}
