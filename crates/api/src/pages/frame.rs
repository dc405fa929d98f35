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
}

impl Frame<'_> {
    pub(super) fn style(&self) -> &'static str {
        assets::style()
    }

    pub(super) fn script(&self) -> &'static str {
        assets::script()
    }

    pub(super) fn icon(&self) -> &'static str {
        assets::icon()
    }
}

/// Renders a page.
pub(super) fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(body) => HttpResponse::build(status).insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8")).body(body),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
