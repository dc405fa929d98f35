//! What a rater does with their link: open it, save a draft, send, decline. Nothing here logs, and nothing keeps a time.

use candour_domain::response::{ResponseError, ResponseInput};
use candour_domain::review::Subject;
use candour_domain::{BallotId, Framework, Invitation, Organisation, PromptId, Rater, RaterGroup, Response, Review, Round, RoundId};
use candour_storage::invitations::{self, SpentLink, SpentOutcome};
use candour_storage::rounds::RoundKeys;
use candour_storage::{System, Tenant, ballots, drafts, frameworks, organisations, raters, reviews, rounds};
use chrono::{DateTime, Utc};

use crate::entropy::{self, fresh};
use crate::error::Error;
use crate::seal::{self, Ballot, DraftKey, DraftSalt, Link};
use crate::state::App;

/// Everything the holder of a working link sees.
pub struct Survey {
    /// Who asks.
    pub organisation: Organisation,
    /// The round.
    pub round: Round,
    /// About whom.
    pub review: Review,
    /// The questionnaire.
    pub framework: Framework,
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
}

/// What a link that no longer works still knows. It is tied to no rater.
pub struct Place {
    /// Who asked.
    pub organisation: Organisation,
    /// In which round.
    pub round_title: String,
    /// About whom.
    pub subject: Option<Subject>,
}

/// What is behind a link.
pub enum Opened {
    /// The questionnaire, ready to answer.
    Open(Box<Survey>),
    /// The answers have been received.
    Received(Place),
    /// The round has ended.
    Closed(Place),
    /// The invitation was withdrawn.
    Withdrawn(Place),
    /// There never was such a link.
    Unknown,
}

/// What became of a page of answers.
pub enum Saved {
    /// Kept as a draft.
    Saved,
    /// Something on it cannot be used; nothing was kept.
    Invalid(Vec<ResponseError>),
    /// The link does not work any more.
    Gone(Opened),
}

/// What became of a response.
pub enum Submitted {
    /// In the ballot box, now or before.
    Received(Place),
    /// There was nothing in it.
    Empty,
    /// The link does not work any more, and no answers were received through it.
    Gone(Opened),
}

/// Looks behind a link. Changes nothing: mail scanners open links too.
///
/// # Errors
/// [`Error::Storage`], or [`Error::Seal`] for a draft that has been tampered with.
pub async fn open(app: &App, link: &Link) -> Result<Opened, Error> {
    let now = app.clock.now();
    let (opened, draft) = look(app, link.hash(), now).await?;
    match (opened, draft) {
        (Opened::Open(mut survey), Some(sealed)) => {
            survey.draft = open_draft(app, link, &survey, &sealed)?;
            Ok(Opened::Open(survey))
        }
        (opened, _) => Ok(opened),
    }
}

/// Lays the answers of one page over the draft. `prompts` are the comment prompts that the page shows.
///
/// # Errors
/// [`Error::Storage`].
pub async fn save_page(app: &App, link: &Link, page: ResponseInput, prompts: Vec<PromptId>) -> Result<Saved, Error> {
    save(app, link, page, Some(prompts)).await
}

/// Replaces the draft as a whole.
///
/// # Errors
/// [`Error::Storage`].
pub async fn save_draft(app: &App, link: &Link, draft: ResponseInput) -> Result<Saved, Error> {
    save(app, link, draft, None).await
}

/// Sends the draft.
///
/// # Errors
/// [`Error::Storage`] when it could not be kept; the draft is then still there.
pub async fn submit(app: &App, link: &Link) -> Result<Submitted, Error> {
    match look_to_send(app, link).await? {
        ToSend::Open(sending) => {
            let draft = match &sending.draft {
                Some(sealed) => open_draft(app, link, &sending.survey, sealed)?,
                None => Response::empty(),
            };
            cast(app, link, &sending, &draft).await
        }
        ToSend::Over(ended) => Ok(ended),
    }
}

/// Sends a whole response at once, whatever the draft holds. Once received, a repeat succeeds and changes nothing. The inner error says
/// what in it cannot be used; nothing was sent then.
///
/// # Errors
/// [`Error::Storage`] when it could not be kept.
pub async fn submit_response(app: &App, link: &Link, input: ResponseInput) -> Result<Result<Submitted, Vec<ResponseError>>, Error> {
    match look_to_send(app, link).await? {
        ToSend::Open(sending) => match Response::parse(&input, &sending.survey.framework, &sending.survey.group) {
            Ok(response) => Ok(Ok(cast(app, link, &sending, &response).await?)),
            Err(errors) => Ok(Err(errors)),
        },
        ToSend::Over(ended) => Ok(Ok(ended)),
    }
}

