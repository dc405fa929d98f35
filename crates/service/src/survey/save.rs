//! Saving a draft: one page of it, or all.

use std::sync::Arc;

use candour_domain::response::merge::{Clash, Merged};
use candour_domain::response::{ResponseError, ResponseInput};
use candour_domain::{PromptId, Response};
use candour_seal::{DraftMarks, Link, PageMarks};
use candour_storage::{StorageError, drafts, invitations, rounds};

use super::{Opened, Over, Survey, draft_key, look, read_draft};
use crate::app::App;
use crate::entropy;
use crate::error::Error;

/// What became of answers that were to be kept.
pub enum Saved {
    /// Kept: the draft as it is now. Of a page, these fields were changed elsewhere too and are as they were saved
    /// there; all others are kept.
    Kept(Box<Survey>, Vec<Clash>),
    /// Something cannot be used; nothing was kept.
    Invalid(Vec<ResponseError>),
    /// The link does not work any more.
    Over(Over),
}

/// Lays the answers of one page over the draft. `prompts` are the comment prompts that the page shows, and `opened`
/// says what the page was opened with.
///
/// # Errors
/// [`Error::Storage`].
pub async fn save_page(
    app: &App,
    link: &Link,
    page: ResponseInput,
    prompts: Vec<PromptId>,
    opened: PageMarks,
) -> Result<Saved, Error> {
    save(app, link, page, Basis::Page(prompts, opened)).await
}

/// Replaces the draft as a whole, if it still is one that has one of these marks.
///
/// # Errors
/// [`Error::Stale`] for another draft; nothing was kept. [`Error::Storage`].
pub async fn save_draft(app: &App, link: &Link, draft: ResponseInput, read: Vec<String>) -> Result<Saved, Error> {
    save(app, link, draft, Basis::Draft(read)).await
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
    let mut survey = match opened {
        Opened::Open(survey) => survey,
        Opened::Over(over) => return Ok(Saved::Over(over)),
    };
    let answers = match Response::parse(&input, &survey.framework, &survey.group) {
        Ok(answers) => answers,
        Err(errors) => return Ok(Saved::Invalid(errors)),
    };
    let (organisation, round, id, now) =
        (survey.organisation.id, survey.round.id(), survey.invitation.id, app.clock.now());
    let (framework, group) = (Arc::clone(&survey.framework), survey.group.clone());
    let (key, marks) = (draft_key(app, link, &survey)?, DraftMarks::of(link));
    let kept = app
        .storage
        .write_as_rater(organisation, move |tenant| {
            // Asked again within the transaction: the link is gone once the answers have been sent.
            if !invitations::hold_link(tenant, id)?
                || rounds::find(tenant, round)?.is_none_or(|round| round.require_answers_welcome(now).is_err())
            {
                return Ok(None);
            }
            let old = match drafts::get(tenant, id)? {
                Some(sealed) => read_draft(&key, id, &sealed, &framework, &group)?,
                None => Response::empty(),
            };
            let merged = match basis {
                Basis::Page(prompts, opened) => old.merged_with(answers, &prompts, |held| marks.held_by(&opened, held)),
                Basis::Draft(read) if read.contains(&marks.whole(&old)?) => {
                    Merged { response: answers, clashes: Vec::new() }
                }
                Basis::Draft(_) => return Err(Error::Stale),
            };
            drafts::put(tenant, id, &key.seal(id, &merged.response, &mut entropy::system())?)?;
            Ok::<_, Error>(Some(merged))
        })
        .await?;
    Ok(match kept {
        None => match look(app, link, app.clock.now()).await?.0 {
            Opened::Over(over) => Saved::Over(over),
            // The deadline was moved to a later time between the two looks.
            Opened::Open(_) => return Err(StorageError::Unavailable("the round is being changed".to_owned()).into()),
        },
        Some(Merged { response, clashes }) => {
            survey.draft = response;
            Saved::Kept(survey, clashes)
        }
    })
}
