//! The rendered pages, as a rater's browser gets them.

mod comes_back;
mod promised;

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::{App, test as http};
use candour_domain::policy::PolicyRequest;
use candour_domain::response::ResponseError;
use candour_domain::response::merge::Clash;
use candour_domain::{AnonymityPolicy, ItemId, Person, PersonName, PromptId, Response};
use candour_service::error::{Error, Fault};
use candour_words::language::Language;

use super::form::Action;
use super::parts::{left_off, parts};
use super::sample::{HOSTILE, begun, form, link, place, promised, survey};
use super::*;
use crate::headers;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const BASE: &str = "/s/00000000000000000000000000000000";

fn way() -> Way {
    Way { base: BASE.to_owned(), state: "the-state".to_owned() }
}

fn at(number: usize) -> part::PartAddress<'static> {
    part::PartAddress { base: BASE, number, checking: false }
}

fn unavailable() -> Error {
    candour_storage::StorageError::Unavailable("away".to_owned()).into()
}

fn body(response: HttpResponse) -> Result<String> {
    let bytes = response.into_body().try_into_bytes().or(Err("a streamed body"))?;
    Ok(String::from_utf8(bytes.to_vec())?)
}

fn location(response: &HttpResponse) -> Option<&str> {
    response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok())
}

fn errors(survey: &Survey, sent: &candour_domain::response::ResponseInput) -> Vec<ResponseError> {
    Response::parse(sent, &survey.framework, &survey.group).err().unwrap_or_default()
}

/// Every page there is, with its name.
fn every_page() -> Result<Vec<(&'static str, HttpResponse)>> {
    let long = "word ".repeat(900);
    let sent = form(&[("vision.1", Some(9))], &[("keep", &long)]);
    let trustee = begun("trustees", &[("vision.1", Some(3)), ("vision.2", None)], &[("keep", HOSTILE)])?;
    let clashing = form(&[("vision.1", Some(1))], &[("keep", "Mine")]);
    let mut declined = survey("staff")?;
    declined.invitation.declined = true;
    let mut chair = survey("chair")?;
    chair.invitation.declined = true;
    let mut facilitator = survey("chair")?;
    facilitator.rater.person = facilitator.review.facilitator.clone();
    Ok(vec![
        ("promise", promise::page(&way(), &survey("trustees")?)),
        ("promise, named", promise::page(&way(), &survey("chair")?)),
        ("promise, self", promise::page(&way(), &survey("self")?)),
        ("promise, begun", promise::page(&way(), &trustee)),
        ("promise, declined", promise::page(&way(), &declined)),
        ("promise, declined by name", promise::page(&way(), &chair)),
        ("promise, facilitator", promise::page(&way(), &facilitator)),
        ("promise, once more", promise::again::open(BASE, &survey("self")?)),
        ("promise, afterwards", promise::again::spent(BASE, &promised()?)),
        ("part", part::page(&at(1), &trustee)),
        ("comments", part::page(&at(4), &trustee)),
        ("comments, named", part::page(&at(3), &survey("chair")?)),
        ("comments, self", part::page(&at(4), &survey("self")?)),
        ("part, invalid", part::invalid(&at(1), &trustee, &sent, &errors(&trustee, &sent.answers))),
        ("comments, invalid", part::invalid(&at(4), &trustee, &sent, &errors(&trustee, &sent.answers))),
        ("part, unsaved", part::unsaved(&at(1), &trustee, &sent, &unavailable())),
        ("check", check::page(&way(), &trustee, Outcome::Asked)),
        ("check, named", check::page(&way(), &survey("chair")?, Outcome::Asked)),
        ("check, empty", check::page(&way(), &survey("staff")?, Outcome::Empty)),
        ("check, unsent", check::page(&way(), &trustee, Outcome::Unsent(Fault::Unavailable))),
        ("later", ended::later(BASE, &trustee)),
        ("received", ended::over(BASE, &Over::Received(place()?), None)),
        ("received, late", ended::over(BASE, &Over::Received(place()?), Some(&sent))),
        ("closed", ended::over(BASE, &Over::Closed(place()?), Some(&sent))),
        ("withdrawn", ended::over(BASE, &Over::Withdrawn(place()?), Some(&sent))),
        ("unknown", ended::unknown()),
        ("unavailable", ended::failed(&unavailable(), None)),
        ("unavailable, sent", ended::failed(&unavailable(), Some(&sent))),
        ("unavailable, a defect", ended::failed(&Error::Internal("a defect"), Some(&sent))),
        ("part, clash", part::clash(&at(1), &trustee, &clashing, &[Clash::Rating(ItemId::parse("vision.1")?)])),
        ("comments, clash", part::clash(&at(4), &trustee, &clashing, &[Clash::Comment(PromptId::parse("keep")?)])),
        ("part, unsaved, a defect", part::unsaved(&at(1), &trustee, &sent, &Error::Internal("a defect"))),
        ("check, changed", check::page(&way(), &trustee, Outcome::Changed)),
        ("check, mostly open", check::page(&way(), &trustee, Outcome::MostlyOpen)),
        ("check, not from the page", check::page(&way(), &trustee, Outcome::NotFromThePage)),
        ("check, a defect", check::page(&way(), &trustee, Outcome::Unsent(Fault::Internal))),
        ("promise, press again", promise::press_again(&way(), &trustee)),
        ("too large", ended::too_large()),
        ("foreign", ended::foreign(BASE)),
        ("unsaid", ended::unsaid(BASE, Some(&sent))),
        ("unreadable", ended::unreadable(BASE, StatusCode::BAD_REQUEST)),
    ])
}

