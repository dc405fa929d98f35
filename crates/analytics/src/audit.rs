//! The disclosure auditor: whether a result may be stored.
//!
//! It reads the very bytes that are to be stored and counts the answers by itself. In this order it asks:
//!
//! 1. `published`: does it know every field of the document?
//! 2. `explained`: is every printed figure one that the rule allows, and does every figure but the item cells follow
//!    from printed ones?
//! 3. `certificate`: for each person, item and insider, is there another set of answers of which the whole release
//!    makes the same? This is the gate.
//! 4. `hidden`: is the sum of a group that is not shown alone left open by everything that is printed, as exact linear
//!    algebra and as integer intervals whose every bound is shown by an example?
//!
//! All of it over every release that shares answers with this one. What it cannot show in its budget counts as unsafe.
//!
//! Its refusal is no step of the release: the rule decides by counts and printed figures alone, so that there is
//! nothing to refuse. A refusal is a defect, and nothing at all is published.

mod certificate;
mod evidence;
mod explained;
mod hidden;
pub mod interval;
pub mod linear;
mod published;
mod release;
pub mod span;

pub use evidence::{AuditedBallot, Evidence};

use candour_domain::ScaleEnd;

use crate::change::Previous;
use crate::document::{Audit, AuditLevel};
use crate::{CellState, ReviewResult};
use release::Release;

/// What there is to audit.
#[derive(Clone, Copy, Debug)]
pub struct Audited<'a> {
    /// The results that share answers, as JSON text, in the order in which `evidence` tells them apart. The last one is
    /// the one to be stored; those before it have been published and cannot be called back.
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
    /// How many highest marks, each of a person to an item, an insider could find out, as the policy allows. Never to
    /// be stored, because it depends on the answers.
    pub top_marks_found_out: u64,
    /// An upper bound of the people and items of whom that could be said, from what is printed; stored in the result.
    pub top_mark_inferences: u64,
    /// What else is wrong.
    pub faults: Vec<AuditFault>,
}

/// A reason to refuse a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditFault {
    /// It is not a result document, or it has a field that the auditor does not know.
    #[error("the document cannot be read as a whole")]
    Unreadable,
    /// A figure is not what the rule gives, or does not follow from printed figures.
    #[error("{0} does not follow from what may be shown")]
    Unexplained(&'static str),
    /// The sum of a group that is not shown alone follows from what is printed.
    #[error("the sum of a group that is not shown follows from what is printed")]
    HiddenGroup,
    /// Another set of answers that was to show that they stay open is released as something else.
    #[error("other answers are not released as what is printed")]
    FalseWitness,
    /// The result's own account of the audit is not what was found.
    #[error("the audit in the document is not what the auditor found")]
    FalseAccount,
    /// The budget was spent before everything was shown.
    #[error("the audit was not done within its budget")]
    Exhausted,
}

/// How much work an audit may cost, in trials of one witness each. Counted and not timed, so that a slow machine
/// publishes no less.
#[derive(Clone, Copy, Debug)]
pub struct Budget(u64);

pub(crate) struct Exhausted;

impl Budget {
    /// Enough for any round that people can answer: twenty competencies of ten items and thirty groups take a fraction
    /// of it.
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

    fn refused(fault: AuditFault) -> Self {
        Self { checks: 0, uncertified: 0, top_marks_found_out: 0, top_mark_inferences: 0, faults: vec![fault] }
    }
}

