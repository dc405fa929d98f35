//! The service within the test: the real routes, middleware, worker and storage, with a clock that the story moves and
//! a mailbox in memory.
//!
//! It listens on a port of its own, as the built program does, so callers, rater links and browsers speak to it in the
//! same way, and the limits of connections hold. What differs is what a story has to hold still: nothing is done later
//! before the story says so.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::cookie::{Cookie, CookieJar, Key};
use candour::config::Config;
use candour::doctor;
use candour::opening::Means;
use candour::serve::{self, Part, Running};
use candour::telemetry;
use candour_domain::access::permission;
use candour_domain::{Organisation, OrganisationId, Person as Named, Role, Scope};
use candour_mail::{Kept, Transport};
use candour_service::account::{accounts, create_organisation, set_up};
use candour_service::app::App;
use candour_service::auth::clients::{self, Wanted};
use candour_service::auth::sessions;
use candour_service::clock::{Source, Timekeeper};
use candour_service::entropy::fresh;
use candour_service::error::Error;
use candour_service::result::reading;
use candour_service::{rotate_signing_key, worker};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::caller::Token;
use crate::clock::MovableClock;
use crate::place::Place;
use crate::service::{Founded, Service};
use crate::trust::{CONCERNS, DOMAIN};
use crate::{Anonymous, Caller, Http, Mailbox, Outcome, Person, Trust, Visitor, finding, session};

/// For how many hours the token of a person is good.
const HOURS: i64 = 24;

/// A service within this process, stopped with the test. A clone is the same.
#[derive(Clone)]
pub struct TestApp(Arc<Inside>);

/// How the settings differ from those of a service that is tried out.
type Settings = Arc<dyn Fn(&mut Config) + Send + Sync>;

struct Inside {
    settings: Settings,
    clock: Arc<MovableClock>,
    /// What has been sent since the beginning, over all starts; nothing where the settings name a mail server.
    mail: Kept,
    running: Mutex<Option<Running>>,
    /// The port of its first start.
    listen: Mutex<Option<String>>,
    runtime: Runtime,
    /// Last, so that it goes when nothing runs on it any more.
    place: Arc<Place>,
}

impl TestApp {
    /// Starts one with the settings of a service that is tried out.
    pub fn start() -> Outcome<Self> {
        Self::start_with(|_as_they_are| {})
    }

    /// Starts one with these changes to the settings.
    pub fn start_with(settings: impl Fn(&mut Config) + Send + Sync + 'static) -> Outcome<Self> {
        telemetry::start_into("debug", || Log, false);
        Self::begun(Arc::new(settings), Arc::default(), Kept::default(), Arc::new(Place::new()?))
    }

    /// Another node on the same database, with the same clock and mailbox. Links and tokens name the first.
    pub fn another_node(&self) -> Outcome<Self> {
        let (base_url, first) = (self.app()?.base_url.parse().ok(), Arc::clone(&self.0.settings));
        let settings = move |config: &mut Config| {
            first(config);
            config.base_url.clone_from(&base_url);
        };
        Self::begun(Arc::new(settings), Arc::clone(&self.0.clock), self.0.mail.clone(), Arc::clone(&self.0.place))
    }