/// Stops the reminders, or lets them come again. Nobody else is told.
///
/// # Errors
/// [`Error::Storage`].
pub async fn decline(app: &App, link: &Link, declined: bool) -> Result<Opened, Error> {
    let opened = open(app, link).await?;
    if let Opened::Open(survey) = &opened {
        let id = survey.invitation.id;
        app.storage.write_as_rater(survey.organisation.id, move |tenant| invitations::set_declined(tenant, id, declined)).await?;
        return open(app, link).await;
    }
    Ok(opened)
}

/// Puts a response into the ballot box.
///
/// The ballot is sealed before the transaction begins. The transaction marks the invitation used, wipes the link, inserts the ballot and
/// deletes the draft, or does none of it. It writes no time and nothing that ties the ballot to the invitation.
async fn cast(app: &App, link: &Link, Sending { survey, .. }: &Sending, response: &Response) -> Result<Submitted, Error> {
    if response.require_something().is_err() {
        return Ok(Submitted::Empty);
    }
    let (round, review, invitation) = (survey.round.id(), survey.review.id, survey.invitation.id);
    let organisation = survey.organisation.id;
    let ballot = Ballot { group: &survey.group.id, rater: survey.group.named.then_some(survey.rater.id), response };
    let sealed = seal::seal_ballot(&survey.keys.public, review, &ballot, &mut entropy::system())?;
    let spent = Link::spent_hash(&link.hash());
    let clock = app.clock;
    let received = app
        .storage
        .write_as_rater(organisation, move |tenant| {
            let round = rounds::find(tenant, round)?.ok_or(Error::NotFound)?;
            if round.require_answers_welcome(clock.now()).is_err()
                || !invitations::spend(tenant, invitation, &spent, SpentOutcome::Received)?
            {
                return Ok(false);
            }
            ballots::insert(tenant, fresh(BallotId::from_random), review, &sealed)?;
            drafts::delete(tenant, invitation)?;
            Ok::<_, Error>(true)
        })
        .await?;
    if received {
        let place = Place {
            organisation: survey.organisation.clone(),
            round_title: survey.round.record().title.clone(),
            subject: Some(survey.review.subject.clone()),
        };
        return Ok(Submitted::Received(place));
    }
    // Somebody was quicker: the same rater's other click, an administrator, or the clock.
    Ok(Submitted::over(look(app, link.hash(), app.clock.now()).await?.0))
}

async fn save(app: &App, link: &Link, input: ResponseInput, prompts: Option<Vec<PromptId>>) -> Result<Saved, Error> {
    let (opened, _) = look(app, link.hash(), app.clock.now()).await?;
    let Opened::Open(survey) = opened else { return Ok(Saved::Gone(opened)) };
    let answers = match Response::parse(&input, &survey.framework, &survey.group) {
        Ok(answers) => answers,
        Err(errors) => return Ok(Saved::Invalid(errors)),
    };
    let (organisation, now) = (survey.organisation.id, app.clock.now());
    let key = draft_key(app, link, &survey)?;
    let saved = app
        .storage
        .write_as_rater(organisation, move |tenant| {
            // Asked again within the transaction: the link is gone once the answers have been sent.
            if invitations::sealed_link(tenant, survey.invitation.id)?.is_none()
                || rounds::find(tenant, survey.round.id())?.is_none_or(|round| round.require_answers_welcome(now).is_err())
            {
                return Ok(false);
            }
            let id = survey.invitation.id;
            let answers = match (prompts, drafts::get(tenant, id)?) {
                (Some(prompts), Some(sealed)) => {
                    let old = key.open(id, &sealed)?;
                    let old = Response::parse(&old, &survey.framework, &survey.group).unwrap_or_else(|_outdated| Response::empty());
                    old.updated_with(answers, &prompts)
                }
                _ => answers,
            };
            drafts::put(tenant, id, &key.seal(id, &answers, &mut entropy::system())?)?;
            Ok::<_, Error>(true)
        })
        .await?;
    if saved { Ok(Saved::Saved) } else { Ok(Saved::Gone(look(app, link.hash(), app.clock.now()).await?.0)) }
}

/// What sending answers starts from, all of one moment.
struct Sending {
    survey: Box<Survey>,
    /// As it is stored; whoever sends a whole response does not need it.
    draft: Option<Vec<u8>>,
}

