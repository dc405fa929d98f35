//! A started `candour` with a data folder and a database of its own.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use candour::config::Config;
use candour::opening;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::place::Place;
use crate::service::{Founded, Service};
use crate::trust::{CONCERNS, DOMAIN, text};
use crate::{Anonymous, Caller, Http, Mailbox, Outcome, Person, Visitor, finding, session, tool, wait};

/// The setting of a service that serves its counters somewhere.
pub const METERED: (&str, &str) = ("CANDOUR_METRICS_LISTEN", "127.0.0.1:0");

/// One running service. Ends with the test, whatever happens.
#[derive(Debug)]
pub struct Server {
    settings: Vec<(String, String)>,
    /// The command that it runs.
    part: Vec<String>,
    running: Mutex<Running>,
    /// Last, so that it goes when nothing runs on it any more.
    place: Place,
}

#[derive(Debug, Default)]
struct Running {
    child: Option<Child>,
    address: Option<String>,
}

/// What a command of the CLI said.
#[derive(Debug)]
pub struct Said {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Server {
    /// Starts a service with the default settings and waits until it is ready.
    pub fn start() -> Outcome<Self> {
        Self::start_with(&[])
    }

    /// Starts a service with some `CANDOUR_*` variables set and waits until it is ready.
    pub fn start_with(settings: &[(&str, &str)]) -> Outcome<Self> {
        let server = Self::prepare(settings)?;
        server.begin()?;
        Ok(server)
    }

    /// A data folder, a database and settings, with nothing running yet.
    pub fn prepare(settings: &[(&str, &str)]) -> Outcome<Self> {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Ok(Self { settings, part: vec!["serve".to_owned()], running: Mutex::default(), place: Place::new()? })
    }

    /// Runs this command instead of `serve`.
    #[must_use]
    pub fn doing(mut self, part: &[&str]) -> Self {
        self.part = part.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// Starts the process (again) on the same data and the same address, and waits until it is ready.
    pub fn begin(&self) -> Outcome {
        self.spawn()?;
        let listen = self.data().join("listen");
        wait::until("the service to be ready", Duration::from_secs(30), || {
            if let Some(status) = self.ended()? {
                // While it was down, another program may have been given its port for a moment.
                if self.running().address.is_some() && self.log_tail()?.contains("cannot listen") {
                    self.spawn()?;
                    return Ok(None);
                }
                finding!("the service ended with {status} instead of starting:\n{}", self.log_tail()?);
            }
            let Ok(address) = std::fs::read_to_string(&listen) else { return Ok(None) };
            let address = address.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
            if address.is_empty() {
                return Ok(None);
            }
            let ready = Http::new(&format!("http://{address}")).send("GET", "/health/ready", &[], None);
            if ready.is_ok_and(|reply| reply.status == 200) {
                self.running().address = Some(address);
                return Ok(Some(()));
            }
            Ok(None)
        })
    }

    /// Starts the process and waits until it has ended by itself, as when it refuses its settings.
    pub fn refuses_to_start(&self) -> Outcome<(ExitStatus, String)> {
        self.spawn()?;
        let status = wait::until("the service to refuse to start", Duration::from_secs(20), || self.ended())?;
        Ok((status, self.log()?))
    }

    /// This person at a browser where they have signed in with a passkey that is relied on.
    pub fn signed_in(&self, organisation: &str, person: &Person) -> Outcome<Visitor> {
        let mut config = Config::throw_away(&self.data());
        config.database_url = self.database_url();
        let base_url = format!("http://{}", self.address()?).parse()?;
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            let app = opening::existing(&config, &base_url).await?;
            session::begin(&app, self.http()?, organisation, person, Some(0)).await
        })
    }

    /// Asks it to stop, as a system does on shutdown, and waits until it has ended.
    pub fn stop(&self) -> Outcome<ExitStatus> {
        self.end_by(Signal::TERM)
    }

    /// Ends it in the middle of whatever it does, as a power cut would.
    pub fn kill(&self) -> Outcome<ExitStatus> {
        self.end_by(Signal::KILL)
    }

    /// Its address, such as `127.0.0.1:40123`.
    pub fn address(&self) -> Outcome<String> {
        self.running().address.clone().ok_or_else(|| "the service has not been started".into())
    }

    /// The id of its process.
    pub fn process(&self) -> Outcome<u32> {
        Ok(self.running().child.as_ref().ok_or("the service does not run")?.id())
    }

    /// A client without a token.
    pub fn http(&self) -> Outcome<Http> {
        Ok(Http::new(&format!("http://{}", self.address()?)))
    }

    /// A caller without a token.
    pub fn anonymous(&self) -> Outcome<Anonymous> {
        Ok(Anonymous(Caller::new(self.http()?, None)))
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.place.data()
    }

