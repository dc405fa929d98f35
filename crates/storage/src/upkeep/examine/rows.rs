//! Rows that do not agree with one another.

use super::count::count;
use super::{readable, references};
use crate::StorageError;
use crate::engine::connection::AnyConnection;

/// Something of which a sound database has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// References to rows that are not there.
    BrokenReferences,
    /// References, conditions and indexes that the engine no longer checks.
    UnwatchedReferences,
    /// Triggers and rules. The schema has none; one could write down who answers what.
    Triggers,
    /// Reviews to be counted with more ballots than used invitations: somebody stuffed the box.
    SurplusBallots,
    /// Reviews to be counted with fewer: somebody emptied it.
    MissingBallots,
    /// Ballots of reviews that take none yet or have been counted or cancelled.
    LeftoverBallots,
    /// Links of rounds that are not open, or of invitations that have been used or withdrawn.
    LeftoverLinks,
    /// Invitations of open rounds that should have a link and have none.
    MissingLinks,
    /// Drafts of rounds that are not open, or of invitations that have been used.
    LeftoverDrafts,
    /// Rounds that are neither open nor being counted, with the keys that open ballots and drafts.
    LeftoverKeys,
    /// Rounds that are open or to be counted, without the keys that do.
    MissingKeys,
    /// Answers of rounds whose answers have been destroyed, and keys to them.
    LeftoverAnswers,
    /// Raters of rounds whose raters have been erased.
    LeftoverPeople,
    /// Counted reviews without a result, and results of others.
    MisplacedResults,
    /// Quality reports over no review that is or was there, or over one that is not released or answers another
    /// questionnaire.
    MisplacedReports,
    /// Rows that cannot be read: they are left out of lists, of reminders and of the work.
    UnreadableRows,
    /// Addresses of people to whom no email can be written under today's rules.
    UnusableAddresses,
}

/// Ballots of a review, and invitations to it that have been used.
macro_rules! to_be_counted {
    ($comparison:literal) => {
        concat!(
            "SELECT count(*) AS count FROM reviews r JOIN rounds o ON o.organisation_id = r.organisation_id AND o.id = \
             r.round_id WHERE o.state IN ('open', 'closed') AND r.progress = 'waiting' AND \
             (SELECT count(*) FROM ballots b WHERE b.organisation_id = r.organisation_id AND b.review_id = r.id) ",
            $comparison,
            " (SELECT count(*) FROM invitations i WHERE i.organisation_id = r.organisation_id AND i.round_id = \
             r.round_id AND i.review_id = r.id AND i.used)"
        )
    };
}

const LEFTOVER_BALLOTS: &str = "SELECT count(*) AS count FROM ballots b \
    JOIN reviews r ON r.organisation_id = b.organisation_id AND r.id = b.review_id \
    JOIN rounds o ON o.organisation_id = r.organisation_id AND o.id = r.round_id \
    WHERE o.state NOT IN ('open', 'closed') OR r.progress <> 'waiting'";

const LEFTOVER_LINKS: &str = "SELECT count(*) AS count FROM links l \
    JOIN invitations i ON i.organisation_id = l.organisation_id AND i.id = l.invitation_id \
    JOIN rounds o ON o.organisation_id = i.organisation_id AND o.id = i.round_id WHERE o.state <> 'open' OR i.used OR \
    i.withdrawn";

const MISSING_LINKS: &str = "SELECT count(*) AS count FROM invitations i \
    JOIN rounds o ON o.organisation_id = i.organisation_id AND o.id = i.round_id \
    WHERE o.state = 'open' AND NOT i.used AND NOT i.withdrawn \
    AND NOT EXISTS (SELECT 1 FROM links l WHERE l.organisation_id = i.organisation_id AND l.invitation_id = i.id)";

const LEFTOVER_DRAFTS: &str = "SELECT count(*) AS count FROM drafts d \
    JOIN invitations i ON i.organisation_id = d.organisation_id AND i.id = d.invitation_id \
    JOIN rounds o ON o.organisation_id = i.organisation_id AND o.id = i.round_id WHERE o.state <> 'open' OR i.used";

const LEFTOVER_KEYS: &str = "SELECT count(*) AS count FROM round_keys k \
    JOIN rounds o ON o.organisation_id = k.organisation_id AND o.id = k.round_id WHERE o.state NOT IN ('open', \
    'closed')";

