//! What a rater does with their link: open it, save a draft, send, decline. Nothing here logs, and nothing keeps a time.

use std::sync::Arc;

use candour_domain::response::merge::{Clash, Merged};
use candour_domain::response::{ResponseError, ResponseInput};
use candour_domain::review::Subject;
use candour_domain::{
    BallotId, Framework, Invitation, InvitationId, Organisation, PromptId, Rater, RaterGroup, Response, Review, Round, RoundState,
};
use candour_seal::{Ballot, DraftKey, DraftMarks, DraftSalt, Link, PageMarks};
use candour_storage::ballots::Casting;
use candour_storage::invitations::{self, BehindLink, SpentLink, SpentOutcome};
use candour_storage::rounds::RoundKeys;
use candour_storage::{StorageError, System, Tenant, drafts, organisations, reviews, rounds};
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::entropy::{self, fresh};
use crate::error::Error;

/// Everything the holder of a working link sees.
pub struct Survey {
    /// Who asks.
    pub organisation: Organisation,
    /// The round.
    pub round: Round,
    /// About whom.
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
pub struct Place {
    /// Who asked.
    pub organisation: Organisation,
    /// In which round.
    pub round_title: String,
    /// About whom.
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
    /// The answers have been received.
    Received(Place),
    /// The round has ended.
    Closed(Place),
    /// The invitation was withdrawn.
    Withdrawn(Place),
    /// There never was such a link.
    Unknown,
}

/// What became of answers that were to be kept.
pub enum Saved {
    /// Kept: the draft as it is now.
    Saved(Box<Survey>),
    /// These fields were changed elsewhere too, and are as they were saved there. All others are kept.
    Clash(Box<Survey>, Vec<Clash>),
    /// The draft was changed since it was read; nothing was kept.
    Stale,
    /// Something cannot be used; nothing was kept.
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

/// What became of a press on "send".
pub enum Pressed {
    /// As of any response.
    Submitted(Box<Submitted>),
    /// The draft is not the one that was looked through. Nothing was sent.
    Changed,
    /// Most statements are open, and nobody has said that it is to be sent all the same. Nothing was sent.
    MostlyOpen,
}

/// What somebody who presses "send" has looked through.
pub struct Seen<'a> {
    /// The mark of that draft.
    pub draft: &'a str,
    /// Whether it is to be sent with most statements open.
    pub all_the_same: bool,
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

/// Lays the answers of one page over the draft. `prompts` are the comment prompts that the page shows, and `opened` says what the page was
/// opened with.
///
/// # Errors
/// [`Error::Storage`].
pub async fn save_page(app: &App, link: &Link, page: ResponseInput, prompts: Vec<PromptId>, opened: PageMarks) -> Result<Saved, Error> {
    save(app, link, page, Basis::Page(prompts, opened)).await
}

/// Replaces the draft as a whole, if it still is one that has one of these marks.
///
/// # Errors
/// [`Error::Storage`].
pub async fn save_draft(app: &App, link: &Link, draft: ResponseInput, read: Vec<String>) -> Result<Saved, Error> {
    save(app, link, draft, Basis::Draft(read)).await
}

/// Sends the draft that somebody has looked through.
///
/// # Errors
/// [`Error::Storage`] when it could not be kept; the draft is then still there.
pub async fn submit(app: &App, link: &Link, seen: &Seen<'_>) -> Result<Pressed, Error> {
    match look_to_send(app, link).await? {
        ToSend::Open(sending) => {
            let draft = sending.draft(app, link)?;
            let (framework, group) = (&sending.survey.framework, &sending.survey.group);
            if draft.require_something().is_err() {
                return Ok(Pressed::Submitted(Box::new(Submitted::Empty)));
            }
            if sending.survey.marks.whole(&draft)? != seen.draft {
                return Ok(Pressed::Changed);
            }
            if draft.is_mostly_open(framework, group) && !seen.all_the_same {
                return Ok(Pressed::MostlyOpen);
            }
            Ok(Pressed::Submitted(Box::new(cast(app, link, sending, &draft).await?)))
        }
        ToSend::Over(ended) => Ok(Pressed::Submitted(Box::new(ended))),
    }
}

/// Sends a whole response at once, whatever the draft holds. Once received, a repeat succeeds and changes nothing. The inner error says
/// what in it cannot be used; nothing was sent then. With marks, only if the draft still has one of them.
///
/// # Errors
/// [`Error::Stale`] for another draft; [`Error::Storage`] when it could not be kept.
pub async fn submit_response(
    app: &App,
    link: &Link,
    input: ResponseInput,
    read: Option<Vec<String>>,
) -> Result<Result<Submitted, Vec<ResponseError>>, Error> {
    match look_to_send(app, link).await? {
        ToSend::Open(sending) => match Response::parse(&input, &sending.survey.framework, &sending.survey.group) {
            Ok(response) => {
                if let Some(read) = read {
                    let mark = sending.survey.marks.whole(&sending.draft(app, link)?)?;
                    if !read.contains(&mark) {
                        return Err(Error::Stale);
                    }
                }
                Ok(Ok(cast(app, link, sending, &response).await?))
            }
            Err(errors) => Ok(Err(errors)),
        },
        ToSend::Over(ended) => Ok(Ok(ended)),
    }
}

/// Stops the reminders, or lets them come again. Nobody else is told. With marks, only if the draft still has one of them.
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
        app.storage.write_as_rater(survey.organisation.id, move |tenant| invitations::set_declined(tenant, id, declined)).await?;
        return open(app, link).await;
    }
    Ok(opened)
}

