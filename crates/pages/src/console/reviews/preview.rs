//! The report as the person it is about will see it, for the facilitator before the release.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use candour_service::account::my_review::MyReview;
use candour_service::app::App;

use super::report::Report;
use super::undecided;
use crate::console::frame::Console;
use crate::console::see_other;
use crate::frame::html;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "reviews/preview.html")]
struct PreviewPage<'a> {
    frame: Console<'a>,
    found: &'a MyReview,
    report: Report<'a>,
}

/// The page.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match undecided(&app, &who, &id).await {
        Ok((found, Some(result))) => {
            let frame = Console::of(&app, Some(&who)).await;
            let report = Report::of(frame.say, &result);
            html(StatusCode::OK, &PreviewPage { frame, found: &found, report })
        }
        // After the release it is there to be read, and before the count there is nothing.
        Ok((found, None)) => see_other(&format!("/reviews/{}", found.review.id)),
        Err(why) => who.closed(&app, why).await,
    }
}
