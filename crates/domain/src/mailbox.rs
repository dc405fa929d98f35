//! The mailbox behind an address: one person may write theirs in many ways.

use crate::Email;

/// Who an address reaches, for comparing only: mail is sent to the address as it was given.
///
/// Letters are lower case, and a domain is as it goes over the wire (`xn--…`). What follows a `+` before the `@` is a
/// tag that most mail servers ignore, so it is left out at every domain. At `gmail.com`, which is also called
/// `googlemail.com`, dots before the `@` are left out too. A domain that does not ignore tags might have two people who
/// look like one here; they then use other addresses, which is better than one person who answers twice. `Debug` does
/// not show it.
///
/// ```
/// use candour_domain::Email;
/// let mailbox = |text: &str| Email::parse(text).map(|email| email.mailbox());
/// assert_eq!(mailbox("Pat+board@trust.org.uk")?, mailbox("pat@trust.org.uk")?);
/// assert_eq!(mailbox("pat@münchen.example")?, mailbox("pat@xn--mnchen-3ya.example")?);
/// assert_eq!(mailbox("p.a.t+x@googlemail.com")?, mailbox("pat@gmail.com")?);
/// assert_ne!(mailbox("p.a.t@trust.org.uk")?, mailbox("pat@trust.org.uk")?);
/// # Ok::<(), candour_domain::person::InvalidPerson>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mailbox(String);

impl Email {
    /// The mailbox that this address reaches.
    ///
    /// # Guarantee
    /// Two addresses that differ in a tag only, or at Gmail in dots, have the same mailbox.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        let (local, domain) = self.as_str().rsplit_once('@').unwrap_or((self.as_str(), ""));
        // An address may begin with "+"; then there is nothing before the tag to know it by.
        let local =
            local.split_once('+').map(|(before, _tag)| before).filter(|before| !before.is_empty()).unwrap_or(local);
        // One domain may be written with letters of any language, or as it goes over the wire (`xn--…`).
        let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_not_a_domain| domain.to_owned());
        Mailbox(match domain.as_str() {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            _ => format!("{local}@{domain}"),
        })
    }

    /// What follows the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.as_str().rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailbox(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::person::InvalidPerson;

    fn mailbox(text: &str) -> Result<Mailbox, InvalidPerson> {
        Ok(Email::parse(text)?.mailbox())
    }

    #[test]
    fn an_address_that_is_all_tag_keeps_it() -> Result<(), InvalidPerson> {
        assert_ne!(mailbox("+a@trust.uk")?, mailbox("+b@trust.uk")?);
        assert_eq!(Email::parse("Ann@Trust.uk")?.domain(), "trust.uk");
        assert!(!format!("{:?}", mailbox("ann@trust.uk")?).contains("ann"));
        Ok(())
    }

    proptest! {
        #[test]
        fn guarantee_tags_and_letters_do_not_tell_mailboxes_apart(
            name in "[a-z][a-z0-9._-]{0,8}[a-z0-9]", tag in "[a-z0-9+]{1,9}", domain in "[a-z]{1,8}\\.(uk|com|org)",
        ) {
            prop_assume!(!name.contains(".."));
            let plain = mailbox(&format!("{name}@{domain}"))?;
            prop_assert_eq!(&mailbox(&format!("{name}+{tag}@{domain}"))?, &plain);
            prop_assert_eq!(&mailbox(&format!("{}@{}", name.to_uppercase(), domain.to_uppercase()))?, &plain);
        }

        #[test]
        fn guarantee_dots_do_not_tell_mailboxes_apart_at_gmail(letters in "[a-z0-9]{2,9}", dots in proptest::collection::vec(any::<bool>(), 8)) {
            let dotted: String = letters
                .chars()
                .enumerate()
                .flat_map(|(at, letter)| (at > 0 && dots.get(at - 1) == Some(&true)).then_some('.').into_iter().chain([letter]))
                .collect();
            let plain = mailbox(&format!("{letters}@gmail.com"))?;
            prop_assert_eq!(&mailbox(&format!("{dotted}@gmail.com"))?, &plain);
            prop_assert_eq!(&mailbox(&format!("{dotted}@googlemail.com"))?, &plain);
            if dotted != letters {
                prop_assert_ne!(mailbox(&format!("{dotted}@trust.uk"))?, mailbox(&format!("{letters}@trust.uk"))?);
            }
        }

        #[test]
        fn other_names_and_other_domains_are_other_mailboxes(
            one in "[a-z]{1,9}", other in "[a-z]{1,9}", here in "[a-z]{1,5}\\.uk", there in "[a-z]{1,5}\\.uk",
        ) {
            let same = one == other && here == there;
            prop_assert_eq!(mailbox(&format!("{one}@{here}"))? == mailbox(&format!("{other}@{there}"))?, same);
        }
    }
}
