//! Who is told when a report is released.

use candour_domain::{Person, Review};
use candour_storage::accounts::Account;

use crate::job::Reader;

/// Somebody who is told, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// As what.
    pub reader: Reader,
    /// Who.
    pub person: Person,
}

/// Everybody who is told when this review is released: the subject, the facilitator, the advisers, and the
/// administrators of the trust, who can read it from then on. Nobody is told twice: a subject who is an administrator
/// as well is told as the subject.
#[must_use]
pub fn told_of_release(review: &Review, administrators: &[Account]) -> Vec<Told> {
    let told = |reader, person: &Person| Told { reader, person: person.clone() };
    let mut all = vec![told(Reader::Subject, &review.subject.person), told(Reader::Facilitator, &review.facilitator)];
    all.extend(review.advisers.iter().map(|adviser| told(Reader::Adviser(adviser.id), &adviser.person)));
    for account in administrators {
        let person = Person { name: account.name.clone(), email: account.email.clone() };
        if all.iter().all(|known| known.person.email.mailbox() != person.email.mailbox()) {
            all.push(Told { reader: Reader::Administrator(account.id), person });
        }
    }
    all
}