#[test]
fn every_page_is_whole_and_brings_nothing_of_its_own() -> Result {
    for (name, page) in every_page()? {
        let html = body(page)?;
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en-GB\">"), "{name}");
        for (once, tag) in [
            ("title", "<title>"),
            ("h1", "<h1>"),
            ("main", "<main "),
            ("skip link", "href=\"#main\""),
            ("script", "<script "),
        ] {
            assert_eq!(html.matches(tag).count(), 1, "{name}: one {once}");
        }
        for inline in
            ["<style", " style=", " onclick", " onload", " onsubmit", "javascript:", "http://", "https://", "src=\"//"]
        {
            assert!(!html.contains(inline), "{name}: {inline}");
        }
        let errors = html.contains("class=\"errors\" id=\"errors\"");
        let title = html.split("<title>").nth(1).unwrap_or_default();
        let told = ["Error: ", "Not saved: ", "Not sent: "].iter().any(|state| title.starts_with(state));
        assert!(!errors || told, "{name}: the title says what is wrong");
    }
    Ok(())
}

#[test]
fn nothing_is_preselected_and_the_scale_keeps_its_order() -> Result {
    let html = body(part::page(&at(1), &survey("trustees")?))?;
    assert!(!html.contains(" checked"));
    let question = html.split("<fieldset").nth(1).ok_or("no question")?;
    let order: Vec<_> =
        ["value=\"1\"", "Rarely", "value=\"2\"", "Often", "value=\"3\"", "Always", "value=\"none\"", "Not able to say"]
            .iter()
            .map(|text| question.find(text))
            .collect();
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{order:?}");
    assert_eq!(html.matches("name=\"rating.vision.1\"").count(), 4);
    Ok(())
}

#[test]
fn a_rater_sees_only_what_their_group_is_asked_in_their_own_wording() -> Result {
    let staff = survey("staff")?;
    let say = Say::new(Language::default());
    let titles: Vec<_> = parts(&staff).iter().map(|part| part.title(say).to_string()).collect();
    assert_eq!(titles, ["Vision", "People", "In your own words"]);
    let html = body(part::page(&at(2), &staff))?;
    assert!(
        html.contains("Part 2 of 3")
            && html.contains("Cares.")
            && !html.contains("Hires.")
            && !html.contains("I care.")
    );
    let own = body(part::page(&at(3), &survey("self")?))?;
    assert!(own.contains("I care.") && own.contains("I hire.") && !own.contains("Cares."));
    Ok(())
}

#[test]
fn saved_answers_come_back() -> Result {
    let survey = begun("trustees", &[("vision.1", Some(2)), ("vision.2", None)], &[("keep", "\nTwo\nlines")])?;
    let html = body(part::page(&at(1), &survey))?;
    assert_eq!(html.matches(" checked").count(), 2);
    assert!(html.contains("name=\"rating.vision.1\" value=\"2\" checked"));
    assert!(html.contains("name=\"rating.vision.2\" value=\"none\" checked"));
    assert!(body(part::page(&at(4), &survey))?.contains(">\nTwo\nlines</textarea>"));
    Ok(())
}

