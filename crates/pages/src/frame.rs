//! What surrounds every page: the head, the trust's name, and whom to ask.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use candour_domain::Organisation;

use super::assets;

/// The parts of a page that do not depend on its content.
pub(super) struct Frame<'a> {
    /// The trust, once it is known.
    pub(super) organisation: Option<&'a Organisation>,
    /// Where the style sheet is.
    pub(super) style: &'static str,
    /// Where the script is.
    pub(super) script: &'static str,
    /// Where the icon is.
    pub(super) icon: &'static str,
}

impl<'a> Frame<'a> {
    /// The frame of a trust's page.
    pub(super) fn of(organisation: &'a Organisation) -> Self {
        Self { organisation: Some(organisation), ..Self::nobodys() }
    }

    /// The frame of a page that cannot know whose it is.
    pub(super) fn nobodys() -> Self {
        Self { organisation: None, style: assets::style(), script: assets::script(), icon: assets::icon() }
    }
}

/// Renders a page.
pub(super) fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(body) => HttpResponse::build(status).insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8")).body(body),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
