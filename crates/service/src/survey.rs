//! What a rater does with their link: open it, save a draft, send, decline. Nothing here logs, and nothing keeps a
//! time.

mod save;
mod send;
mod told;

use std::sync::Arc;

use candour_domain::review::Subject;
use candour_domain::{
    Framework, Invitation, InvitationId, Organisation, Rater, RaterGroup, Response, Review, Round, RoundState,
};
use candour_seal::{DraftKey, DraftMarks, DraftSalt, Link};
use candour_storage::invitations::{self, BehindLink, SpentLink, SpentOutcome};
use candour_storage::rounds::RoundKeys;
use candour_storage::{StorageError, System, Tenant, organisations, reviews, rounds};
use chrono::{DateTime, Utc};

pub use self::save::{Saved, save_draft, save_page};
pub use self::send::{Pressed, Seen, Submitted, submit, submit_response};
pub use self::told::{Promised, Told, told};
use crate::app::App;
use crate::error::Error;

/// Everything the holder of a working link sees.
pub struct Survey {
    /// Who asks.
    pub organisation: Organisation,
    /// The round.
    pub round: Round,
    /// Who it is about.
    pub review: Review,
    /// The questionnaire.
    pub framework: Arc<Framework>,
    /// In which capacity they answer.
    pub group: RaterGroup,
    /// Who they are.
    pub rater: Rater,
    /// Their invitation.
    pub invitation: Invitation,
    /// What their answers are sealed with.
    pub keys: RoundKeys,
    /// What they have saved; empty at first.
    pub draft: Response,
    /// What says of a later draft whether it is this one.
    pub marks: DraftMarks,
}

/// What a link that no longer works still knows. It is tied to no rater.
pub struct EndedSurvey {
    /// Who asked.
    pub organisation: Organisation,
    /// In which round.
    pub round_title: String,
    /// Who it is about.
    pub subject: Option<Subject>,
    /// Whether the round was cancelled.
    pub cancelled: bool,
    /// Whether it takes no answers any more.
    pub ended: bool,
}

/// What is behind a link.
pub enum Opened {
    /// The questionnaire, ready to answer.
    Open(Box<Survey>),
    /// The link does not work, or does not work any more.
    Over(Over),
}

/// Why a link does not work.
pub enum Over {
    /// The answers have been received.
    Received(Box<EndedSurvey>),
    /// The round has ended.
    Closed(Box<EndedSurvey>),
    /// The invitation was withdrawn.
    Withdrawn(Box<EndedSurvey>),
    /// There never was such a link.
    Unknown,
}

/// Looks behind a link. Changes nothing: mail scanners open links too.
///
/// # Errors
/// [`Error::Storage`], or [`Error::Seal`] for a draft that has been tampered with.
pub async fn open(app: &App, link: &Link) -> Result<Opened, Error> {
    let now = app.clock.now();
    let (opened, draft) = look(app, link, now).await?;
    match (opened, draft) {
        (Opened::Open(mut survey), Some(sealed)) => {
            survey.draft = open_draft(app, link, &survey, &sealed)?;
            Ok(Opened::Open(survey))
        }
        (opened, _) => Ok(opened),
    }
}

/// Stops the reminders, or lets them come again. Nobody else is told. With marks, only if the draft still has one of
/// them.
///
/// # Errors
/// [`Error::Stale`] for another draft; [`Error::Storage`].
pub async fn decline(app: &App, link: &Link, declined: bool, read: Option<Vec<String>>) -> Result<Opened, Error> {
    let opened = open(app, link).await?;
    if let Opened::Open(survey) = &opened {
        if let Some(read) = read
            && !read.contains(&survey.marks.whole(&survey.draft)?)
        {
            return Err(Error::Stale);
        }
        let id = survey.invitation.id;
        app.storage
            .write_as_rater(survey.organisation.id, move |tenant| invitations::set_declined(tenant, id, declined))
            .await?;
        return open(app, link).await;
    }
    Ok(opened)
}

/// What the database knows of a link.
enum Behind {
    Working(Box<BehindLink>),
    Spent(SpentLink),
    Nothing,
}

