//! Sending a response: into the ballot box, once.

use candour_domain::response::{ResponseError, ResponseInput};
use candour_domain::{BallotId, Response, Round};
use candour_seal::{Ballot, Link};
use candour_storage::StorageError;
use candour_storage::ballots::Casting;

use super::{EndedSurvey, Opened, Over, Survey, look, open_draft};
use crate::app::App;
use crate::entropy::{self, fresh};
use crate::error::Error;

/// What became of a response.
pub enum Submitted {
    /// There was nothing in it.
    Empty,
    /// The link does not work any more. With [`Over::Received`] the response is in the ballot box, now or since before.
    Over(Over),
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
        ToSend::Over(over) => Ok(Pressed::Submitted(Box::new(Submitted::Over(over)))),
    }
}

/// Sends a whole response at once, whatever the draft holds. Once received, a repeat succeeds and changes nothing. The
/// inner error says what in it cannot be used; nothing was sent then. With marks, only if the draft still has one of
/// them.
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
        ToSend::Over(over) => Ok(Ok(Submitted::Over(over))),
    }
}

/// How often a round may be changed, as by a later deadline, while one response is on its way.
const TRIES: usize = 3;

/// Puts a response into the ballot box.
///
/// The ballot is sealed before the transaction begins. The transaction marks the invitation used, wipes the link,
/// inserts the ballot and deletes the draft, or does none of it. It writes no time and nothing that ties the ballot to
/// the invitation.
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
            return Ok(Submitted::Over(Over::Received(EndedSurvey::of(*survey))));
        }
        // Somebody was quicker: the same rater's other click, an administrator, or the clock.
        match look(app, link, app.clock.now()).await?.0 {
            Opened::Open(changed) => survey = changed,
            Opened::Over(over) => return Ok(Submitted::Over(over)),
        }
    }
    Err(StorageError::Unavailable("the round is being changed".to_owned()).into())
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
    Over(Over),
}

async fn look_to_send(app: &App, link: &Link) -> Result<ToSend, Error> {
    Ok(match look(app, link, app.clock.now()).await? {
        (Opened::Open(survey), sealed) => ToSend::Open(Sending { survey, sealed }),
        (Opened::Over(over), _) => ToSend::Over(over),
    })
}