// The count destroys the keys when every review has been counted, and says so in the round a moment later.
const MISSING_KEYS: &str = "SELECT count(*) AS count FROM rounds o WHERE o.state IN ('open', 'closed') \
    AND NOT EXISTS (SELECT 1 FROM round_keys k WHERE k.organisation_id = o.organisation_id AND k.round_id = o.id) \
    AND EXISTS (SELECT 1 FROM reviews r WHERE r.organisation_id = o.organisation_id AND r.round_id = o.id AND \
    r.progress = 'waiting')";

const LEFTOVER_ANSWERS: &str = "SELECT count(*) AS count FROM (SELECT organisation_id, review_id FROM bundles \
    UNION ALL SELECT organisation_id, review_id FROM bundle_keys) AS a \
    JOIN reviews r ON r.organisation_id = a.organisation_id AND r.id = a.review_id \
    JOIN rounds o ON o.organisation_id = r.organisation_id AND o.id = r.round_id WHERE o.answers_destroyed_at IS NOT \
    NULL";

const LEFTOVER_PEOPLE: &str = "SELECT count(*) AS count FROM raters p \
    JOIN rounds o ON o.organisation_id = p.organisation_id AND o.id = p.round_id WHERE o.people_erased_at IS NOT NULL";

const MISPLACED_RESULTS: &str = "SELECT count(*) AS count FROM reviews r WHERE (r.progress = 'waiting') = \
    EXISTS (SELECT 1 FROM results t WHERE t.organisation_id = r.organisation_id AND t.review_id = r.id)";

const MISPLACED_REPORTS: &str = "SELECT count(*) AS count FROM quality_reports q WHERE \
    (q.deleted_reviews = 0 AND NOT EXISTS (SELECT 1 FROM quality_report_reviews b \
    WHERE b.organisation_id = q.organisation_id AND b.report_id = q.id)) \
    OR EXISTS (SELECT 1 FROM quality_report_reviews b \
    JOIN reviews r ON r.organisation_id = b.organisation_id AND r.id = b.review_id \
    JOIN rounds o ON o.organisation_id = r.organisation_id AND o.id = r.round_id \
    WHERE b.organisation_id = q.organisation_id AND b.report_id = q.id \
    AND (r.progress <> 'released' OR o.framework_id <> q.framework_id))";

impl Check {
    /// Every check.
    pub const ALL: [Self; 17] = [
        Self::BrokenReferences,
        Self::UnwatchedReferences,
        Self::Triggers,
        Self::SurplusBallots,
        Self::MissingBallots,
        Self::LeftoverBallots,
        Self::LeftoverLinks,
        Self::MissingLinks,
        Self::LeftoverDrafts,
        Self::LeftoverKeys,
        Self::MissingKeys,
        Self::LeftoverAnswers,
        Self::LeftoverPeople,
        Self::MisplacedResults,
        Self::MisplacedReports,
        Self::UnreadableRows,
        Self::UnusableAddresses,
    ];

    pub(super) fn count(self, connection: &mut AnyConnection) -> Result<u64, StorageError> {
        let query = match self {
            Self::BrokenReferences => return references::broken(connection),
            Self::UnwatchedReferences => return references::unwatched(connection),
            Self::Triggers => return references::triggers(connection),
            Self::SurplusBallots => to_be_counted!(">"),
            Self::MissingBallots => to_be_counted!("<"),
            Self::LeftoverBallots => LEFTOVER_BALLOTS,
            Self::LeftoverLinks => LEFTOVER_LINKS,
            Self::MissingLinks => MISSING_LINKS,
            Self::LeftoverDrafts => LEFTOVER_DRAFTS,
            Self::LeftoverKeys => LEFTOVER_KEYS,
            Self::MissingKeys => MISSING_KEYS,
            Self::LeftoverAnswers => LEFTOVER_ANSWERS,
            Self::LeftoverPeople => LEFTOVER_PEOPLE,
            Self::MisplacedResults => MISPLACED_RESULTS,
            Self::MisplacedReports => MISPLACED_REPORTS,
            Self::UnreadableRows => return readable::unreadable(connection),
            Self::UnusableAddresses => return readable::unusable_addresses(connection),
        };
        count(connection, query)
    }
}
