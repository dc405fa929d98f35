//! The whole promise on a page of its own, for those who want to read it again: while they answer, and afterwards.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_domain::RaterKind;
use candour_service::survey::{Promised, Survey};

use super::whole::Whole;
use crate::frame::{Frame, Said, html};

#[derive(Template)]
#[template(path = "survey/promise/again.html")]
struct AgainPage<'a> {
    frame: Frame<'a>,
    base: &'a str,
    about: Said,
    /// What was promised, each under its heading: one for who can answer, and one for each kind of rater where nothing
    /// tells which of them reads it.
    parts: Vec<(Said, Whole<'a>)>,
}

/// For somebody who can answer.
pub(in crate::survey) fn open(base: &str, survey: &Survey) -> HttpResponse {
    let frame = Frame::of(&survey.organisation);
    let about = super::super::about(frame.say, survey);
    let parts = vec![(Said::of(frame.say.survey_promise_heading()), Whole::of(frame.say, survey))];
    html(StatusCode::OK, &AgainPage { frame, base, about, parts })
}

/// For somebody whose link has done its work. It is tied to no rater, so this says what each of them was told.
pub(in crate::survey) fn spent(base: &str, promised: &Promised) -> HttpResponse {
    let frame = Frame::of(&promised.organisation);
    let say = frame.say;
    let about = Said::of(say.survey_about().subject(promised.review.subject.person.name.as_str()));
    let mut parts = Vec::new();
    for group in promised.round.record().groups.as_slice() {
        let heading = match group.kind() {
            RaterKind::Subject => Said::of(say.survey_told_self()),
            RaterKind::Named => Said::of(say.survey_told_named().group(group.title.as_str())),
            RaterKind::Anonymous if parts.iter().any(|(_, told): &(_, Whole<'_>)| told.kind == group.kind()) => {
                continue;
            }
            RaterKind::Anonymous => Said::of(say.survey_told_anonymous()),
        };
        parts.push((heading, Whole::spent(say, promised, group)));
    }
    html(StatusCode::OK, &AgainPage { frame, base, about, parts })
}
