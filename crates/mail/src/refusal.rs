//! What a mail server's refusal says: that the address will never work, that we send too much, or neither.
//!
//! A wrong "the address is bad" is worse than a wrong "try again": the first marks a person as unreachable at once, the
//! second is tried for about a day and then the administrator sees it. So an address is bad only where the reply says
//! that it, its domain or its mailbox is not there or is disabled. Whatever is not known to be the recipient's end may
//! be the sender's, and is tried again:
//!
//! | reply | enhanced status | verdict |
//! | --- | --- | --- |
//! | 501, 550, 551, 553, 554, 556 | 5.1.1, 5.1.2, 5.1.3, 5.1.6, 5.1.10: no such mailbox, no such domain, no address, moved away, a domain that takes no mail (RFC 3463, RFC 7505) | final |
//! | the same | 5.2.1 whose text says that the mailbox is disabled; it also stands for "takes mail too fast" | final |
//! | the same | 5.4.1 with "Recipient address rejected: Access denied", by which Microsoft 365 says that there is no such mailbox | final |
//! | the same | none, 5.0.0, 5.1.0, 5.5.0, where the text says that there is no such mailbox | final |
//! | 556 | none: the code itself says it (RFC 7504) | final |
//! | any | any that speaks of the sender's quota or rate | slow down |
//! | any other | any other, and all of the above whose text speaks of the sender, a list, a policy, the content, a verification, a connection | temporary |
//!
//! Sources: RFC 5321, RFC 3463 and the registry of enhanced status codes that RFC 5248 set up; the lists of replies
//! that Microsoft 365 ("Email non-delivery reports in Exchange Online") and Google ("Gmail SMTP errors and codes")
//! publish; the texts of Postfix, Exim and sendmail.

/// What follows from a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The address will never work.
    Final,
    /// This message may be taken later.
    Temporary,
    /// No message will be taken for a while.
    SlowDown,
}

/// Words, and beginnings of words, of replies that are about something else than the recipient, whatever their status
/// says.
const NOT_THE_RECIPIENT: [&str; 56] = [
    "sender",
    "originator",
    "envelope",
    "return path",
    "mail from",
    "your domain",
    "your host",
    "your ip",
    "dns",
    "hop count",
    "helo",
    "ehlo",
    "hostname",
    "client",
    "ptr",
    "rdns",
    "reverse",
    "spf",
    "dkim",
    "dmarc",
    "rbl",
    "dnsbl",
    "spamhaus",
    "blacklist",
    "blocklist",
    "block",
    "denylist",
    "listed",
    "spam",
    "unsolicited",
    "virus",
    "malware",
    "phish",
    "infected",
    "content",
    "attachment",
    "policy",
    "policies",
    "reputation",
    "relay",
    "authentic",
    "unauthentic",
    "authori",
    "verif",
    "unverif",
    "callout",
    "quota",
    "limit",
    "throttl",
    "greylist",
    "temporar",
    "timed",
    "timeout",
    "connection",
    "suspen",
    "quarantin",
];

/// What a server says whose recipient is not there, where the status does not say it.
const NO_SUCH_MAILBOX: [&str; 16] = [
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no such person",
    "no such address",
    "no mailbox here",
    "user unknown",
    "unknown user",
    "user not found",
    "unknown recipient",
    "recipient unknown",
    "recipient not found",
    "invalid recipient",
    "mailbox not found",
    "domain does not accept mail",
    "unrouteable address",
];

/// What has to be meant by "does not exist": a host or a domain that does not may be the sender's.
const RECIPIENT: [&str; 7] = ["recipient", "user", "mailbox", "inbox", "account", "address", "person"];

/// How a server speaks of the sender's quota or rate.
const TOO_MUCH: [&str; 17] = [
    "sending quota",
    "sending limit",
    "relay limit",
    "daily limit",
    "daily quota",
    "hourly limit",
    "rate limit",
    "rate limited",
    "ratelimit",
    "message limit",
    "too many messages",
    "too many emails",
    "too many mails",
    "too many connections",
    "too many concurrent",
    "unusual rate",
    "throttl",
];

/// What a reply means. `text` is the server's text, which begins with the enhanced status if it gives one.
pub(super) fn judge(code: u16, text: &str) -> Verdict {
    let (status, words) = (enhanced_status(text), words(text));
    if speaks_of_a_quota(status, &words) {
        return Verdict::SlowDown;
    }
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(&format!(" {phrase}")));
    let is_final = match (code, status) {
        (501 | 550 | 551 | 553 | 554 | 556, Some((1, 1 | 2 | 3 | 6 | 10))) | (556, None) => true,
        (550 | 551 | 553 | 554, Some((2, 1))) => says(&["disabled", "inactive", "deactivated"]),
        (550 | 551 | 553 | 554, Some((4, 1))) => says(&["recipient address rejected access denied"]),
        (550 | 551 | 553 | 554 | 556, None | Some((0 | 1 | 5, 0))) => {
            says(&NO_SUCH_MAILBOX) || says(&["does not exist", "doesn t exist"]) && says(&RECIPIENT)
        }
        _ => false,
    };
    if is_final && !says(&NOT_THE_RECIPIENT) { Verdict::Final } else { Verdict::Temporary }
}

/// Whether the sender is asked to slow down. What is said of the recipient's mailbox (x.2.y) is about one message,
/// unless it names a relay.
fn speaks_of_a_quota(status: Option<(u16, u16)>, words: &str) -> bool {
    match status {
        // Google's daily quota; Microsoft's daily limit, and its tenants that have sent too much; both names for a
        // rate.
        Some((4, 5) | (1, 90) | (7, 28 | 500 | 501 | 705 | 708)) => true,
        Some((2, _)) => words.contains(" relay limit"),
        _ => TOO_MUCH.iter().any(|phrase| words.contains(&format!(" {phrase}"))),
    }
}

/// The text in small letters, each word after one blank, without addresses: what somebody is called says nothing about
/// them.
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 1);
    for token in text.split_whitespace().filter(|token| !token.contains('@')) {
        for word in token.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
            words.push(' ');
            words.push_str(&word.to_lowercase());
        }
    }
    words
}

/// The reply in figures, such as `451 4.3.0`; never the server's text, which may repeat the address.
pub(super) fn in_figures(code: u16, text: &str) -> String {
    match enhanced_status(text) {
        Some((subject, detail)) => format!("{code} {}.{subject}.{detail}", code / 100),
        None => code.to_string(),
    }
}

/// Subject and detail of a leading `5.1.1`.
fn enhanced_status(text: &str) -> Option<(u16, u16)> {
    let mut numbers = text.split_whitespace().next()?.splitn(3, '.').map(|number| {
        (number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| number.parse::<u16>().ok())
            .flatten()
    });
    match (numbers.next()??, numbers.next()??, numbers.next()??) {
        (2 | 4 | 5, subject, detail) => Some((subject, detail)),
        _ => None,
    }
}

pub(super) mod reason;
#[cfg(test)]
mod tests;
