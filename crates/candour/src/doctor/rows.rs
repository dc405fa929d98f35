//! What the rows say together.

use candour_storage::{Check, Storage};

use super::{Finding, Subject, fix, judge};

pub(super) fn examine(storage: &Storage) -> Vec<Finding> {
    match storage.examine() {
        Ok(found) => found.into_iter().map(|(check, count)| finding(check, count)).collect(),
        Err(error) => vec![fix(Subject::Rows, format!("the rows cannot be examined: {error}"))],
    }
}

/// What was done by hand cannot be told from a defect, and neither fixes itself.
const TAMPERED: &str = "the database has been changed by something other than this program";

fn finding(check: Check, count: u64) -> Finding {
    let (good, bad) = match check {
        Check::BrokenReferences => (
            "every reference between rows holds",
            format!("{count} references between rows are broken; restore a backup"),
        ),
        Check::UnwatchedReferences => (
            "the database sees to every reference",
            format!(
                "{count} references, conditions or indexes are switched off in the database: run ALTER TABLE … \
                 VALIDATE CONSTRAINT …, ALTER TABLE … ENABLE TRIGGER ALL or REINDEX for them"
            ),
        ),
        Check::Triggers => (
            "nobody has added a trigger",
            format!(
                "the database has {count} triggers or rules that are not Candour's and could write down who answers \
                 what; drop them"
            ),
        ),
        Check::SurplusBallots => (
            "no review holds more ballots than used invitations",
            format!("{count} reviews hold more ballots than used invitations; {TAMPERED}"),
        ),
        Check::MissingBallots => (
            "no review holds fewer ballots than used invitations",
            format!(
                "{count} reviews hold fewer ballots than used invitations; {TAMPERED}. A backup has what is missing"
            ),
        ),
        Check::LeftoverBallots => (
            "no ballot is left of a review that takes none",
            format!("{count} ballots are left of reviews that have been counted, cancelled or not begun; {TAMPERED}"),
        ),
        Check::LeftoverLinks => (
            "every link that should not work is gone",
            format!(
                "{count} links are left of rounds that are not open, or of invitations that have been used or \
                 withdrawn; {TAMPERED}"
            ),
        ),
        Check::MissingLinks => (
            "everybody who can still answer has a link",
            format!("{count} invitations of open rounds have no link, so these people cannot answer; {TAMPERED}"),
        ),
        Check::LeftoverDrafts => (
            "every draft that should be gone is gone",
            format!("{count} drafts are left of people who cannot answer any more; {TAMPERED}"),
        ),
        Check::LeftoverKeys => (
            "every round's key that should be gone is gone",
            format!("{count} rounds still have the key that opens ballots and should have none; {TAMPERED}"),
        ),
        Check::MissingKeys => (
            "every round that is open or to be counted has its key",
            format!(
                "{count} rounds that are open or to be counted have no key: their answers cannot be opened; restore a \
                 backup"
            ),
        ),
        Check::LeftoverAnswers => (
            "every answer that was to be destroyed is gone",
            format!("{count} answers or keys are left of rounds whose answers were destroyed; {TAMPERED}"),
        ),
        Check::LeftoverPeople => (
            "every rater who was to be erased is gone",
            format!("{count} raters are left of rounds whose raters were erased; {TAMPERED}"),
        ),
        Check::MisplacedResults => (
            "every counted review has its result and no other has one",
            format!("{count} reviews have no result though they were counted, or one though they were not; {TAMPERED}"),
        ),
        Check::MisplacedReports => (
            "every quality report covers released reviews of its questionnaire and no others",
            format!("{count} quality reports cover reviews they should not; {TAMPERED}"),
        ),
        Check::UnreadableRows => (
            "every row can be read",
            format!(
                "{count} rows cannot be read and are left out of lists, emails and work; {TAMPERED}, or a newer \
                 program has written them: install that one here too, or restore a backup"
            ),
        ),
        Check::UnusableAddresses => (
            "every stored address is one that emails can be written to",
            format!(
                "{count} stored addresses are none that emails can be written to. Lists of raters say which \
                 (`problem`): withdraw these people \
                 and add them with another address; name another facilitator; give another contact"
            ),
        ),
    };
    judge(Subject::Rows, count > 0, good, bad)
}
