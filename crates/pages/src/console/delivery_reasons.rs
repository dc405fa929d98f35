//! Why an email to somebody did not arrive and what to do about it, in words.

use candour_domain::{Delivery, DeliveryReason};

use crate::frame::{Said, Say};

/// What is to be said of an email that fares so; `None` where it has arrived or is on its way. `sender` is the address
/// that emails come from.
pub(super) fn in_words(
    say: Say,
    (delivery, why): (Option<Delivery>, Option<DeliveryReason>),
    sender: &str,
) -> Option<Said> {
    let is_wrong = matches!(delivery, Some(Delivery::Bounced | Delivery::Failed));
    Some(match why.filter(|_| is_wrong) {
        Some(DeliveryReason::NoSuchMailbox) => Said::of(say.reason_no_such_mailbox()),
        Some(DeliveryReason::NoSuchDomain) => Said::of(say.reason_no_such_domain()),
        Some(DeliveryReason::NotAnAddress) => Said::of(say.reason_not_an_address()),
        Some(DeliveryReason::MailboxDisabled) => Said::of(say.reason_mailbox_disabled()),
        Some(DeliveryReason::MailboxFull) => Said::of(say.reason_mailbox_full()),
        Some(DeliveryReason::Unwanted) => Said::of(say.reason_unwanted().sender(sender)),
        Some(DeliveryReason::SenderRefused) => Said::of(say.reason_sender_refused().sender(sender)),
        Some(DeliveryReason::TooManyEmails) => Said::of(say.reason_too_many_emails()),
        Some(DeliveryReason::Unavailable) => Said::of(say.reason_unavailable()),
        Some(DeliveryReason::Other) => Said::of(say.reason_other()),
        None => match delivery {
            Some(Delivery::Bounced) => Said::of(say.reason_refused()),
            Some(Delivery::Failed) => Said::of(say.reason_failed()),
            _ => return None,
        },
    })
}