    /// A folder beside the data for whatever the story needs.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        self.place.scratch()
    }

    /// The database file, on SQLite.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.place.database()
    }

    /// The address of the database.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.place.database_url()
    }

    /// The emails written so far.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::new(self.data().join("mailbox"))
    }

    /// What the listener for counters says, where `CANDOUR_METRICS_LISTEN` is set; see [`crate::METERED`].
    pub fn metrics(&self) -> Outcome<String> {
        let address = std::fs::read_to_string(self.data().join("metrics_listen"))?;
        Ok(Http::new(&format!("http://{address}")).send("GET", "/metrics", &[], None)?.with(200)?.text())
    }

    /// Everything the service has logged, over all its starts.
    pub fn log(&self) -> Outcome<String> {
        Ok(String::from_utf8_lossy(&std::fs::read(self.place.scratch().join("log"))?).into_owned())
    }

    /// Runs a command of the CLI on this data folder.
    pub fn cli(&self, arguments: &[&str]) -> Outcome<Said> {
        let output = self.command()?.args(arguments).output()?;
        Ok(Said {
            status: output.status,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Runs a command of the CLI that prints one JSON document.
    pub fn cli_json(&self, arguments: &[&str]) -> Outcome<Value> {
        let said = self.cli(arguments)?;
        if !said.status.success() {
            finding!("`candour {}` ended with {}: {}", arguments.join(" "), said.status, said.stderr);
        }
        serde_json::from_str(&said.stdout).map_err(|error| {
            format!("`candour {}` printed no JSON ({error}): {}", arguments.join(" "), said.stdout).into()
        })
    }

    fn command(&self) -> Outcome<Command> {
        let mut command = Command::new(tool::candour()?);
        // Settings of the machine the tests run on have no business here, and neither has a candour.toml where they are
        // run.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CANDOUR_") {
                command.env_remove(name);
            }
        }
        let listen = self.running().address.clone().unwrap_or_else(|| "127.0.0.1:0".to_owned());
        command.current_dir(self.place.scratch()).env("CANDOUR_DATA_DIR", self.data()).env("CANDOUR_LISTEN", listen);
        // The default sender is refused where there is a mail server.
        command.env("CANDOUR_MAIL_FROM", format!("Feedback <feedback@{DOMAIN}>"));
        if let Some(url) = self.place.on_server() {
            command.env("CANDOUR_DATABASE_URL", url);
        }
        for (name, value) in &self.settings {
            command.env(name, value);
        }
        command.stdin(Stdio::null());
        Ok(command)
    }

    fn spawn(&self) -> Outcome {
        for file in ["listen", "metrics_listen"].map(|name| self.data().join(name)) {
            if file.exists() {
                std::fs::remove_file(&file)?;
            }
        }
        let log = File::options().create(true).append(true).open(self.place.scratch().join("log"))?;
        let child = self.command()?.args(&self.part).stdout(log.try_clone()?).stderr(log).spawn()?;
        self.running().child = Some(child);
        Ok(())
    }

    fn ended(&self) -> Outcome<Option<ExitStatus>> {
        match self.running().child.as_mut() {
            Some(child) => Ok(child.try_wait()?),
            None => finding!("the service has not been started"),
        }
    }

    fn end_by(&self, signal: Signal) -> Outcome<ExitStatus> {
        let id = self.running().child.as_ref().ok_or("the service does not run")?.id();
        kill_process(Pid::from_raw(i32::try_from(id)?).ok_or("a process has an id")?, signal)?;
        let status = wait::until("the service to end", Duration::from_secs(40), || self.ended())?;
        self.running().child = None;
        Ok(status)
    }

    fn log_tail(&self) -> Outcome<String> {
        let log = self.log()?;
        let lines: Vec<&str> = log.lines().collect();
        Ok(lines.iter().skip(lines.len().saturating_sub(20)).copied().collect::<Vec<_>>().join("\n"))
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for Server {
    fn place(&self) -> &Place {
        &self.place
    }

    fn http(&self) -> Outcome<Http> {
        Self::http(self)
    }

    fn mailbox(&self) -> Mailbox {
        Self::mailbox(self)
    }

    fn log(&self) -> Outcome<String> {
        Self::log(self)
    }

    fn metrics(&self) -> Outcome<String> {
        Self::metrics(self)
    }

    fn until<T>(&self, what: &str, limit: Duration, probe: impl FnMut() -> Outcome<Option<T>>) -> Outcome<T> {
        wait::until(what, limit, probe)
    }

    fn time_in(&self, seconds: i64) -> String {
        wait::time_in(seconds)
    }

    fn caller_by(&self, sign_in: impl Fn() -> Outcome<String> + Send + Sync + 'static) -> Outcome<Caller> {
        Ok(Caller::new(self.http()?, Some(sign_in()?)))
    }

    /// By the CLI, as the operator would.
    fn found(&self, name: &str) -> Outcome<Founded> {
        let contact = format!("contact@{DOMAIN}");
        let who = ["--contact-name", "Beatrix Quillfeather", "--contact-email", &contact, "--concerns-route", CONCERNS];
        let made = self.cli_json(&[&["organisation", "create", "--name", name][..], &who].concat())?;
        Ok(Founded { id: text(&made, "id")?, framework_id: text(&made, "framework_id")? })
    }

    fn administrator(&self, organisation: &str, name: &str, email: &str) -> Outcome<Caller> {
        let made = self.cli_json(&[
            "administrator",
            "create",
            "--organisation",
            organisation,
            "--name",
            name,
            "--email",
            email,
        ])?;
        Ok(Caller::new(self.http()?, Some(text(&made, "token")?)))
    }

    fn sign_in(&self, organisation: &str, person: &Person, role: &str) -> Outcome<Caller> {
        let who = ["--organisation", organisation, "--email", &person.email, "--name", &person.name, "--role", role];
        let made = self.cli_json(&[&["token", "create"][..], &who].concat())?;
        Ok(Caller::new(self.http()?, Some(text(&made, "token")?)))
    }

    fn client(&self, organisation: &str, scopes: &[&str]) -> Outcome<(String, String)> {
        let mut arguments = vec!["client", "create", "--organisation", organisation, "--name", "Payroll"];
        for scope in scopes {
            arguments.extend(["--scope", scope]);
        }
        let made = self.cli_json(&arguments)?;
        Ok((text(&made, "client_id")?, text(&made, "client_secret")?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.running().child.take() {
            // It may have ended already; there is nobody left to tell.
            drop(child.kill());
            drop(child.wait());
        }
    }
}
