//! The log of who did what, for administrators: a timeline in words, and the same as a table.

mod words;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Query};
use askama::Template;
use candour_domain::Role;
use candour_domain::access::permission;
use candour_domain::audit::{Action, Actor, Kind, Target};
use candour_report::audit_to_csv;
use candour_service::app::App;
use candour_service::audit::names::{self, Names};
use candour_service::audit::{self, About, AuditEvent, Wanted};
use candour_service::page::PageRequest;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::Closed;
use super::frame::Console;
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// Which lines, as the form of the page asks for them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    about: String,
    kind: String,
    after: String,
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct AuditPage<'a> {
    frame: Console<'a>,
    filter: &'a Filter,
    names: &'a Names,
    events: &'a [AuditEvent],
    next: Option<String>,
}

/// What a line is about: its name, and where that is to be seen.
struct Thing {
    name: Said,
    place: Option<String>,
}

impl Filter {
    fn wanted(&self) -> Result<Wanted, Closed> {
        let about = match self.about.split_once(':') {
            None if self.about.is_empty() => None,
            Some(("round", id)) => Some(About::Round(id.parse().map_err(|_no_id| Closed::NotThere)?)),
            Some(("review", id)) => Some(About::Review(id.parse().map_err(|_no_id| Closed::NotThere)?)),
            _ => return Err(Closed::NotThere),
        };
        let kind = match self.kind.as_str() {
            "" => None,
            name => Some(Kind::from_name(name).ok_or(Closed::NotThere)?),
        };
        Ok(Wanted { about, kind })
    }

    /// The address of the lines that are asked for, from this one on.
    fn query(&self, after: &str) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in [("about", self.about.as_str()), ("kind", &self.kind), ("after", after)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

impl AuditPage<'_> {
    fn kinds(&self) -> Vec<(&'static str, Said)> {
        Kind::ALL.iter().map(|&kind| (kind.as_str(), words::kind(self.frame.say, kind))).collect()
    }

    fn asks_about(&self, what: &str, id: &str) -> bool {
        self.filter.about.split_once(':') == Some((what, id))
    }

    /// Who did it.
    fn who(&self, event: &AuditEvent) -> Said {
        let say = self.frame.say;
        match Actor::from_text(&event.actor) {
            Some(Actor::Account(id)) => match self.names.accounts.get(&id) {
                Some(name) => Said::of(name.as_str()),
                None => Said::of(say.audit_by_gone()),
            },
            Some(Actor::Client(id)) => match self.names.clients.get(&id) {
                Some(name) => Said::of(say.audit_by_client().name(name.as_str())),
                None => Said::of(say.audit_by_client_gone()),
            },
            Some(Actor::Worker) => Said::of(say.audit_by_service()),
            Some(Actor::Operator) => Said::of(say.audit_by_operator()),
            Some(Actor::Unknown) => Said::of(say.audit_by_unknown()),
            None => Said::of(event.actor.as_str()),
        }
    }

    /// What they did. What only another version knows has its name.
    fn what(&self, event: &AuditEvent) -> Said {
        match Action::from_name(&event.action) {
            Some(action) => words::action(self.frame.say, action),
            None => Said::of(event.action.as_str()),
        }
    }

    /// To what, where it has a name. Somebody who is asked has none here.
    fn thing(&self, event: &AuditEvent) -> Option<Thing> {
        let say = self.frame.say;
        let gone = |text: Said| Some(Thing { name: text, place: None });
        match Target::from_text(&event.target)? {
            Target::Round(id) => match self.names.round(id) {
                Some(round) => {
                    Some(Thing { name: Said::of(round.title.as_str()), place: Some(format!("/rounds/{id}")) })
                }
                None => gone(Said::of(say.audit_round_gone())),
            },
            Target::Review(id) => match self.names.review(id) {
                Some((round, subject)) => {
                    let name = say.audit_about_review().title(round.title.as_str()).subject(subject.as_str());
                    Some(Thing { name: Said::of(name), place: Some(format!("/rounds/{}", round.id)) })
                }
                None => gone(Said::of(say.audit_review_gone())),
            },
            Target::Account(id) if Actor::from_text(&event.actor) != Some(Actor::Account(id)) => {
                let name = self.names.accounts.get(&id)?;
                Some(Thing { name: Said::of(name.as_str()), place: None })
            }
            Target::Client(id) => {
                let name = self.names.clients.get(&id)?;
                Some(Thing { name: Said::of(name.as_str()), place: Some("/clients".to_owned()) })
            }
            Target::Account(_) | Target::Organisation(_) | Target::Framework(_) | Target::Rater(_) | Target::Job(_) => {
                None
            }
        }
    }

    /// How often within an hour, where it is one line for several.
    fn times(&self, event: &AuditEvent) -> Option<Said> {
        let times = event.detail.get("times")?.as_u64().and_then(|times| u32::try_from(times).ok());
        let times = times.filter(|times| *times > 1)?;
        Some(Said::of(self.frame.say.audit_times().number(times)))
    }
}

/// Fifty lines, and the form that chooses which.
pub(crate) async fn show(app: Data<App>, who: SignedIn, filter: Query<Filter>) -> HttpResponse {
    let found = async {
        let by = who.may::<permission::ListAuditLog>(Role::Administrator)?;
        let after = Some(filter.after.as_str()).filter(|after| !after.is_empty());
        let request = PageRequest::parse(None, after).map_err(|_invalid| Closed::NotThere)?;
        let page = audit::list(&app, &by, filter.wanted()?, request).await?;
        Ok::<_, Closed>((page, names::names(&app, &by).await?))
    };
    match found.await {
        Ok((page, names)) => {
            let frame = Console::of(&app, Some(&who)).await;
            let next = page.next.map(|cursor| cursor.to_string());
            html(StatusCode::OK, &AuditPage { frame, filter: &filter, names: &names, events: &page.items, next })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// The same lines as a table.
pub(crate) async fn csv(app: Data<App>, who: SignedIn, filter: Query<Filter>) -> HttpResponse {
    let found = async {
        let by = who.may::<permission::GetAuditLogCsv>(Role::Administrator)?;
        Ok::<_, Closed>(audit::newest(&app, &by, filter.wanted()?).await?)
    };
    let events = match found.await {
        Ok(events) => events,
        Err(why) => return who.closed(&app, why).await,
    };
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"audit-log.csv\""))
        .body(audit_to_csv(&events))
}
