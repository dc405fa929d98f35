//! The disclosure auditor: whether a result may be stored.
//!
//! It reads the very bytes that are to be stored and counts the answers by itself. In this order it asks:
//!
//! 1. `published`: does it know every field of the document?
//! 2. `explained`: is every printed figure one that the rule allows, and does every figure but the item cells follow from printed ones?
//! 3. `certificate`: for each person, item and insider, is there another set of answers that prints the same? This is the gate.
//! 4. `hidden`: is the sum of a group that is not shown alone left open by everything that is printed, as exact linear algebra and as
//!    integer intervals whose every bound is shown by an example?
//!
//! All of it over every release that shares answers with this one. Whatever it cannot show in its budget counts as unsafe.

mod certificate;
mod evidence;
mod explained;
mod hidden;
pub mod interval;
pub mod linear;
mod published;
mod release;
mod solved;
pub mod span;

pub use evidence::{AuditedBallot, Evidence};

use crate::ReviewResult;
use crate::change::Previous;
use crate::disclosure::Figure;
use crate::document::Audit;
use release::Release;

/// What there is to audit.
#[derive(Clone, Copy, Debug)]
pub struct Audited<'a> {
    /// The results that share answers, as JSON text, in the order in which `evidence` tells them apart. The last one is the one to be
    /// stored; those before it have been published and cannot be called back.
    pub releases: &'a [&'a str],
    /// The answers.
    pub evidence: &'a Evidence,
    /// The round before, if the result says anything about change.
    pub previous: Option<&'a Previous<'a>>,
}

/// What the auditor found. Says nothing about what anybody answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many times it was asked whether an answer stays open, as stored in the result.
    pub checks: u64,
    /// How many of them could not be certified.
    pub uncertified: u64,
    /// How many highest marks, each of a person to an item, an insider could find out, as the policy allows. Never to be stored, because
    /// it depends on the answers.
    pub top_marks_found_out: u64,
    /// An upper bound of the people and items of whom that could be said, from what is printed; stored in the result.
    pub top_mark_inferences: u64,
    /// What else is wrong.
    pub faults: Vec<Fault>,
}

/// A reason to refuse a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is not a result document, or it has a field that the auditor does not know.
    #[error("the document cannot be read as a whole")]
    Unreadable,
    /// A figure is not what the rule gives, or does not follow from printed figures.
    #[error("{0} does not follow from what may be shown")]
    Unexplained(&'static str),
    /// The sum of a group that is not shown alone follows from what is printed.
    #[error("the sum of a group that is not shown follows from what is printed")]
    HiddenGroup,
    /// The result's own account of the audit is not what was found.
    #[error("the audit in the document is not what the auditor found")]
    FalseAccount,
    /// The budget was spent before everything was shown.
    #[error("the audit was not done within its budget")]
    Exhausted,
}

/// How much work an audit may cost, in trials of one witness each. Counted and not timed, so that a slow machine publishes no less.
#[derive(Clone, Copy, Debug)]
pub struct Budget(u64);

pub(crate) struct Exhausted;

impl Budget {
    /// Enough for any round that people can answer: twenty competencies of ten items and thirty groups take a fraction of it.
    pub const DEFAULT: Self = Self(50_000_000);

    /// At most so many trials.
    #[must_use]
    pub const fn new(trials: u64) -> Self {
        Self(trials)
    }

    fn spend(&mut self) -> Result<(), Exhausted> {
        self.0 = self.0.checked_sub(1).ok_or(Exhausted)?;
        Ok(())
    }
}

impl Verdict {
    /// Whether the result may be stored.
    #[must_use]
    pub fn is_certified(&self) -> bool {
        self.uncertified == 0 && self.faults.is_empty()
    }

    fn refused(fault: Fault) -> Self {
        Self { checks: 0, uncertified: 0, top_marks_found_out: 0, top_mark_inferences: 0, faults: vec![fault] }
    }
}

