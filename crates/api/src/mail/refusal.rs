//! Whether a mail server's refusal is about the address or about something that may mend itself.
//!
//! A wrong "the address is bad" is worse than a wrong "try again": the first marks a person as unreachable at once, the second is tried
//! until the worker gives up and the administrator sees it. So only what speaks of the recipient counts as refused:
//!
//! | reply | enhanced status | verdict |
//! | --- | --- | --- |
//! | 550, 551, 553, 556 | about the recipient: x.1.y (but x.1.7 and x.1.8, the sender), x.2.y (but x.2.2, full, and x.2.3, message too long), x.4.y | refused |
//! | 550, 551, 553, 556 | none or x.0.y | refused, unless the text speaks of relaying, the sender, signing in, spam or a block |
//! | 501, 554 | x.1.y (but x.1.7 and x.1.8) | refused |
//! | any other | any other: 4xx, 530/534/535 (sign-in), 552 (too big), x.7.y (policy), … | temporary |
//!
//! Microsoft 365 says `550 5.4.1` for a mailbox that does not exist; RFC 7504 says `556 5.1.10` for a domain that takes no mail.

/// A reply that is not about the recipient often says so in these words, where it carries no enhanced status.
const NOT_THE_RECIPIENT: [&str; 7] = ["relay", "sender", "authentic", "spam", "block", "policy", "reputation"];

/// Whether the address will never work. `text` is the server's text, which begins with the enhanced status if it gives one.
pub(super) fn is_final(code: u16, text: &str) -> bool {
    let status = enhanced_status(text);
    match (code, status) {
        (550 | 551 | 553 | 556, None | Some((0, _))) => {
            let text = text.to_lowercase();
            !NOT_THE_RECIPIENT.iter().any(|word| text.contains(word))
        }
        (550 | 551 | 553 | 556, Some((subject @ (1 | 2 | 4), detail))) => !matches!((subject, detail), (1, 7 | 8) | (2, 2 | 3)),
        (501 | 554, Some((1, detail))) => !matches!(detail, 7 | 8),
        _ => false,
    }
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
        (number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.parse::<u16>().ok()).flatten()
    });
    match (numbers.next()??, numbers.next()??, numbers.next()??) {
        (2 | 4 | 5, subject, detail) => Some((subject, detail)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_the_recipient_is_final() {
        for (code, text) in [
            (550, "5.1.1 <a@b.uk>: Recipient address rejected: User unknown in local recipient table"),
            (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
            (550, "5.4.1 Recipient address rejected: Access denied"),
            (550, "5.2.1 The email account that you tried to reach is disabled"),
            (550, "No such user here"),
            (550, "Unrouteable address"),
            (550, ""),
            (551, "User not local"),
            (553, "5.1.3 The recipient address is not a valid address"),
            (553, "mailbox name not allowed"),
            (556, "5.1.10 Domain does not accept mail"),
            (554, "5.1.1 mailbox unavailable"),
            (501, "5.1.3 Bad recipient address syntax"),
        ] {
            assert!(is_final(code, text), "{code} {text}");
        }
    }

    #[test]
    fn anything_else_is_tried_again() {
        for (code, text) in [
            (421, "4.3.2 Service shutting down"),
            (450, "4.2.0 Greylisted"),
            (451, "4.3.0 Temporary lookup failure"),
            (452, "4.2.2 Mailbox full"),
            (501, "Syntax error"),
            (530, "5.7.0 Must issue a STARTTLS command first"),
            (534, "5.7.9 Please log in with your web browser"),
            (535, "5.7.8 Username and Password not accepted"),
            (550, "5.7.1 Unauthenticated email from trust.org.uk is not accepted due to the domain's DMARC policy"),
            (550, "5.7.60 Client does not have permissions to send as this sender"),
            (550, "5.2.2 Mailbox full"),
            (550, "5.1.8 Access denied, bad outbound sender"),
            (550, "5.1.7 Invalid sender address"),
            (550, "relay not permitted"),
            (550, "Sender verify failed"),
            (550, "Message rejected as spam"),
            (550, "5.0.0 rejected: blocked by a list"),
            (552, "5.3.4 Message size exceeds fixed limit"),
            (552, "5.2.2 Over quota"),
            (553, "5.7.1 <a@b.uk>: Sender address rejected: not owned by user"),
            (554, "5.7.1 <a@b.uk>: Relay access denied"),
            (554, "Transaction failed"),
            (554, "5.3.0 Other mail system problem"),
            (571, "5.7.1 refused"),
        ] {
            assert!(!is_final(code, text), "{code} {text}");
        }
    }

    #[test]
    fn a_reply_in_figures_repeats_no_text() {
        assert_eq!(in_figures(550, "5.1.1 <a@b.uk>: unknown"), "550 5.1.1");
        for unstated in ["<a@b.uk> unknown", "", "1.2.3 x", "5.1", "5.1.1.1 x", "5..1 x", "5.1.+1 x"] {
            assert_eq!(in_figures(451, unstated), "451", "{unstated}");
        }
    }
}