/// How often a round may be changed, as by a later deadline, while one response is on its way.
const TRIES: usize = 3;

/// Puts a response into the ballot box.
///
/// The ballot is sealed before the transaction begins. The transaction marks the invitation used, wipes the link, inserts the ballot and
/// deletes the draft, or does none of it. It writes no time and nothing that ties the ballot to the invitation.
async fn cast(app: &App, link: &Link, sending: Sending, response: &Response) -> Result<Submitted, Error> {
    if response.require_something().is_err() {
        return Ok(Submitted::Empty);
    }
    let mut survey = sending.survey;
    for _ in 0..TRIES {
        let review = survey.review.id;
        let ballot = Ballot { group: &survey.group.id, rater: survey.group.named.then_some(survey.rater.id), response };
        let casting = Casting {
            round: survey.round.clone(),
            review,
            invitation: survey.invitation.id,
            spent_hash: Link::spent_hash(&link.hash()),
            id: fresh(BallotId::from_random),
            sealed: candour_seal::seal_ballot(&survey.keys.public, review, &ballot, &mut entropy::system())?,
        };
        let clock = app.clock.clone();
        let welcome = move |round: &Round| round.require_answers_welcome(clock.now()).is_ok();
        if app.storage.cast(survey.organisation.id, casting, welcome).await? {
            return Ok(Submitted::Received(Place::of(*survey)));
        }
        // Somebody was quicker: the same rater's other click, an administrator, or the clock.
        match look(app, link, app.clock.now()).await?.0 {
            Opened::Open(changed) => survey = changed,
            ended => return Ok(Submitted::over(ended)),
        }
    }
    Err(StorageError::Unavailable("the round is being changed".to_owned()).into())
}

/// What answers were made from.
enum Basis {
    /// A page with these prompts, which showed the fields as the marks say.
    Page(Vec<PromptId>, PageMarks),
    /// The whole draft that has one of these marks.
    Draft(Vec<String>),
}

async fn save(app: &App, link: &Link, input: ResponseInput, basis: Basis) -> Result<Saved, Error> {
    let (opened, _) = look(app, link, app.clock.now()).await?;
    let Opened::Open(mut survey) = opened else { return Ok(Saved::Gone(opened)) };
    let answers = match Response::parse(&input, &survey.framework, &survey.group) {
        Ok(answers) => answers,
        Err(errors) => return Ok(Saved::Invalid(errors)),
    };
    let (organisation, round, id, now) = (survey.organisation.id, survey.round.id(), survey.invitation.id, app.clock.now());
    let (framework, group) = (Arc::clone(&survey.framework), survey.group.clone());
    let (key, marks) = (draft_key(app, link, &survey)?, DraftMarks::of(link));
    let kept = app
        .storage
        .write_as_rater(organisation, move |tenant| {
            // Asked again within the transaction: the link is gone once the answers have been sent.
            if !invitations::hold_link(tenant, id)?
                || rounds::find(tenant, round)?.is_none_or(|round| round.require_answers_welcome(now).is_err())
            {
                return Ok(Kept::LinkGone);
            }
            let old = match drafts::get(tenant, id)? {
                Some(sealed) => read_draft(&key, id, &sealed, &framework, &group)?,
                None => Response::empty(),
            };
            let merged = match basis {
                Basis::Page(prompts, opened) => old.merged_with(answers, &prompts, |held| marks.held_by(&opened, held)),
                Basis::Draft(read) if read.contains(&marks.whole(&old)?) => Merged { response: answers, clashes: Vec::new() },
                Basis::Draft(_) => return Ok(Kept::Stale),
            };
            drafts::put(tenant, id, &key.seal(id, &merged.response, &mut entropy::system())?)?;
            Ok::<_, Error>(Kept::Draft(merged))
        })
        .await?;
    Ok(match kept {
        Kept::LinkGone => Saved::Gone(look(app, link, app.clock.now()).await?.0),
        Kept::Stale => Saved::Stale,
        Kept::Draft(Merged { response, clashes }) => {
            survey.draft = response;
            if clashes.is_empty() { Saved::Saved(survey) } else { Saved::Clash(survey, clashes) }
        }
    })
}

