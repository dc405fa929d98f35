//! What people are asked: the trust's questionnaires, for its administrators to read and to change.

pub(crate) mod edit;
mod groups;
pub(crate) mod read;
mod save;
mod sheet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Framework, Role};
use candour_service::app::App;
use candour_service::frameworks;
use candour_service::page::PageRequest;

use super::Closed;
use super::frame::Console;
use crate::frame::html;
use crate::session::SignedIn;

/// The largest form of a questionnaire, in bytes: several hundred statements in both wordings.
pub(crate) const LARGEST_FORM: usize = 1024 * 1024;

#[derive(Template)]
#[template(path = "questionnaires/list.html")]
struct ListPage<'a> {
    frame: Console<'a>,
    families: Vec<Vec<Framework>>,
}

/// A questionnaire, with the other versions of it.
pub(crate) struct Found {
    /// The version that was asked for.
    framework: Framework,
    /// All versions of it, the newest first.
    family: Vec<Framework>,
    /// The other questionnaires of the trust.
    others: Vec<Framework>,
}

impl Found {
    /// The number of the newest version.
    fn latest(&self) -> u32 {
        self.family.first().map_or(self.framework.version, |newest| newest.version)
    }

    /// The newest version, where this is an older one.
    fn newer(&self) -> Option<&Framework> {
        self.family.first().filter(|newest| newest.version > self.framework.version)
    }
}

/// All of them, each with its versions.
pub(crate) async fn show(app: Data<App>, who: SignedIn) -> HttpResponse {
    match all(&app, &who).await {
        Ok(frameworks) => {
            let page = ListPage { frame: Console::of(&app, Some(&who)).await, families: families(frameworks) };
            html(StatusCode::OK, &page)
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// The questionnaire with this id, for an administrator of its trust.
async fn find(app: &App, who: &SignedIn, id: &str) -> Result<Found, Closed> {
    let all = all(app, who).await?;
    let framework = all.iter().find(|one| one.id.to_string() == id).cloned().ok_or(Closed::NotThere)?;
    let (mut family, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.key() == framework.key());
    family.sort_by_key(|one| std::cmp::Reverse(one.version));
    Ok(Found { framework, family, others })
}

/// Every version of every questionnaire of the trust.
pub(super) async fn all(app: &App, who: &SignedIn) -> Result<Vec<Framework>, Closed> {
    let (mut all, mut page) = (Vec::new(), PageRequest::largest());
    loop {
        let by = who.may::<permission::ListFrameworks>(Role::Administrator)?;
        let found = frameworks::list_frameworks(app, &by, page).await?;
        all.extend(found.items);
        match found.next {
            Some(next) => page = page.after(next),
            None => return Ok(all),
        }
    }
}

/// By their keys: what was changed last comes first, and the newest version of each.
pub(super) fn families(all: Vec<Framework>) -> Vec<Vec<Framework>> {
    let mut families: Vec<Vec<Framework>> = Vec::new();
    for framework in all {
        let known = |family: &&mut Vec<Framework>| family.first().is_some_and(|one| one.key() == framework.key());
        match families.iter_mut().find(known) {
            Some(family) => family.push(framework),
            None => families.push(vec![framework]),
        }
    }
    for family in &mut families {
        family.sort_by_key(|one| std::cmp::Reverse(one.version));
    }
    families
}