    fn begun(settings: Settings, clock: Arc<MovableClock>, mail: Kept, place: Arc<Place>) -> Outcome<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let (running, listen) = (Mutex::default(), Mutex::default());
        let app = Self(Arc::new(Inside { settings, clock, mail, running, listen, runtime, place }));
        app.begin()?;
        Ok(app)
    }

    /// Lets time pass and does what has become due.
    pub fn time_passes(&self, by: TimeDelta) -> Outcome {
        self.0.clock.move_on(by);
        self.work_until_idle()
    }

    /// The time by its clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.wall()
    }

    /// Lets days pass and does what has become due.
    pub fn days_pass(&self, days: i64) -> Outcome {
        self.time_passes(TimeDelta::days(days))
    }

    /// Lets time pass while nothing is done.
    pub fn time_passes_unused(&self, by: TimeDelta) {
        self.0.clock.move_on(by);
    }

    /// Has the worker do all that is due now.
    pub fn work_until_idle(&self) -> Outcome {
        Ok(self.0.runtime.block_on(worker::until_idle(&self.app()?))?)
    }

    /// Stops it in good order and starts it again on the same data, with its clock gone on by so much meanwhile.
    pub fn restart_after(&self, away: TimeDelta) -> Outcome {
        self.0.stop();
        self.0.clock.move_on(away);
        self.begin()?;
        self.work_until_idle()
    }

    /// Makes a new signing key, unless one waits already; gives its id.
    pub fn rotates_signing_key(&self) -> Outcome<String> {
        Ok(self.0.runtime.block_on(rotate_signing_key::rotate(&self.app()?))?.id)
    }

    /// Ends every signing key that there is, and makes another; gives its id.
    pub fn revokes_signing_keys(&self) -> Outcome<String> {
        Ok(self.0.runtime.block_on(rotate_signing_key::replace_all(&self.app()?))?.id)
    }

    /// Somebody at a browser who has been nowhere yet.
    pub fn visitor(&self) -> Outcome<Visitor> {
        Ok(Visitor::new(self.http()?))
    }

    /// This person at a browser where they have signed in, in a way that is relied on from this many hours on; `None`
    /// for a code by email.
    pub fn signed_in(&self, organisation: &str, person: &Person, hours: Option<i64>) -> Outcome<Visitor> {
        self.0.runtime.block_on(session::begin(&self.app()?, self.http()?, organisation, person, hours))
    }

    /// Whether a browser with this cookie is somebody to whom the service shows this result as its facilitator.
    pub fn opens_result(&self, cookie: &str, review: &str) -> Outcome<bool> {
        let (app, review) = (self.app()?, review.parse()?);
        let sealing = Key::from(app.key.for_cookies().as_slice());
        let jar = CookieJar::new();
        let sent = Cookie::parse_encoded(format!("candour={cookie}"))?.into_owned();
        let Some(key) = jar.private(&sealing).decrypt(sent) else { return Ok(false) };
        let shown = self.0.runtime.block_on(async {
            let Some(state) = sessions::find(&app, key.value()).await? else { return Ok(None) };
            let state: Value = serde_json::from_str(&state)?;
            let read = |name: &str| state[name].as_str().unwrap_or("null").to_owned();
            let (Ok(proof), Ok(id)) = (serde_json::from_str(&read("proof")), serde_json::from_str(&read("id"))) else {
                return Ok(None);
            };
            let who = sessions::who(&app, id, proof).await?;
            let chair = who.and_then(|who| who.acting_as(Role::Facilitator)?.authorise::<permission::GetResults>());
            let Some(chair) = chair else { return Ok(None) };
            match reading::read_result(&app, &chair, reading::Shown::Token(""), review).await {
                Ok(result) => Ok(Some(result)),
                Err(Error::NotFound) => Ok(None),
                Err(error) => Err(error),
            }
        })?;
        Ok(shown.is_some())
    }

    /// A caller without a token.
    pub fn anonymous(&self) -> Outcome<Anonymous> {
        Ok(Anonymous(Caller::new(self.http()?, None)))
    }

    /// A fresh address under which it can be set up, as it prints one at its start; only its path.
    pub fn set_up_path(&self) -> Outcome<String> {
        let app = self.app()?;
        let address = self.0.runtime.block_on(set_up::offer(&app))?.ok_or("it has been set up")?;
        Ok(address.strip_prefix(&*app.base_url).ok_or("an address of another service")?.to_owned())
    }

    /// What all its parts share.
    pub fn app(&self) -> Outcome<App> {
        Ok(self.0.running().as_ref().ok_or("the service does not run")?.app.clone())
    }

    /// What `candour doctor` says of it, line by line.
    pub fn doctor(&self) -> Outcome<Vec<String>> {
        let (app, config) = (self.app()?, self.config());
        let found = self.0.runtime.block_on(doctor::examine(&config, &app.base_url.parse()?, &app.clock));
        Ok(found.iter().map(ToString::to_string).collect())
    }

    fn config(&self) -> Config {
        let place = &self.0.place;
        let mut config = Config::throw_away(&place.data());
        config.database_url = place.database_url();
        config.metrics_listen = Some("127.0.0.1:0".to_owned());
        config.mail_from = format!("Feedback <feedback@{DOMAIN}>");
        (self.0.settings)(&mut config);
        config
    }

    fn begin(&self) -> Outcome {
        let (inside, mut config) = (&self.0, self.config());
        let mut listen = inside.listen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(address) = listen.as_ref() {
            config.listen.clone_from(address);
        }
        let transport = match config.smtp_url {
            Some(_) => None,
            None => Some(Transport::in_memory(&config.mail_from, inside.mail.clone())?),
        };
        let means = Means { clock: Timekeeper::on(Arc::<MovableClock>::clone(&inside.clock)), transport };
        let running = inside.runtime.block_on(serve::start_with(&config, Part::Requests, means))?;
        *listen = running.address.map(|address| address.to_string());
        *inside.running() = Some(running);
        Ok(())
    }

    /// A caller who asks for a token of this role, and for another one when it is about to end.
    fn caller(&self, organisation: &str, person: Named, role: Role) -> Outcome<Caller> {
        let (app, organisation): (_, OrganisationId) = (self.clone(), organisation.parse()?);
        let sign_in = move || {
            let shared = app.app()?;
            let issued = accounts::issue_token(&shared, organisation, person.clone(), role, HOURS);
            Ok(app.0.runtime.block_on(issued)?.token.to_string())
        };
        self.caller_by(sign_in)
    }
}

