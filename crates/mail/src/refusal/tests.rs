use proptest::prelude::*;

use super::*;

#[test]
fn only_an_address_that_is_not_there_is_final() {
    for (code, text) in [
        (550, "5.1.1 <a@b.uk>: Recipient address rejected: User unknown in local recipient table"),
        (
            550,
            "5.1.1 The email account that you tried to reach does not exist. Please try double-checking the \
             recipient's email address",
        ),
        (550, "5.1.1 <spam.sender@quota.uk> User unknown"),
        (550, "5.1.1 RESOLVER.ADR.RecipNotFound; not found"),
        (550, "5.1.2 <a@b.uk>... Host unknown"),
        (550, "5.1.6 Mailbox has moved, no forwarding address"),
        (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
        (550, "5.1.0 <a@b.uk> No such user here"),
        (550, "5.4.1 Recipient address rejected: Access denied. [AM6EUR05FT.eop-eur05.prod.protection.outlook.com]"),
        (550, "5.2.1 The email account that you tried to reach is disabled."),
        (
            550,
            "5.2.1 The email account that you tried to reach is inactive. Learn more at \
             https://support.google.com/mail/?p=DisabledUser",
        ),
        (550, "5.5.0 Recipient not found."),
        (550, "No such user here"),
        (550, "Unknown user <a@b.uk>"),
        (550, "Unrouteable address"),
        (550, "This user does not exist"),
        (550, "Requested action not taken: the mailbox doesn't exist"),
        (550, "Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [x]"),
        (553, "5.1.3 The recipient address is not a valid address"),
        (554, "5.1.1 mailbox unavailable"),
        (554, "delivery error: dd Requested mail action aborted, mailbox not found"),
        (556, "5.1.10 Domain does not accept mail"),
        (556, "nullMX"),
        (501, "5.1.3 Bad recipient address syntax"),
    ] {
        assert_eq!(judge(code, text), Verdict::Final, "{code} {text}");
    }
}

#[test]
fn a_quota_or_a_rate_slows_the_queue() {
    for (code, text) in [
        (550, "5.4.5 Daily user sending quota exceeded. a1-v6sm123 - gsmtp"),
        (550, "5.4.5 Daily SMTP relay limit exceeded for customer."),
        (550, "5.1.90 Your message can't be sent because you've reached your daily limit for message recipients"),
        (550, "5.7.705 Access denied, tenant has exceeded threshold"),
        (550, "5.7.708 Access denied, traffic not accepted from this IP"),
        (550, "Too many messages from this account, try again tomorrow"),
        (550, "5.7.0 too many emails per hour"),
        (554, "5.7.1 Message rate limit exceeded"),
        (452, "4.3.1 rate limit exceeded"),
        (421, "4.7.28 Our system has detected an unusual rate of email"),
        (421, "4.7.0 too many concurrent SMTP connections; please try again later."),
        (421, "Too many connections from your host"),
        (450, "4.2.1 Peak SMTP relay limit exceeded for customer."),
        (451, "4.7.500 Server busy. Please try again later"),
        (432, "4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded; throttled"),
        (454, "Throttling failure: Maximum sending rate exceeded."),
        (454, "Throttling failure: Daily message quota exceeded."),
    ] {
        assert_eq!(judge(code, text), Verdict::SlowDown, "{code} {text}");
    }
}

#[test]
fn anything_else_is_tried_again() {
    for (code, text) in [
        (421, "4.3.2 Service shutting down"),
        (450, "4.2.0 Greylisted"),
        (450, "4.2.1 The user you are trying to contact is receiving mail too quickly."),
        (451, "4.3.0 Temporary lookup failure"),
        (452, "4.2.2 The email account that you tried to reach is over quota"),
        (501, "Syntax error"),
        (501, "5.1.7 Invalid sender address"),
        (521, "This host does not accept mail"),
        (530, "5.7.0 Must issue a STARTTLS command first"),
        (534, "5.7.9 Please log in with your web browser"),
        (535, "5.7.8 Username and Password not accepted"),
        // The mailbox is there, or nobody knows.
        (
            550,
            "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages \
             from being delivered.",
        ),
        (550, "5.2.1 Mailbox cannot be accessed"),
        (550, "5.2.2 Mailbox full"),
        (550, "5.2.3 Message too large"),
        (550, "5.1.4 Recipient address is ambiguous"),
        (550, "5.1.0 Address rejected"),
        (550, "5.1.0 <feedback@trust.uk>: Sender address rejected: User unknown in local recipient table"),
        (550, "5.1.1 <feedback@trust.uk>: Sender address rejected: User unknown"),
        (
            550,
            "5.1.1 <a@b.uk>: Recipient address rejected: unverified address: connect to b.uk[192.0.2.1]:25: Connection \
             timed out",
        ),
        (550, "5.4.1 Relay Access Denied"),
        (550, "5.4.1 All recipient addresses rejected : Access denied"),
        // Microsoft 365, about a route, a loop, a name server or the sender's own connector.
        (550, "5.0.350 Remote server returned an error -> 550 5.7.1 message content rejected"),
        (550, "5.0.350 Generic error, x-dg-ref header is too long"),
        (550, "5.4.14 Hop count exceeded - possible mail loop ATTR14"),
        (550, "5.4.300 Message expired -> 451 4.4.0 connection failed"),
        (550, "5.4.312 Message expired, DNS query failed"),
        (550, "5.1.8 Access denied, bad outbound sender"),
        (501, "5.1.8 Sender address rejected: Domain not found"),
        (550, "5.7.1 Unauthenticated email from trust.org.uk is not accepted due to the domain's DMARC policy"),
        (550, "5.7.60 Client does not have permissions to send as this sender"),
        (550, "5.7.1 <a@b.uk>: Recipient address rejected: Access denied"),
        // Without a status.
        (550, ""),
        (550, "Requested action not taken: mailbox unavailable"),
        (550, "rejected"),
        (550, "SPF check failed: 192.0.2.1 is not allowed to send mail from trust.uk"),
        (550, "SPF: sending domain does not exist"),
        (550, "Your domain does not exist"),
        (550, "the domain trust.org.uk does not exist"),
        (550, "Envelope from domain does not exist"),
        (550, "MAIL FROM address does not exist"),
        (550, "Return path mailbox does not exist"),
        (550, "originator mailbox does not exist"),
        (550, "Host mail.trust.org.uk does not exist"),
        (550, "Your host does not exist in DNS"),
        (550, "IP 192.0.2.1 does not exist in DNS"),
        (550, "5.1.1 no MX record of your domain"),
        (550, "maximum hop count exceeded, mailbox not found"),
        (550, "DKIM signature missing or invalid"),
        (550, "Access denied - Invalid HELO name (See RFC2821 4.1.1.1)"),
        (550, "HELO command rejected: Host not found; domain does not exist"),
        (550, "No PTR record for 192.0.2.1; the reverse name does not exist"),
        (550, "Client host rejected: cannot find your hostname"),
        (550, "Your host 192.0.2.1 is listed on an RBL"),
        (550, "Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org"),
        (550, "This message contains a virus"),
        (550, "Message content rejected"),
        (550, "Message rejected as spam"),
        (550, "Verification failed for <feedback@trust.uk>\nUnrouteable address\nSender verify failed"),
        (550, "Sender verify failed"),
        (550, "Callout verification failed: user unknown"),
        (550, "relay not permitted"),
        (550, "5.0.0 rejected: blocked by a list"),
        (550, "Administrative prohibition"),
        (550, "User suspended"),
        (551, "User not local; please try <b@c.uk>"),
        (552, "5.3.4 Message size exceeds fixed limit"),
        (552, "5.2.2 Over quota"),
        (553, "mailbox name not allowed"),
        (553, "sorry, that domain isn't in my list of allowed rcpthosts"),
        (553, "5.7.1 <a@b.uk>: Sender address rejected: not owned by user"),
        (554, "5.7.1 <a@b.uk>: Relay access denied"),
        (554, "Transaction failed"),
        (554, "5.3.0 Other mail system problem"),
        (571, "5.7.1 refused"),
    ] {
        assert_eq!(judge(code, text), Verdict::Temporary, "{code} {text}");
    }
}

#[test]
fn a_reply_in_figures_repeats_no_text() {
    assert_eq!(in_figures(550, "5.1.1 <a@b.uk>: unknown"), "550 5.1.1");
    for unstated in ["<a@b.uk> unknown", "", "1.2.3 x", "5.1", "5.1.1.1 x", "5..1 x", "5.1.+1 x"] {
        assert_eq!(in_figures(451, unstated), "451", "{unstated}");
    }
}

proptest! {
    /// Of all the statuses there are, few say that an address is not there.
    #[test]
    fn guarantee_no_status_outside_the_list_is_final_without_words(code in 400u16..600, subject in 0u16..10, detail in 0u16..1000) {
        let listed = matches!((subject, detail), (1, 1 | 2 | 3 | 6 | 10));
        let text = format!("{}.{subject}.{detail} refused", code / 100);
        prop_assert!(listed || judge(code, &text) != Verdict::Final);
    }

    #[test]
    fn guarantee_what_lasts_for_a_while_is_never_final(code in 400u16..500, text in "(4\\.1\\.1 )?(user unknown|no \
     such user|disabled)?.{0,40}") {
        prop_assert_ne!(judge(code, &text), Verdict::Final);
    }
}