#[test]
fn names_and_comments_never_become_markup() -> Result {
    let mut survey = begun("trustees", &[], &[("keep", HOSTILE)])?;
    survey.review.subject.person.name = PersonName::parse("<b>Jo</b> \"M\"")?;
    survey.organisation.name = "<i>Trust</i>".to_owned();
    survey.organisation.concerns_route = HOSTILE.to_owned();
    survey.organisation.contact = Person::parse("<u>Sam</u>", "people@trust.uk")?;
    survey.review.facilitator = Person::parse("<u>Alex</u>", "al@trust.uk")?;
    let sent = form(&[], &[("keep", HOSTILE), ("\"><img>", HOSTILE)]);
    let pages = [
        promise::page(&way(), &survey),
        part::page(&at(4), &survey),
        part::invalid(&at(4), &survey, &sent, &errors(&survey, &sent.answers)),
        check::page(&way(), &survey, Outcome::Asked),
        ended::failed(&unavailable(), Some(&sent)),
        ended::over(BASE, &Over::Closed(place()?), Some(&sent)),
    ];
    for page in pages {
        let html = body(page)?;
        for markup in ["<script>", "<b>Jo", "<i>", "<u>", "<img>", "& </textarea>"] {
            assert!(!html.contains(markup), "{markup}");
        }
    }
    Ok(())
}

#[test]
fn everybody_is_told_in_which_capacity_they_answer() -> Result {
    for (group, said) in [
        ("trustees", "You are answering as a trustee."),
        ("chair", "You are answering as chair of trustees."),
        ("executive_team", "You are answering as a member of the executive team."),
        ("staff", "You are answering as a member of staff."),
    ] {
        assert!(body(promise::page(&way(), &survey(group)?))?.contains(said), "{group}");
    }
    assert!(!body(promise::page(&way(), &survey("self")?))?.contains("You are answering"));
    Ok(())
}

#[test]
fn the_introduction_stands_on_the_first_part_only() -> Result {
    let survey = survey("trustees")?;
    let introduced = |number| {
        Ok::<_, Box<dyn std::error::Error>>(
            body(part::page(&at(number), &survey))?.contains("choose the answer that fits"),
        )
    };
    assert!(introduced(1)? && !introduced(2)? && !introduced(3)? && !introduced(4)?);
    assert!(body(part::page(&at(4), &survey))?.contains("Before you write"), "every page of comments has its warning");
    Ok(())
}

#[test]
fn a_confirmation_is_announced_only_while_the_round_is_open() -> Result {
    let (open, mut over) = (place()?, place()?);
    over.ended = true;
    let (open, over) =
        (body(ended::over(BASE, &Over::Received(open), None))?, body(ended::over(BASE, &Over::Received(over), None))?);
    assert!(open.contains("You will get a short email") && open.contains("When the round has closed, all answers"));
    assert!(
        !over.contains("You will get a short email") && over.contains("The round has closed. All answers for Jo Mason"),
        "{over}"
    );
    Ok(())
}

#[test]
fn a_way_to_reach_somebody_in_a_comment_is_pointed_out_and_refused_nowhere() -> Result {
    let survey = begun("trustees", &[], &[("keep", "Write to jo@trust.uk"), ("more", "No way to reach anybody.")])?;
    for page in [part::page(&at(4), &survey), check::page(&way(), &survey, Outcome::Asked)] {
        assert_eq!(page.status(), StatusCode::OK);
        let html = body(page)?;
        assert_eq!(
            html.matches(&format!(">{}</p>", Say::new(Language::default()).survey_nudge())).count(),
            1,
            "{html}"
        );
    }
    Ok(())
}

#[test]
fn a_link_that_nobody_knows_says_whom_to_ask() -> Result {
    assert!(body(ended::unknown())?.contains("ask the person named at the end of the email"));
    Ok(())
}