/// What became of a draft in its transaction.
enum Kept {
    Draft(Merged),
    Stale,
    LinkGone,
}

/// What sending answers starts from, all of one moment.
struct Sending {
    survey: Box<Survey>,
    /// As it is stored.
    sealed: Option<Vec<u8>>,
}

impl Sending {
    /// The draft, opened.
    fn draft(&self, app: &App, link: &Link) -> Result<Response, Error> {
        self.sealed.as_ref().map_or_else(|| Ok(Response::empty()), |sealed| open_draft(app, link, &self.survey, sealed))
    }
}

enum ToSend {
    Open(Sending),
    Over(Submitted),
}

async fn look_to_send(app: &App, link: &Link) -> Result<ToSend, Error> {
    Ok(match look(app, link, app.clock.now()).await? {
        (Opened::Open(survey), sealed) => ToSend::Open(Sending { survey, sealed }),
        (ended, _) => ToSend::Over(Submitted::over(ended)),
    })
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
        Behind::Nothing => return Ok((Opened::Unknown, None)),
        Behind::Spent(spent) => {
            let place = app.storage.read(spent.organisation_id, move |tenant| place(tenant, &spent, now)).await?;
            let opened = match spent.outcome {
                SpentOutcome::Received => Opened::Received(place),
                SpentOutcome::Closed => Opened::Closed(place),
                SpentOutcome::Withdrawn => Opened::Withdrawn(place),
            };
            return Ok((opened, None));
        }
        Behind::Working(behind) => survey(app, link, *behind).await?,
    };
    let (survey, draft) = survey;
    if survey.round.require_answers_welcome(now).is_ok() {
        return Ok((Opened::Open(Box::new(survey)), draft));
    }
    // Past the deadline, and the worker has not closed the round yet.
    Ok((Opened::Closed(Place::of(survey)), None))
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
    let framework = app.frameworks.get(&app.storage, organisation.id, round.record().framework_id).await?.ok_or(BROKEN)?;
    let group = round.record().groups.find(rater.group.as_str()).ok_or(BROKEN)?.clone();
    let (empty, marks) = (Response::empty(), DraftMarks::of(link));
    Ok((Survey { organisation, round, review, framework, group, rater, invitation, keys, draft: empty, marks }, draft))
}

fn place(tenant: &mut Tenant<'_>, spent: &SpentLink, now: DateTime<Utc>) -> Result<Place, Error> {
    let round = rounds::find(tenant, spent.round_id)?;
    let cancelled = round.as_ref().is_some_and(|round| round.state() == RoundState::Cancelled);
    let ended = round.as_ref().is_none_or(|round| round.require_answers_welcome(now).is_err());
    let round_title = round.map(|round| round.record().title.clone()).unwrap_or_default();
    let subject = reviews::find(tenant, spent.review_id)?.map(|review| review.subject);
    Ok(Place { organisation: organisations::get(tenant)?, round_title, subject, cancelled, ended })
}

impl Place {
    fn of(survey: Survey) -> Self {
        let round_title = survey.round.record().title.clone();
        Self { organisation: survey.organisation, round_title, subject: Some(survey.review.subject), cancelled: false, ended: false }
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

fn read_draft(key: &DraftKey, id: InvitationId, sealed: &[u8], framework: &Framework, group: &RaterGroup) -> Result<Response, Error> {
    let input = key.open(id, sealed)?;
    Ok(Response::kept(&input, framework, group))
}