impl Inside {
    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        let running = self.running().take();
        if let Some(running) = running {
            self.runtime.block_on(running.stop());
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.stop();
    }
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the service in {}", self.0.place.data().display())
    }
}

impl Trust<'_, TestApp> {
    /// Its administrator at a browser where they have signed in with a passkey that is relied on.
    pub fn office(&self) -> Outcome<Visitor> {
        self.server.signed_in(&self.id, &Person::called("hr", "staff"), Some(0))
    }
}

impl Service for TestApp {
    fn place(&self) -> &Place {
        &self.0.place
    }

    fn http(&self) -> Outcome<Http> {
        let address =
            self.0.running().as_ref().and_then(|running| running.address).ok_or("the service does not run")?;
        Ok(Http::new(&format!("http://{address}")))
    }

    fn mailbox(&self) -> Mailbox {
        Mailbox::Memory(self.0.mail.clone())
    }

    /// What this process has logged, over all services in it.
    fn log(&self) -> Outcome<String> {
        Ok(String::from_utf8_lossy(&log()).into_owned())
    }

    fn metrics(&self) -> Outcome<String> {
        let address =
            self.0.running().as_ref().and_then(|running| running.metrics_address).ok_or("nothing serves counters")?;
        Ok(Http::new(&format!("http://{address}")).send("GET", "/metrics", &[], None)?.with(200)?.text())
    }

    /// Nothing happens by itself, so what is not there after the work will not come.
    fn until<T>(&self, what: &str, _limit: Duration, mut probe: impl FnMut() -> Outcome<Option<T>>) -> Outcome<T> {
        self.work_until_idle()?;
        match probe()? {
            Some(found) => Ok(found),
            None => finding!("all that is due has been done, and {what} did not happen"),
        }
    }

    fn time_in(&self, seconds: i64) -> String {
        (self.0.clock.wall() + TimeDelta::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    fn caller_by(&self, sign_in: impl Fn() -> Outcome<String> + Send + Sync + 'static) -> Outcome<Caller> {
        let clock = Arc::clone(&self.0.clock);
        Ok(Caller::with(self.http()?, Token::renewed(sign_in, move || clock.wall().timestamp())?))
    }

    fn found(&self, name: &str) -> Outcome<Founded> {
        let contact = Named::parse("Beatrix Quillfeather", &format!("contact@{DOMAIN}"))?;
        let id = fresh(OrganisationId::from_random);
        let organisation = Organisation { id, name: name.to_owned(), contact, concerns_route: CONCERNS.to_owned() };
        let made = self.0.runtime.block_on(create_organisation::create_organisation(&self.app()?, organisation))?;
        Ok(Founded { id: id.to_string(), framework_id: made.to_string() })
    }

    fn administrator(&self, organisation: &str, name: &str, email: &str) -> Outcome<Caller> {
        self.caller(organisation, Named::parse(name, email)?, Role::Administrator)
    }

    fn sign_in(&self, organisation: &str, person: &Person, role: &str) -> Outcome<Caller> {
        let role = Role::from_name(role).ok_or("there is no such role")?;
        self.caller(organisation, Named::parse(&person.name, &person.email)?, role)
    }

    fn client(&self, organisation: &str, scopes: &[&str]) -> Outcome<(String, String)> {
        let scopes = scopes
            .iter()
            .map(|scope| Scope::from_name(scope).ok_or("there is no such scope"))
            .collect::<Result<_, _>>()?;
        let app = self.app()?;
        let made =
            clients::create_at_command_line(&app, organisation.parse()?, Wanted { name: "Payroll".to_owned(), scopes });
        let (id, secret) = self.0.runtime.block_on(made)?;
        Ok((id.to_string(), secret.to_string()))
    }
}

/// The log of this process.
static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn log() -> MutexGuard<'static, Vec<u8>> {
    LOGGED.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        log().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
