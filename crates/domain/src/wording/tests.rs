use proptest::prelude::*;

use super::*;

fn parsed(text: &str) -> Result<Option<String>, WordingError> {
    Ok(Opening::parse(text)?.map(|opening| opening.as_str().to_owned()))
}

#[test]
fn what_mail_programs_make_a_link_of_is_refused_where_it_stands() {
    for link in [
        "https://trust.org.uk",
        "HTTP://TRUST.ORG.UK",
        "hxxp://trust",
        "www.trust",
        "(www.trust.org.uk)",
        "trust.org.uk",
        "Trust.org.uk/login?x=1",
        "<trust.org.uk>",
        "t.co/abc",
        "x.com",
        "ann.lee@trust.org.uk",
        "ann@localhost",
        "ann\u{ff20}trust",
        "trust\u{3002}org",
        "mailto:ann",
        "tel:+4420",
        "javascript:alert(1)",
        "192.0.2.1/x",
        "bücher.example",
        "here.Now",
    ] {
        assert_eq!(parsed(&format!("Look at {link} today")), Err(WordingError::Link(9)), "{link}");
        assert_eq!(parsed(link), Err(WordingError::Link(1)), "{link}");
    }
}

#[test]
fn plain_text_is_taken_as_it_is() {
    for text in [
        "Dear colleagues,\n\nplease take part, e.g. on your phone, by 5 p.m. on 12.05.2027 (i.e. soon).",
        "Room No.10, at 10.30am. Ask Ann @ reception. And/or Bob... Ph.D. or B.Ed., 3.5 minutes",
        "=HYPERLINK(1) +44 20 7946 0000 <script>alert(1)</script> & \"quoted\"",
        "Zo\u{eb} thanks you \u{1f44b}",
    ] {
        assert_eq!(parsed(text), Ok(Some(text.to_owned())));
    }
    assert_eq!(parsed(" \r\n\t "), Ok(None));
    assert_eq!(parsed("One\r\n\r\n\r\n\r\nTwo \u{a0}\rThree\t4"), Ok(Some("One\n\nTwo\nThree 4".to_owned())));
}

#[test]
fn what_turns_the_text_around_or_is_not_seen_is_refused() {
    assert!(matches!(parsed("Ann \u{202e}eeL"), Err(WordingError::Unseen(_))));
    assert!(matches!(parsed("Ann\u{200b}Lee"), Err(WordingError::Unseen(_))));
    assert_eq!(parsed("Ann\u{0}Lee"), Err(WordingError::Control));
    assert_eq!(parsed(&"a".repeat(LONGEST_OPENING)), Ok(Some("a".repeat(LONGEST_OPENING))));
    assert_eq!(parsed(&"a".repeat(LONGEST_OPENING + 1)), Err(WordingError::TooLong));
}

#[test]
fn a_change_leaves_what_it_does_not_name() -> Result<(), (WordedEmail, WordingError)> {
    let change = |invitation: Option<&str>, reminder: Option<&str>| WordingChange {
        invitation: invitation.map(str::to_owned),
        reminder: reminder.map(str::to_owned),
    };
    let none = EmailWording::default();
    let first = none.with(&change(Some("Hello"), None))?;
    let both = first.with(&change(None, Some("Again")))?;
    assert_eq!(both.of(WordedEmail::Invitation).map(Opening::as_str), Some("Hello"));
    assert_eq!(both.differing(&first), [WordedEmail::Reminder]);
    assert_eq!(both.with(&change(Some(""), Some(" ")))?, none);
    assert_eq!(both.with(&change(None, Some("www.x"))), Err((WordedEmail::Reminder, WordingError::Link(1))));
    Ok(())
}

proptest! {
    #[test]
    fn guarantee_an_opening_goes_in_again_unchanged_and_has_no_link(text in "[ -~\n\r\t\u{a0}\u{2028}é.@:/]{0,80}") {
        if let Ok(Some(opening)) = Opening::parse(&text) {
            prop_assert_eq!(Opening::parse(opening.as_str()), Ok(Some(opening.clone())));
            prop_assert_eq!(Opening::stored(opening.as_str()), opening.clone());
            prop_assert!(!opening.as_str().contains("://") && !opening.as_str().to_lowercase().contains("www."));
            prop_assert!(opening.paragraphs().all(|paragraph| !paragraph.is_empty()));
        }
    }
}