/// Audits a result before it is stored.
///
/// # Guarantee
/// Of a certified result, a reader who knows the rule, who answered what and all results that share answers cannot tell
/// any answer of any person to any item: another one would have printed the same bytes. The same holds for as many
/// colluding raters as the policy names, who know their own answers, but for the highest mark unless the policy is
/// strict.
///
/// That an answer stays open says only that there are two or more that it may have been; one of them may be likelier by
/// far.
#[must_use]
pub fn audit(audited: &Audited<'_>, mut budget: Budget) -> Verdict {
    let Some(results) = audited.releases.iter().map(|json| published::read(json)).collect::<Option<Vec<_>>>() else {
        return Verdict::refused(AuditFault::Unreadable);
    };
    let Some(stored) = results.last() else { return Verdict::refused(AuditFault::Unreadable) };
    let releases: Vec<_> =
        results.iter().enumerate().map(|(at, result)| Release::new(result, at, audited.evidence)).collect();
    let mut faults = Vec::new();
    for (at, release) in releases.iter().enumerate() {
        let is_last = at + 1 == releases.len();
        let unexplained = explained::unexplained(release, at, audited.evidence, audited.previous, is_last);
        faults.extend(unexplained.into_iter().map(AuditFault::Unexplained));
    }
    let account = Account::of(stored);
    if stored
        .audit
        .is_some_and(|audit| (audit.checks, audit.top_mark_inferences) != (account.checks, account.top_mark_inferences))
    {
        faults.push(AuditFault::FalseAccount);
    }
    let certified = certificate::certify(&releases, audited.evidence, &mut budget).unwrap_or_else(|Exhausted| {
        faults.push(AuditFault::Exhausted);
        certificate::Certified::default()
    });
    if certified.false_witness {
        faults.push(AuditFault::FalseWitness);
    }
    if faults.is_empty() && !hidden::groups_stay_open(&releases, audited.evidence, &mut budget) {
        faults.push(AuditFault::HiddenGroup);
    }
    Verdict {
        checks: account.checks,
        uncertified: certified.uncertified,
        top_marks_found_out: certified.top_marks,
        top_mark_inferences: account.top_mark_inferences,
        faults,
    }
}

/// What a result says about its own audit, if it is certified: from printed figures and sizes of blocks alone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    checks: u64,
    top_mark_inferences: u64,
}

impl Account {
    /// The account of a result.
    pub(crate) fn of(result: &ReviewResult) -> Self {
        let mut account = Self::default();
        let items = result.competencies.iter().flat_map(|competency| &competency.items);
        for (block, cell) in items.flat_map(|item| result.blocks.iter().zip(&item.cells)) {
            if cell.cell.reason().is_none() {
                account.checks += u64::from(block.responded) * u64::from(block.responded);
                if could_be_all_harmless(result, cell.cell) {
                    account.top_mark_inferences += u64::from(block.responded.saturating_sub(1));
                }
            }
        }
        account
    }

    pub(crate) fn stored(self, result: &ReviewResult) -> Audit {
        Audit {
            level: AuditLevel::of(&result.blocks),
            checks: self.checks,
            uncertified: 0,
            top_mark_inferences: self.top_mark_inferences,
        }
    }
}

/// Whether, as far as a reader of this printed figure can tell, everybody but the insiders may have given the mark at
/// the harmless end, and the insiders would know it. The fewer people answered, the likelier; how many did is not
/// printed, so the fewest that are shown count.
fn could_be_all_harmless(result: &ReviewResult, cell: crate::Cell) -> bool {
    let (policy, scale) = (&result.policy, result.scale_ends());
    let (lowest, highest) = (i64::from(scale.lowest), i64::from(scale.highest));
    let answers = i64::from(policy.threshold);
    let missing = match (policy.harmless_end(scale), cell.state()) {
        (Some(ScaleEnd::Lowest), CellState::Low) | (Some(ScaleEnd::Highest), CellState::High) => 0,
        (Some(end), CellState::Published) => {
            let Some(mean) = cell.mean() else { return false };
            // The smallest and the largest sum that print this mean half-up.
            let smallest = (answers * (2 * mean.tenths() - 1) + 19).div_euclid(20);
            let largest = (answers * (2 * mean.tenths() + 1) - 1).div_euclid(20);
            if end == ScaleEnd::Lowest { smallest - answers * lowest } else { answers * highest - largest }
        }
        _ => return false,
    };
    missing <= i64::from(policy.colluding_insiders) * (highest - lowest)
}
