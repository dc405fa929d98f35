//! The page that leads to everything about the trust but its rounds.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use candour_service::app::App;

use super::frame::Console;
use super::work;
use crate::frame::html;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/organisation.html")]
struct OrganisationPage<'a> {
    frame: Console<'a>,
    /// Whether some work has failed for good.
    has_failed: bool,
}

/// Shows it.
pub(crate) async fn show(app: Data<App>, who: SignedIn) -> HttpResponse {
    match work::failed(&app, &who, None).await {
        Ok((jobs, _)) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &OrganisationPage { frame, has_failed: !jobs.is_empty() })
        }
        Err(why) => who.closed(&app, why).await,
    }
}
