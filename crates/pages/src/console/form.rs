//! What a form of the console brings, field by field, and what is wrong with it.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use candour_domain::{Email, Person, PersonName};
use candour_words::uk_time::{at_hour, clock_hour};
use chrono::{DateTime, NaiveDate, Utc};
use url::form_urlencoded;

use crate::frame::Said;

/// What was typed. It has no `Debug`: a code or an address may be in it.
#[derive(Default)]
pub(crate) struct Typed(Vec<(String, String)>);

/// What is wrong with a field: its name on the page, and what would fix it.
pub(crate) struct Wrong {
    /// The `id` of the field.
    pub(crate) field: Cow<'static, str>,
    /// In words.
    pub(crate) text: Said,
}

impl Wrong {
    /// In these words.
    pub(crate) fn at(field: impl Into<Cow<'static, str>>, text: Said) -> Self {
        Self { field: field.into(), text }
    }

    /// As an error of the domain says it. Those texts stand after a colon elsewhere; here they are a sentence.
    pub(crate) fn of(field: impl Into<Cow<'static, str>>, error: impl std::fmt::Display) -> Self {
        let text = error.to_string();
        let mut letters = text.chars();
        let text = letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str());
        Self::at(field, Said::of(text.unwrap_or_default()))
    }
}

impl Typed {
    /// These fields, as if somebody had typed them.
    pub(crate) fn of(fields: &[(&str, &str)]) -> Self {
        Self(fields.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// Reads a body. What is no form has no fields.
    pub(crate) fn parse(body: &Bytes) -> Self {
        Self(form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// Every text of a field that may be there several times.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field that may be there several times has this value.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(known, typed)| known == name && typed == value)
    }

    /// The text of a field; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// What is wrong with this field, if anything is.
pub(crate) fn wrong<'a>(errors: &'a [Wrong], field: &str) -> Option<&'a Said> {
    errors.iter().find(|wrong| wrong.field == field).map(|wrong| &wrong.text)
}

/// The status of a page with a form on which this is wrong.
pub(crate) fn status(errors: &[Wrong]) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// A person whose name and address were typed into these two fields; notes what is wrong with either.
pub(crate) fn person(
    typed: &Typed,
    (name, email): (&'static str, &'static str),
    errors: &mut Vec<Wrong>,
) -> Option<Person> {
    let parsed_name = PersonName::parse(typed.get(name)).map_err(|error| errors.push(Wrong::of(name, error))).ok();
    let parsed_email = Email::parse(typed.get(email)).map_err(|error| errors.push(Wrong::of(email, error))).ok();
    Some(Person { name: parsed_name?, email: parsed_email? })
}

/// The day that somebody typed or chose; `None` for what is no day.
pub(crate) fn day(typed: &str) -> Option<NaiveDate> {
    let day = ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"];
    day.iter().find_map(|form| NaiveDate::parse_from_str(typed.trim(), form).ok())
}

/// The moment of a day and an hour that were chosen, in the United Kingdom; `None` for what is none of these hours.
pub(crate) fn moment(typed: &Typed, hours: RangeInclusive<u8>) -> Option<DateTime<Utc>> {
    let hour = typed.get("hour").parse().ok().filter(|hour| hours.contains(hour))?;
    Some(at_hour(day(typed.get("day"))?, hour))
}

/// Hours to choose from, each as a form sends it and as somebody says it.
pub(crate) fn hours(hours: RangeInclusive<u8>) -> Vec<(String, String)> {
    hours.map(|hour| (hour.to_string(), clock_hour(hour))).collect()
}

/// The id of a field's hint.
pub(crate) fn hint_id(field: &str) -> String {
    format!("{field}-hint")
}

/// The attributes that tell who listens to a page what describes a field: what is wrong with it, and its hint where it
/// has one. Both are ids of the page, so nothing in them needs escaping.
pub(crate) fn described(errors: &[Wrong], field: &str, hint: &str) -> String {
    match (wrong(errors, field).is_some(), hint) {
        (true, hint) => {
            format!("aria-invalid=\"true\" aria-describedby=\"{}\"", format!("{field}-problem {hint}").trim())
        }
        (false, "") => String::new(),
        (false, hint) => format!("aria-describedby=\"{hint}\""),
    }
}
