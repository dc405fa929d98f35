//! Why an email was not taken, in a word: from the reply's code and enhanced status, and where they do not say it, from
//! what the text speaks of. The text itself goes no further.

use candour_domain::DeliveryReason;

use super::{enhanced_status, words};

/// What a server says that takes no mail from this sender, whatever its status says.
const SENDER: [&str; 7] = [
    "sender address rejected",
    "send as this sender",
    "bad outbound sender",
    "relay not permitted",
    "relay access denied",
    "relaying denied",
    "sender verify failed",
];

/// What a server speaks of that takes an email for unwanted, where its status does not say it.
const UNWANTED: [&str; 20] = [
    "spam",
    "unsolicited",
    "virus",
    "malware",
    "phish",
    "blacklist",
    "blocklist",
    "denylist",
    "blocked",
    "listed",
    "rbl",
    "dnsbl",
    "spf",
    "dkim",
    "dmarc",
    "reputation",
    "policy",
    "content rejected",
    "quarantin",
    "greylist",
];

/// Why an address will never work: of a reply that [`super::judge`] takes for final.
///
/// # Guarantee
/// It is always a reason of the address.
pub(in super::super) fn of_address(code: u16, text: &str) -> DeliveryReason {
    match (code, enhanced_status(text)) {
        (_, Some((1, 2 | 10))) | (556, _) => DeliveryReason::NoSuchDomain,
        (_, Some((1, 3))) => DeliveryReason::NotAnAddress,
        (_, Some((2, 1))) => DeliveryReason::MailboxDisabled,
        _ => DeliveryReason::NoSuchMailbox,
    }
}

/// Why an email was not taken this time: of a reply that [`super::judge`] takes for temporary.
///
/// # Guarantee
/// It is never a reason of the address: what may be the sender's fault does not send somebody to correct an address.
pub(in super::super) fn of_attempt(code: u16, text: &str) -> DeliveryReason {
    let (status, words) = (enhanced_status(text), words(text));
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(&format!(" {phrase}")));
    match (code, status) {
        (530 | 534 | 535 | 538, _) | (_, Some((1, 7 | 8))) => DeliveryReason::SenderRefused,
        _ if says(&SENDER) => DeliveryReason::SenderRefused,
        (_, Some((2, 2))) | (552, None) => DeliveryReason::MailboxFull,
        (_, None | Some((2, 0))) if says(&["mailbox full", "mailbox is full", "over quota", "quota exceeded"]) => {
            DeliveryReason::MailboxFull
        }
        (_, Some((7, _))) => DeliveryReason::Unwanted,
        _ if says(&UNWANTED) => DeliveryReason::Unwanted,
        (421, _) | (_, Some((3, 1 | 2) | (4, _))) => DeliveryReason::Unavailable,
        _ => DeliveryReason::Other,
    }
}

#[cfg(test)]
mod tests {
    use candour_domain::DeliveryReason::{
        MailboxDisabled, MailboxFull, NoSuchDomain, NoSuchMailbox, NotAnAddress, Other, SenderRefused, Unavailable,
        Unwanted,
    };
    use proptest::prelude::*;

    use super::super::{Verdict, judge};
    use super::*;

    fn reason(code: u16, text: &str) -> DeliveryReason {
        match judge(code, text) {
            Verdict::Final => of_address(code, text),
            Verdict::Temporary => of_attempt(code, text),
            Verdict::SlowDown => DeliveryReason::TooManyEmails,
        }
    }

    #[test]
    fn what_somebody_can_do_follows_from_the_reply() {
        for (code, text, expected) in [
            (550, "5.1.1 <a@b.uk>: Recipient address rejected: User unknown in local recipient table", NoSuchMailbox),
            (550, "5.1.6 Mailbox has moved, no forwarding address", NoSuchMailbox),
            (550, "5.4.1 Recipient address rejected: Access denied. [x.outlook.com]", NoSuchMailbox),
            (550, "No such user here", NoSuchMailbox),
            (550, "5.1.2 <a@b.uk>... Host unknown", NoSuchDomain),
            (556, "nullMX", NoSuchDomain),
            (556, "5.1.10 Domain does not accept mail", NoSuchDomain),
            (553, "5.1.3 The recipient address is not a valid address", NotAnAddress),
            (550, "5.2.1 The email account that you tried to reach is disabled.", MailboxDisabled),
            (452, "4.2.2 The email account that you tried to reach is over quota", MailboxFull),
            (550, "5.2.2 Mailbox full", MailboxFull),
            (552, "Requested mail action aborted: exceeded storage allocation", MailboxFull),
            (450, "Mailbox is full", MailboxFull),
            (550, "5.7.1 Unauthenticated email from trust.org.uk is not accepted due to DMARC policy", Unwanted),
            (554, "5.7.1 Message rejected as spam", Unwanted),
            (550, "Your host 192.0.2.1 is listed on an RBL", Unwanted),
            (550, "This message contains a virus", Unwanted),
            (451, "4.7.1 Greylisted, please try again", Unwanted),
            (535, "5.7.8 Username and Password not accepted", SenderRefused),
            (550, "5.7.60 Client does not have permissions to send as this sender", SenderRefused),
            (501, "5.1.8 Sender address rejected: Domain not found", SenderRefused),
            (550, "5.4.1 Relay Access Denied", SenderRefused),
            (550, "5.4.5 Daily user sending quota exceeded. a1-v6sm123 - gsmtp", DeliveryReason::TooManyEmails),
            (421, "Service shutting down", Unavailable),
            (451, "4.3.2 System not accepting network messages", Unavailable),
            (450, "4.4.1 Connection timed out", Unavailable),
            (450, "4.2.1 The user you are trying to contact is receiving mail too quickly.", Other),
            (451, "4.3.0 Temporary lookup failure", Other),
            (550, "", Other),
        ] {
            assert_eq!(reason(code, text), expected, "{code} {text}");
        }
    }

    proptest! {
        #[test]
        fn guarantee_an_address_is_blamed_only_where_it_will_never_work(
            code in 400u16..600,
            text in "([245]\\.[0-9]\\.[0-9]{1,2} )?(user unknown|no such user|mailbox full|spam|relay|disabled)?.{0,30}",
        ) {
            prop_assert_eq!(reason(code, &text).is_of_the_address(), judge(code, &text) == Verdict::Final);
        }
    }
}
