//! The list of a review: everybody who is asked or waits to be, as the facilitator reads it and agrees to it.
//!
//! The administrator, who makes it, could surround a person with addresses of their own and subtract. So somebody else
//! reads it, with what is unusual marked, and agrees to exactly what they have read: the canonical text of the list is
//! hashed, and they send the hash back.

pub mod letter;

use std::collections::{BTreeMap, BTreeSet};

use crate::earlier::EarlierReview;
use crate::{Asked, Email, GroupId, Mailbox, Rater, Review};

/// Somebody on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Who, and in which group.
    pub rater: Rater,
    /// How they came to be on it.
    pub asked: Asked,
    /// Whether they were withdrawn since.
    pub withdrawn: bool,
    /// Whether they wait to be asked again, because the mail server refused the address they had.
    pub asked_again: bool,
}

/// Who runs the trust's rounds, and under which domains the trust writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Office {
    administrators: BTreeSet<Mailbox>,
    domains: BTreeSet<String>,
}

/// Something about somebody that the facilitator should know before they agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is an administrator's. HR leads do sit on executive teams, so this is told and not refused.
    Administrator,
    /// It is under none of the trust's own domains.
    Outside,
    /// It differs in one letter from this address, which is on the list, the subject's or the facilitator's.
    LooksAlike(Email),
    /// The mail server refused the address that was on the list at first.
    AskedAgain,
    /// It is the subject's, and the round of this title is about somebody of the same name under another mailbox.
    SameName(String),
}

impl Office {
    /// An office of these administrators; the contact of the trust adds a domain. A domain where anybody can have an
    /// address is not the trust's own.
    #[must_use]
    pub fn new(contact: &Email, administrators: &[Email]) -> Self {
        let known = administrators.iter().chain([contact]).map(Email::domain).filter(|domain| !is_public(domain));
        Self {
            administrators: administrators.iter().map(Email::mailbox).collect(),
            domains: known.map(str::to_owned).collect(),
        }
    }

    /// The mailboxes of the administrators.
    #[must_use]
    pub fn administrators(&self) -> &BTreeSet<Mailbox> {
        &self.administrators
    }

    /// Whether an address is under one of the trust's own domains or a subdomain of one.
    #[must_use]
    pub fn is_own(&self, email: &Email) -> bool {
        let domain = email.domain();
        self.domains
            .iter()
            .any(|own| domain == own || domain.strip_suffix(own).is_some_and(|before| before.ends_with('.')))
    }
}

impl Mark {
    /// The stable name in JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Outside => "outside",
            Self::LooksAlike(_) => "looks_alike",
            Self::AskedAgain => "asked_again",
            Self::SameName(_) => "same_name",
        }
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Administrator => f.write_str("an administrator of the trust, who sets up this round"),
            Self::Outside => f.write_str("not under one of the trust's own domains"),
            Self::LooksAlike(other) => write!(f, "differs in one letter from {other}"),
            Self::AskedAgain => f.write_str(
                "is to be asked again, because the mail server refused the address that was on the list at first",
            ),
            Self::SameName(title) => write!(
                f,
                "has the name of the person that the round \"{title}\" is about under another address; if they are one \
                 person, readers of both reports can subtract one from the other"
            ),
        }
    }
}

/// What is unusual about each person on the list, in its order.
#[must_use]
pub fn marks(review: &Review, list: &[Listed], office: &Office) -> Vec<Vec<Mark>> {
    let addresses: Vec<&Email> = list.iter().map(|listed| &listed.rater.person.email).collect();
    let alike = lookalikes(&addresses, [&review.subject.person.email, &review.facilitator.email]);
    let of = |(listed, alike): (&Listed, Vec<Email>)| {
        let email = &listed.rater.person.email;
        let administrator = office.administrators.contains(&email.mailbox()).then_some(Mark::Administrator);
        let outside = (!office.is_own(email)).then_some(Mark::Outside);
        let again = listed.asked_again.then_some(Mark::AskedAgain);
        administrator.into_iter().chain(outside).chain(alike.into_iter().map(Mark::LooksAlike)).chain(again).collect()
    };
    list.iter().zip(alike).map(of).collect()
}

/// What is unusual about the subject: each of `namesakes`, which [`crate::earlier::namesakes`] gives.
#[must_use]
pub fn subject_marks(namesakes: &[&EarlierReview]) -> Vec<Mark> {
    namesakes.iter().map(|other| Mark::SameName(other.round.record().title.clone())).collect()
}

/// The groups of which somebody was asked at launch. They are the groups that can take more people.
#[must_use]
pub fn asked_at_launch(list: &[Listed]) -> BTreeSet<GroupId> {
    list.iter().filter(|listed| listed.asked == Asked::AtLaunch).map(|listed| listed.rater.group.clone()).collect()
}