enum ToSend {
    Open(Sending),
    Over(Submitted),
}

async fn look_to_send(app: &App, link: &Link) -> Result<ToSend, Error> {
    let (hash, now) = (link.hash(), app.clock.now());
    app.storage
        .read_system(move |system| match find(system, &hash, now)? {
            (Opened::Open(survey), draft) => Ok(ToSend::Open(Sending { survey, draft })),
            (ended, _) => Ok(ToSend::Over(Submitted::over(ended))),
        })
        .await
}

impl Submitted {
    /// What becomes of a response through a link that has stopped working.
    fn over(opened: Opened) -> Self {
        match opened {
            Opened::Received(place) => Self::Received(place),
            other => Self::Gone(other),
        }
    }
}

async fn look(app: &App, hash: [u8; 32], now: DateTime<Utc>) -> Result<(Opened, Option<Vec<u8>>), Error> {
    app.storage.read_system(move |system| find(system, &hash, now)).await
}

fn find(system: &mut System<'_>, hash: &[u8; 32], now: DateTime<Utc>) -> Result<(Opened, Option<Vec<u8>>), Error> {
    if let Some((organisation, invitation)) = invitations::find_by_link(system, hash)? {
        let mut tenant = system.tenant(organisation);
        let survey = survey(&mut tenant, invitation)?;
        if survey.round.require_answers_welcome(now).is_ok() {
            let draft = drafts::get(&mut tenant, survey.invitation.id)?;
            return Ok((Opened::Open(Box::new(survey)), draft));
        }
        // Past the deadline, and the worker has not closed the round yet.
        let subject = Some(survey.review.subject);
        return Ok((
            Opened::Closed(Place { organisation: survey.organisation, round_title: survey.round.record().title.clone(), subject }),
            None,
        ));
    }
    let Some(spent) = invitations::find_spent(system, &Link::spent_hash(hash))? else { return Ok((Opened::Unknown, None)) };
    let place = place(&mut system.tenant(spent.organisation_id), &spent)?;
    let opened = match spent.outcome {
        SpentOutcome::Received => Opened::Received(place),
        SpentOutcome::Closed => Opened::Closed(place),
        SpentOutcome::Withdrawn => Opened::Withdrawn(place),
    };
    Ok((opened, None))
}

fn survey(tenant: &mut Tenant<'_>, invitation: Invitation) -> Result<Survey, Error> {
    const BROKEN: Error = Error::Internal("an invitation without its round, keys, review, rater or framework");
    let round = rounds::find(tenant, invitation.round_id)?.ok_or(BROKEN)?;
    let review = reviews::find(tenant, invitation.review_id)?.ok_or(BROKEN)?;
    let rater = raters::find(tenant, invitation.rater_id)?.ok_or(BROKEN)?;
    let framework = frameworks::find(tenant, round.record().framework_id)?.ok_or(BROKEN)?;
    let group = round.record().groups.find(rater.group.as_str()).ok_or(BROKEN)?.clone();
    let organisation = organisations::get(tenant)?;
    let keys = rounds::keys(tenant, invitation.round_id)?.ok_or(BROKEN)?;
    Ok(Survey { organisation, round, review, framework, group, rater, invitation, keys, draft: Response::empty() })
}

fn place(tenant: &mut Tenant<'_>, spent: &SpentLink) -> Result<Place, Error> {
    let round_title = title(tenant, spent.round_id)?;
    let subject = reviews::find(tenant, spent.review_id)?.map(|review| review.subject);
    Ok(Place { organisation: organisations::get(tenant)?, round_title, subject })
}

fn title(tenant: &mut Tenant<'_>, round: RoundId) -> Result<String, Error> {
    Ok(rounds::find(tenant, round)?.map(|round| round.record().title.clone()).unwrap_or_default())
}

fn draft_key(app: &App, link: &Link, survey: &Survey) -> Result<DraftKey, Error> {
    let salt = match &survey.keys.sealed_draft_salt {
        Some(sealed) => DraftSalt::open(&app.key, survey.round.id(), sealed)?,
        None => DraftSalt::none(),
    };
    Ok(DraftKey::of(link, &salt))
}

fn open_draft(app: &App, link: &Link, survey: &Survey, sealed: &[u8]) -> Result<Response, Error> {
    let input = draft_key(app, link, survey)?.open(survey.invitation.id, sealed)?;
    Ok(Response::parse(&input, &survey.framework, &survey.group).unwrap_or_else(|_outdated| Response::empty()))
}
