//! What is carried out together: emails of one trust, whose rows are read and whose outcomes are recorded for many at
//! once; anything else by itself. Every job can be repeated, and done by two nodes at once: a lease says who should,
//! not who does.

use candour_domain::{JobId, OrganisationId};
use tokio::sync::Semaphore;

use super::held::Begun;
use super::outcome::{self, Failure};
use crate::account::people;
use crate::app::App;
use crate::auth::{other_addresses, told};
use crate::error::Error;
use crate::job::Job;
use crate::rater::sample_email;
use crate::rater::sweep_receipts;
use crate::rater::tell_outstanding;
use crate::result::count_round;
use crate::result::report_mail;
use crate::result::report_quality;
use crate::round::launch_time;
use crate::send_mail::{self, RaterEmail};

/// The most emails that are sent before what became of them is recorded. What has been sent and not recorded is sent
/// again after a crash.
const EMAILS: usize = 16;

/// One or more jobs of one trust.
pub(super) enum Batch {
    Emails(OrganisationId, Vec<(Begun, RaterEmail)>),
    Other(Begun),
}

/// Sorts jobs into batches.
pub(super) fn of(begun: Vec<Begun>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for begun in begun {
        let Ok(Job::Mail { kind, invitations, sequence }) = Job::of(&begun.job) else {
            batches.push(Batch::Other(begun));
            continue;
        };
        let (trust, email) = (begun.job.organisation_id, RaterEmail { kind, invitations, sequence });
        let with_room = batches.iter_mut().find_map(|batch| match batch {
            Batch::Emails(organisation, emails) if *organisation == trust && emails.len() < EMAILS => Some(emails),
            _ => None,
        });
        match with_room {
            Some(emails) => emails.push((begun, email)),
            None => batches.push(Batch::Emails(trust, vec![(begun, email)])),
        }
    }
    batches
}

impl Batch {
    /// Does the work, records what has failed, and gives the jobs that are done.
    pub(super) async fn carry(self, app: &App, turns: &Semaphore) -> Vec<JobId> {
        match self {
            Self::Emails(organisation, emails) => send(app, organisation, emails).await,
            Self::Other(begun) => {
                // Closed once the worker is to stop.
                let Ok(_turn) = turns.acquire().await else {
                    begun.lease().give_back(app).await;
                    return Vec::new();
                };
                let done = perform(app, &begun).await;
                outcome::of(app, begun.job.organisation_id, vec![(begun, done)]).await
            }
        }
    }
}

async fn send(app: &App, organisation: OrganisationId, emails: Vec<(Begun, RaterEmail)>) -> Vec<JobId> {
    let (begun, emails): (Vec<_>, Vec<_>) = emails.into_iter().unzip();
    let outcomes = match send_mail::to_raters(app, organisation, &emails).await {
        Ok(outcomes) => outcomes.into_iter().map(|outcome| outcome.map_err(Failure::from)).collect(),
        Err(error) => vec![Err(Failure::from(error)); begun.len()],
    };
    outcome::of(app, organisation, begun.into_iter().zip(outcomes).collect()).await
}

async fn perform(app: &App, begun: &Begun) -> Result<(), Failure> {
    let organisation = begun.job.organisation_id;
    let job = Job::of(&begun.job).map_err(|_unreadable| Error::Internal("the payload cannot be read"))?;
    match job {
        Job::Mail { kind, invitations, sequence } => {
            let email = RaterEmail { kind, invitations, sequence };
            send_mail::to_raters(app, organisation, &[email]).await?.into_iter().next().unwrap_or(Ok(()))
        }
        Job::ReleasedMail { review, reader } => send_mail::released(app, organisation, review, reader).await,
        Job::CountedMail { review, adviser } => report_mail::counted(app, organisation, review, adviser).await,
        Job::RoundCountedMail { round, administrator } => {
            report_mail::round_counted(app, organisation, round, administrator).await
        }
        Job::AdviserMail { review, adviser } => report_mail::advises(app, organisation, review, adviser).await,
        Job::UnreleasedMail { review, administrator, number } => {
            report_mail::unreleased(app, organisation, review, administrator, number).await
        }
        Job::NotCountedMail { review } => send_mail::not_counted(app, organisation, review).await,
        Job::NotLaunchedMail { round, administrator, why, at } => {
            launch_time::tell_missed(app, organisation, (round, administrator), why, at).await
        }
        Job::SampleMail { round, group, account, sample } => {
            sample_email::send(app, organisation, (round, group), account, sample).await
        }
        Job::InvitedMail { account, by, at } => people::tell_invited(app, organisation, account, by, at).await,
        Job::SignInChangedMail { account, address, change, at } => {
            told::send(app, organisation, account, address, change, at).await
        }
        Job::AddressCodeMail { address } => other_addresses::send_code(app, organisation, address).await,
        Job::TellOutstanding { round, kind, sequence } => {
            let lease = begun.lease();
            tell_outstanding::tell_outstanding(app, organisation, (lease.id, lease.attempt), (round, kind, sequence))
                .await
        }
        Job::SweepReceipts { round } => sweep_receipts::sweep_receipts(app, organisation, round).await,
        Job::Count { round } => count_round::count_round(app, organisation, round).await,
        Job::ReportQuality { framework } => report_quality::report_quality(app, organisation, framework).await,
    }
    .map_err(Failure::from)
}
