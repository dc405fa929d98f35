//! What people see who sign in: everything that is no rater's page and no part of the API.

pub(crate) mod account;
pub(crate) mod advisers;
pub(crate) mod audit;
pub(crate) mod clients;
mod delivery_reasons;
pub(crate) mod form;
pub(crate) mod frame;
pub(crate) mod home;
pub(crate) mod not_taken;
pub(crate) mod organisation;
pub(crate) mod people;
pub(crate) mod provider;
pub(crate) mod questionnaires;
pub(crate) mod raters;
pub(crate) mod reviews;
pub(crate) mod rounds;
pub(crate) mod test_email;
pub(crate) mod tokens;
pub(crate) mod trust_sign_in;
pub(crate) mod work;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use candour_domain::Role;
use candour_domain::access::Permission;
use candour_domain::{Authorised, Principal};
use candour_service::app::App;
use candour_service::asked::{Asked, RequestKey};
use candour_service::condition::{Condition, Tags};
use candour_service::error::Error;
use serde::Deserialize;

use self::frame::Console;
use crate::failure;
use crate::frame::html;
use crate::session::SignedIn;

/// What has just been done, as the address of the page that says so has it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    pub(crate) done: String,
}

/// The largest form of the console, in bytes.
pub(crate) const LARGEST_FORM: usize = 64 * 1024;

/// The first folders of what is no page of the console.
const NOT_CONSOLE: [&str; 9] =
    ["s", "v1", "oauth", "assets", "health", "metrics", "docs", "openapi.json", ".well-known"];

/// Whether a path is the console's, as far as its first folder tells.
pub(crate) fn is_route(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    !NOT_CONSOLE.contains(&first)
}

/// Whether this is a page that takes a form larger than [`LARGEST_FORM`]. Extra slashes make no other path of it.
pub(crate) fn takes_large_form(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    matches!(
        *parts.as_slice(),
        ["questionnaires", _, "edit"] | ["reviews", _, "raters", "list"] | ["reviews", _, "raters", "list", _]
    )
}

/// Why somebody who has signed in does not see a page.
pub(crate) enum Closed {
    /// It is for a role for which they have to prove more than that they read an email.
    ProveMore,
    /// There is no such page, or not for them.
    NotThere,
    /// Nobody can say.
    Failed(Error),
}

impl From<Error> for Closed {
    fn from(error: Error) -> Self {
        if matches!(error, Error::NotFound) { Self::NotThere } else { Self::Failed(error) }
    }
}

impl SignedIn {
    /// The person acting in this role.
    ///
    /// # Errors
    /// [`Closed`] where they do not hold it or have not proved enough.
    pub(crate) fn act(&self, role: Role) -> Result<Principal, Closed> {
        match self.acting_as(role) {
            Some(principal) => Ok(principal),
            None if self.standing.holds(role) => Err(Closed::ProveMore),
            None => Err(Closed::NotThere),
        }
    }

    /// The person as one who may do `P` in this role: what the use case of the operation takes.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub(crate) fn may<P: Permission>(&self, role: Role) -> Result<Authorised<P>, Closed> {
        self.act(role)?.authorise().ok_or(Closed::NotThere)
    }

    /// The person as one who asks for the change `P` in this role, by a form.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub(crate) fn ask<P: Permission, T: 'static>(&self, role: Role) -> Result<Asked<P, T>, Closed> {
        let nothing = |_: &T| Ok(candour_service::asked::Answer::empty(204));
        Ok(Asked::new(self.may(role)?, None, Condition::default(), nothing))
    }

    /// As [`Self::ask`], of the thing that the page has shown and no other: its tag comes with the form.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub(crate) fn ask_of<P: Permission, T: 'static>(&self, role: Role, tag: &str) -> Result<Asked<P, T>, Closed> {
        let nothing = |_: &T| Ok(candour_service::asked::Answer::empty(204));
        let condition = Condition { matches: Some(Tags::These(vec![tag.to_owned()])), matches_none: None };
        Ok(Asked::new(self.may(role)?, None, condition, nothing))
    }

    /// As [`Self::ask`], for something new that a form makes once, however often its button is pressed. `at` says where
    /// what was made is to be found.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub(crate) fn ask_once<P: Permission, T: 'static>(
        &self,
        role: Role,
        key: RequestKey,
        at: impl FnOnce(&T) -> String + Send + 'static,
    ) -> Result<Asked<P, T>, Closed> {
        let answer = |made: &T| Ok(candour_service::asked::Answer::empty(303).at(at(made)));
        Ok(Asked::new(self.may(role)?, Some(key), Condition::default(), answer))
    }

    /// What they see instead of a page that is closed to them.
    pub(crate) async fn closed(&self, app: &App, why: Closed) -> HttpResponse {
        match why {
            Closed::Failed(error) => failed(&error),
            Closed::ProveMore => {
                html(StatusCode::FORBIDDEN, &ProveMorePage { frame: Console::of(app, Some(self)).await })
            }
            Closed::NotThere => not_there(&Console::of(app, Some(self)).await),
        }
    }
}

#[derive(Template)]
#[template(path = "console/prove_more.html")]
struct ProveMorePage<'a> {
    frame: Console<'a>,
}

#[derive(Template)]
#[template(path = "console/not_found.html")]
struct NotFoundPage<'a> {
    frame: &'a Console<'a>,
}

#[derive(Template)]
#[template(path = "console/failed.html")]
struct FailedPage<'a> {
    frame: Console<'a>,
    passing: bool,
}

/// There is no such page, or not for whoever asks.
pub(crate) fn not_there(frame: &Console<'_>) -> HttpResponse {
    html(StatusCode::NOT_FOUND, &NotFoundPage { frame })
}

/// A path of the console that leads nowhere.
pub(crate) async fn not_found(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    use actix_session::SessionExt;

    let who = crate::session::who(&request.get_session(), &app).await.unwrap_or_default();
    not_there(&Console::of(&app, who.as_ref()).await)
}

/// The service has failed.
pub(crate) fn failed(error: &Error) -> HttpResponse {
    let fault = failure::kind(error);
    let passing = fault == candour_service::error::Fault::Unavailable;
    failure::page(fault, &FailedPage { frame: Console::nobodys(), passing })
}

/// Leads on.
pub(crate) fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}