/// The list as one text, which is the same for the same list and differs for any other: what the facilitator agrees to.
///
/// The subject and the facilitator belong to it, and so do the earlier rounds with which the list is compared and the
/// reviews of somebody of the subject's name, as far as they are shown. Whether somebody waits does not: the agreement
/// itself changes that, and to send it twice does no harm. Names and addresses have no tabs and no line ends in them.
///
/// # Guarantee
/// Two lists have one text only if they have the same people, in the same groups, with the same people withdrawn, and
/// were shown beside the same reviews.
#[must_use]
pub fn canonical(
    review: &Review,
    list: &[Listed],
    (compared, namesakes): (&[&EarlierReview], &[&EarlierReview]),
) -> String {
    let mut lines: Vec<_> = list
        .iter()
        .map(|Listed { rater, withdrawn, .. }| {
            let state = if *withdrawn { "withdrawn" } else { "asked" };
            format!("{}\t{}\t{state}\t{}", rater.person.email, rater.group, rater.person.name)
        })
        .collect();
    lines.sort();
    let (subject, facilitator) = (&review.subject.person, &review.facilitator);
    let mut text = format!(
        "candour list\t{}\n{}\t{}\n{}\t{}\n",
        review.id, subject.email, subject.name, facilitator.email, facilitator.name
    );
    let mut beside: Vec<_> = compared.iter().map(|other| format!("earlier\t{}", other.review.id)).collect();
    beside.extend(namesakes.iter().map(|other| format!("same name\t{}", other.review.id)));
    beside.sort();
    if beside.is_empty() {
        beside.push("-".to_owned());
    }
    for line in beside.into_iter().chain(lines) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// For each address those of the others, and of `beside`, that differ from it in one letter: one more, one fewer, or
/// another one. Those that are numbered do not look alike.
fn lookalikes(addresses: &[&Email], beside: [&Email; 2]) -> Vec<Vec<Email>> {
    // Two such addresses have a text in common: themselves, or themselves without one letter. So only those are
    // compared that share one.
    let everybody: BTreeSet<&Email> = addresses.iter().copied().chain(beside).collect();
    let mut sharing: BTreeMap<String, Vec<&Email>> = BTreeMap::new();
    for &email in &everybody {
        for text in shortened(email.as_str()) {
            sharing.entry(text).or_default().push(email);
        }
    }
    let of = |email: &&Email| {
        let near = shortened(email.as_str()).into_iter().filter_map(|text| sharing.get(&text)).flatten().copied();
        let alike: BTreeSet<&Email> =
            near.filter(|other| differ_in_one(email.as_str(), other.as_str()) && !are_numbered(email, other)).collect();
        alike.into_iter().cloned().collect()
    };
    addresses.iter().map(of).collect()
}

/// A text and the text without each of its letters.
fn shortened(text: &str) -> BTreeSet<String> {
    let without = |(at, letter): (usize, char)| {
        let (before, after) =
            (text.get(..at).unwrap_or_default(), text.get(at + letter.len_utf8()..).unwrap_or_default());
        [before, after].concat()
    };
    text.char_indices().map(without).chain([text.to_owned()]).collect()
}

/// Whether one letter more, one fewer or another one makes the one text of the other.
fn differ_in_one(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(same..).unwrap_or_default(), other.get(same..).unwrap_or_default());
    match (one, other) {
        ([_, one_rest @ ..], [_, other_rest @ ..]) => one_rest == other_rest || one_rest == other || one == other_rest,
        ([_], []) | ([], [_]) => true,
        _ => false,
    }
}

/// Whether two addresses of one domain differ only in digits before the `@`, as `staff1@` and `staff2@` do.
fn are_numbered(one: &Email, other: &Email) -> bool {
    let local = |email: &Email| -> String {
        let before = email.as_str().rsplit_once('@').map_or("", |(before, _domain)| before);
        before.chars().filter(|letter| !letter.is_ascii_digit()).collect()
    };
    one.domain() == other.domain() && local(one) == local(other)
}

/// Whether anybody can have an address under this domain.
fn is_public(domain: &str) -> bool {
    /// Providers with one domain.
    const ONE: [&str; 13] = [
        "gmail.com",
        "googlemail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "msn.com",
        "aol.com",
        "btinternet.com",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "virginmedia.com",
    ];
    /// Providers with one in many countries.
    const MANY: [&str; 5] = ["outlook.", "hotmail.", "live.", "yahoo.", "gmx."];
    ONE.contains(&domain) || MANY.iter().any(|start| domain.starts_with(start))
}

#[cfg(test)]
mod tests;
