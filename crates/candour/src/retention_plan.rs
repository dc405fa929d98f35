//! What retention will do and when, for the person who runs the service. Changes nothing.

use candour_domain::retention::{Scheduled, Step, schedule};
use candour_domain::{OrganisationId, RetentionPolicy, RoundId, RoundState};
use candour_storage::retention::{Cleanup, OwedCleanup};
use candour_storage::{StorageError, System, organisations, retention, reviews, rounds};
use chrono::{DateTime, SecondsFormat, Utc};

use crate::config::Config;
use crate::opening;
use crate::start_error::StartError;

/// One line of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// A step of a round.
    Step {
        /// The trust's name.
        organisation: String,
        /// The round.
        round: RoundId,
        /// Where it is in its life.
        state: RoundState,
        /// What and when.
        scheduled: Scheduled,
        /// Whether its time has come.
        overdue: bool,
    },
    /// Space that is still to be overwritten.
    Owed(OwedCleanup),
}

/// Every step that is known of rounds that have ended and of drafts past their time, the earliest first, and what is
/// owed to the disk.
///
/// # Errors
/// [`StartError`] when there is no database or it cannot be read.
pub async fn plan(config: &Config, now: DateTime<Utc>) -> Result<Vec<Planned>, StartError> {
    let (storage, settings) = (opening::existing_rows(config)?, config.retention);
    storage
        .read_system(move |system| {
            let mut steps = Vec::new();
            for (organisation, round) in retention::ended(system, now)? {
                steps.extend(of_round(system, organisation, round, settings, now)?);
            }
            steps.sort_by_key(|(at, _)| *at);
            let owed = retention::owed(system)?.into_iter().map(Planned::Owed);
            Ok(steps.into_iter().map(|(_, line)| line).chain(owed).collect())
        })
        .await
}

fn of_round(
    system: &mut System<'_>,
    organisation: OrganisationId,
    id: RoundId,
    settings: RetentionPolicy,
    now: DateTime<Utc>,
) -> Result<Vec<(DateTime<Utc>, Planned)>, StorageError> {
    let name = organisations::find(system, organisation)?.map(|found| found.name).unwrap_or_default();
    let tenant = &mut system.tenant(organisation);
    let Some(round) = rounds::find(tenant, id)? else { return Ok(Vec::new()) };
    let line = |scheduled: Scheduled| {
        let overdue = scheduled.at <= now;
        (
            scheduled.at,
            Planned::Step { organisation: name.clone(), round: id, state: round.state(), scheduled, overdue },
        )
    };
    Ok(schedule(&round, &reviews::all(tenant, id)?, settings).into_iter().map(line).collect())
}

impl std::fmt::Display for Planned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Step { organisation, round, state, scheduled, overdue } => {
                let at = scheduled.at.to_rfc3339_opts(SecondsFormat::Secs, true);
                let due = if *overdue { "due  " } else { "later" };
                let what = match scheduled.step {
                    Step::DestroyAnswers => "destroy answers",
                    Step::ErasePeople => "erase people",
                    Step::Archive => "archive",
                    Step::DeleteRound => "delete results",
                };
                write!(f, "{due} {at}  {what:<15}  round {round} ({}) of {organisation}", state.as_str())
            }
            Self::Owed(OwedCleanup { round_id, kind, .. }) => {
                let what = match kind {
                    Cleanup::Answers => "answers",
                    Cleanup::People => "people",
                    Cleanup::Results => "results",
                };
                write!(f, "owed  the space of deleted {what} of round {round_id} is still to be overwritten")
            }
        }
    }
}