#[test]
fn a_spent_link_says_why_and_gives_typed_text_back() -> Result {
    let sent = form(&[("vision.1", Some(3))], &[("keep", "So that it is not lost"), ("more", " ")]);
    let late = Some(&sent);
    for (opened, sent, status, text) in [
        (Over::Received(place()?), None, StatusCode::OK, "have been received"),
        (Over::Received(place()?), late, StatusCode::CONFLICT, "has not been added"),
        (Over::Closed(place()?), None, StatusCode::GONE, "This round has closed"),
        (Over::Closed(place()?), late, StatusCode::GONE, "have not been sent"),
        (Over::Withdrawn(place()?), None, StatusCode::GONE, "no longer asked"),
        (Over::Unknown, None, StatusCode::NOT_FOUND, "do not know this link"),
    ] {
        let response = ended::over(BASE, &opened, sent);
        assert_eq!(response.status(), status);
        let html = body(response)?;
        assert!(html.contains(text), "{text}");
        assert_eq!(html.contains("So that it is not lost</textarea>"), sent.is_some(), "{text}");
    }
    Ok(())
}

#[test]
fn a_rater_goes_on_where_they_left_off() -> Result {
    let all =
        [("vision.1", Some(3)), ("vision.2", None), ("money.1", Some(1)), ("people.1", Some(3)), ("people.2", Some(3))];
    for (ratings, comments, left) in [
        (vec![], vec![], Some(1)),
        (vec![("vision.1", Some(3))], vec![], Some(1)),
        (vec![("vision.1", Some(3)), ("vision.2", None)], vec![], Some(2)),
        (vec![("money.1", Some(3))], vec![], Some(3)),
        (vec![("people.1", Some(3)), ("people.2", Some(3))], vec![], Some(4)),
        (all[..4].to_vec(), vec![], Some(3)),
        (all.to_vec(), vec![], None),
        (vec![], vec![("keep", "Text")], None),
    ] {
        let survey = begun("trustees", &ratings, &comments)?;
        assert_eq!(left_off(&survey, &parts(&survey)), left, "{ratings:?} {comments:?}");
    }
    Ok(())
}

#[test]
fn buttons_lead_on_back_and_out() -> Result {
    for (number, action, to) in [
        (2, Action::Next, "/page/3"),
        (2, Action::Back, "/page/1"),
        (1, Action::Back, ""),
        (2, Action::Check, "/check"),
        (2, Action::Later, "/later"),
    ] {
        assert_eq!(at(number).after(action), format!("{BASE}{to}"));
    }
    let survey = survey("trustees")?;
    assert_eq!(location(&part::page(&at(5), &survey)), Some(format!("{BASE}/check").as_str()));
    assert_eq!(location(&part::page(&at(0), &survey)), Some(BASE));
    Ok(())
}

#[actix_web::test]
async fn every_page_carries_the_headers_and_no_cookie() -> Result {
    for at in 0..every_page()?.len() {
        let page = move || async move {
            every_page().ok().and_then(|mut pages| (at < pages.len()).then(|| pages.swap_remove(at).1))
        };
        let page = move || async move { page().await.unwrap_or_else(|| HttpResponse::InternalServerError().finish()) };
        let app = App::new().service(web::scope("/s").wrap(headers::private()).route("/page", read().to(page)));
        let app = http::init_service(app).await;
        let response = http::call_service(&app, http::TestRequest::get().uri("/s/page").to_request()).await;
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        assert_eq!(kind, Some("text/html; charset=utf-8"), "it is rendered");
        check_headers(response.headers());
    }
    Ok(())
}

#[actix_web::test]
async fn an_address_that_is_none_is_a_page_too() -> Result {
    let app = http::init_service(App::new().configure(crate::configure)).await;
    for (method, path) in [("GET", "/s"), ("GET", "/s/"), ("GET", "/s/a/b/c/d"), ("POST", "/s/a/b"), ("HEAD", "/s/a/b")]
    {
        let request = http::TestRequest::default().method(method.parse()?).uri(path).to_request();
        let response = http::call_service(&app, request).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{method} {path}");
        check_headers(response.headers());
    }
    Ok(())
}

fn check_headers(headers: &header::HeaderMap) {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for directive in [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(value("content-security-policy").split("; ").any(|part| part == directive), "{directive}");
    }
    assert_eq!(value("cache-control"), "no-store");
    assert_eq!(value("referrer-policy"), "same-origin");
    assert_eq!(value("x-content-type-options"), "nosniff");
    assert!(value("x-robots-tag").contains("noindex"));
    assert!(value("permissions-policy").contains("camera=()"));
    assert_eq!(value("cross-origin-opener-policy"), "same-origin");
    assert!(headers.get("set-cookie").is_none());
}