async fn look(app: &App, link: &Link, now: DateTime<Utc>) -> Result<(Opened, Option<Vec<u8>>), Error> {
    let hash = link.hash();
    let behind = app.storage.ask(move |system| find(system, &hash)).await?;
    let survey = match behind {
        Behind::Nothing => return Ok((Opened::Over(Over::Unknown), None)),
        Behind::Spent(spent) => {
            let known = app.storage.read(spent.organisation_id, move |tenant| ended(tenant, &spent, now)).await?;
            let over = match spent.outcome {
                SpentOutcome::Received => Over::Received(known),
                SpentOutcome::Closed => Over::Closed(known),
                SpentOutcome::Withdrawn => Over::Withdrawn(known),
            };
            return Ok((Opened::Over(over), None));
        }
        Behind::Working(behind) => survey(app, link, *behind).await?,
    };
    let (survey, draft) = survey;
    if survey.round.require_answers_welcome(now).is_ok() {
        return Ok((Opened::Open(Box::new(survey)), draft));
    }
    // Past the deadline, and the worker has not closed the round yet.
    Ok((Opened::Over(Over::Closed(EndedSurvey::of(survey))), None))
}

fn find(system: &mut System<'_>, hash: &[u8; 32]) -> Result<Behind, StorageError> {
    if let Some(behind) = invitations::behind_link(system, hash)? {
        return Ok(Behind::Working(Box::new(behind)));
    }
    // A link that is not there has been spent before this is asked, or there never was one.
    Ok(invitations::find_spent(system, &Link::spent_hash(hash))?.map_or(Behind::Nothing, Behind::Spent))
}

async fn survey(app: &App, link: &Link, behind: BehindLink) -> Result<(Survey, Option<Vec<u8>>), Error> {
    const BROKEN: Error = Error::Internal("an invitation without its framework or its group");
    let BehindLink { organisation, round, keys, review, rater, invitation, draft } = behind;
    let framework =
        app.frameworks.get(&app.storage, organisation.id, round.record().framework_id).await?.ok_or(BROKEN)?;
    let group = round.record().groups.find(rater.group.as_str()).ok_or(BROKEN)?.clone();
    let (empty, marks) = (Response::empty(), DraftMarks::of(link));
    Ok((Survey { organisation, round, review, framework, group, rater, invitation, keys, draft: empty, marks }, draft))
}

fn ended(tenant: &mut Tenant<'_>, spent: &SpentLink, now: DateTime<Utc>) -> Result<Box<EndedSurvey>, Error> {
    let round = rounds::find(tenant, spent.round_id)?;
    let cancelled = round.as_ref().is_some_and(|round| round.state() == RoundState::Cancelled);
    let ended = round.as_ref().is_none_or(|round| round.require_answers_welcome(now).is_err());
    let round_title = round.map(|round| round.record().title.clone()).unwrap_or_default();
    let subject = reviews::find(tenant, spent.review_id)?.map(|review| review.subject);
    Ok(Box::new(EndedSurvey { organisation: organisations::get(tenant)?, round_title, subject, cancelled, ended }))
}

impl EndedSurvey {
    fn of(survey: Survey) -> Box<Self> {
        let round_title = survey.round.record().title.clone();
        let subject = Some(survey.review.subject);
        Box::new(Self { organisation: survey.organisation, round_title, subject, cancelled: false, ended: false })
    }
}

fn draft_key(app: &App, link: &Link, survey: &Survey) -> Result<DraftKey, Error> {
    let salt = match &survey.keys.sealed_draft_salt {
        Some(sealed) => DraftSalt::open(&app.key, survey.round.id(), sealed)?,
        None => DraftSalt::none(),
    };
    Ok(DraftKey::of(link, &salt))
}

fn open_draft(app: &App, link: &Link, survey: &Survey, sealed: &[u8]) -> Result<Response, Error> {
    read_draft(&draft_key(app, link, survey)?, survey.invitation.id, sealed, &survey.framework, &survey.group)
}

fn read_draft(
    key: &DraftKey,
    id: InvitationId,
    sealed: &[u8],
    framework: &Framework,
    group: &RaterGroup,
) -> Result<Response, Error> {
    let input = key.open(id, sealed)?;
    Ok(Response::kept(&input, framework, group))
}