/// Audits a result before it is stored.
///
/// # Guarantee
/// Of a certified result, a reader who knows the rule, who answered what and all results that share answers cannot tell any answer of any
/// person to any item: another one would have printed the same bytes. The same holds for as many colluding raters as the policy names, who
/// know their own answers, but for the highest mark unless the policy is strict.
///
/// That an answer stays open says only that there are two or more that it may have been; one of them may be likelier by far.
#[must_use]
pub fn audit(audited: &Audited<'_>, mut budget: Budget) -> Verdict {
    let Some(results) = audited.releases.iter().map(|json| published::read(json)).collect::<Option<Vec<_>>>() else {
        return Verdict::refused(Fault::Unreadable);
    };
    let Some(stored) = results.last() else { return Verdict::refused(Fault::Unreadable) };
    let releases: Vec<_> = results.iter().enumerate().map(|(at, result)| Release::new(result, at, audited.evidence)).collect();
    let mut faults = Vec::new();
    for (at, release) in releases.iter().enumerate() {
        let is_last = at + 1 == releases.len();
        let unexplained = explained::unexplained(release, at, audited.evidence, audited.previous, is_last);
        faults.extend(unexplained.into_iter().map(Fault::Unexplained));
    }
    let account = releases.last().map(account).unwrap_or_default();
    if stored.audit.is_some_and(|audit| (audit.checks, audit.top_mark_inferences) != (account.checks, account.top_mark_inferences)) {
        faults.push(Fault::FalseAccount);
    }
    let certified = certificate::certify(&releases, audited.evidence, &mut budget).unwrap_or_else(|Exhausted| {
        faults.push(Fault::Exhausted);
        certificate::Certified::default()
    });
    if faults.is_empty() && !hidden::groups_stay_open(&releases, audited.evidence, &mut budget) {
        faults.push(Fault::HiddenGroup);
    }
    Verdict {
        checks: account.checks,
        uncertified: certified.uncertified,
        top_marks_found_out: certified.top_marks,
        top_mark_inferences: account.top_mark_inferences,
        faults,
    }
}

/// What a result says about its own audit, if it is certified: from counts of people and printed figures alone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    checks: u64,
    top_mark_inferences: u64,
}

impl Account {
    /// The account of a result over these answers.
    pub(crate) fn of(result: &ReviewResult, evidence: &Evidence) -> Self {
        account(&Release::new(result, 0, evidence))
    }

    pub(crate) fn stored(self, level: crate::document::AuditLevel) -> Audit {
        Audit { level, checks: self.checks, uncertified: 0, top_mark_inferences: self.top_mark_inferences }
    }
}

fn account(release: &Release<'_>) -> Account {
    let items = release.result.competencies.iter().map(|competency| competency.items.len()).sum();
    let mut account = Account::default();
    for item in 0..items {
        for (block, (people, figure)) in release.weights().into_iter().zip(release.figures(item)).enumerate() {
            if figure.cell().reason().is_some() {
                continue;
            }
            account.checks += u64::from(people) * u64::from(people);
            let answers: u32 = release.values(item, block).iter().sum();
            if release.shows_items() && could_be_all_highest(release, *figure, answers) {
                account.top_mark_inferences += u64::from(answers.saturating_sub(1));
            }
        }
    }
    account
}

/// Whether, as far as a reader of this printed figure can tell, everybody but the insiders may have given the highest mark and the insiders
/// would know it.
fn could_be_all_highest(release: &Release<'_>, figure: Figure, answers: u32) -> bool {
    let policy = &release.result.policy;
    let points = || release.result.scale.iter().map(|point| i64::from(point.value));
    let (lowest, highest) = (points().min().unwrap_or(0), points().max().unwrap_or(0));
    if policy.strict {
        return false;
    }
    let answers = i64::from(answers);
    let missing = match figure.printed() {
        // The largest sum that prints this mean half-up.
        Some(mean) => answers * highest - (2 * answers * mean.tenths() + answers - 1).div_euclid(20),
        None if figure.cell().state() == crate::CellState::High => 0,
        None => return false,
    };
    missing <= i64::from(policy.colluding_insiders) * (highest - lowest)
}
