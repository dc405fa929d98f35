//! A PostgreSQL server of one's own that goes away with the one who started it, however that comes.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Outcome, random};

/// The account that owns everything on the server.
const ACCOUNT: &str = "candour";

/// Who runs the server when the tests are run as root, which it refuses: the first of these that the machine knows.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// Nothing waits for the disk: making and dropping hundreds of databases would take half an hour on a slow one. A
/// server that is killed loses nothing by it, because what it has written is the system's to keep then; only a power
/// cut could. `wal_recycle`: deleted log files are gone, as on a machine whose administrator wants deleted answers
/// gone.
const SETTINGS: [(&str, &str); 8] = [
    ("fsync", "off"),
    ("max_connections", "500"),
    ("listen_addresses", "'127.0.0.1'"),
    ("log_min_messages", "warning"),
    ("log_min_error_statement", "panic"),
    ("max_wal_size", "2GB"),
    ("wal_init_zero", "off"),
    ("wal_recycle", "off"),
];

/// Waits until its input ends, which is when anybody who started it has ended, and clears up.
const WATCH: &str = r#"read -r _; "$0/pg_ctl" stop --pgdata "$1/data" --mode immediate --silent; rm -rf "$1""#;

/// PostgreSQL's server programs.
#[derive(Clone, Debug)]
pub struct Programs(PathBuf);

/// A running server with nothing in it. It listens on this machine alone and asks for a password.
pub struct Server {
    programs: Programs,
    /// Whose processes they are; `None` for one's own.
    owner: Option<(u32, u32)>,
    folder: PathBuf,
    port: u16,
    password: String,
    watch: Child,
}

impl Programs {
    /// The newest in Debian's folders, else those on the search path.
    #[must_use]
    pub fn find() -> Option<Self> {
        let version = |folder: &PathBuf| folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        let installed =
            fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
        let mut of_debian: Vec<_> = installed.filter(|folder| version(folder).is_some()).collect();
        of_debian.sort_by_key(version);
        let of_debian = of_debian.into_iter().rev().map(|folder| folder.join("bin"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = of_debian.chain(std::env::split_paths(&path));
        folders
            .find(|folder| ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file()))
            .map(Self)
    }

    /// The folder they are in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

impl Server {
    /// Makes a server in a folder for temporary files and starts it. `settings` are put after those that make it quick.
    pub fn start(programs: &Programs, settings: &[(&str, &str)]) -> Outcome<Self> {
        let owner = unprivileged()?;
        let folder =
            PathBuf::from(run(as_owner("mktemp", owner).args(["-d", "-t", "candour-postgres-XXXXXX"]))?.trim());
        let mut watch = as_owner("sh", owner);
        watch.args(["-c", WATCH]).args([programs.folder(), &folder]).process_group(0);
        let watch = watch.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let server = Self {
            programs: programs.clone(),
            owner,
            folder,
            port: free_port()?,
            password: random::letters(16)?,
            watch,
        };
        server.make(settings)?;
        server.begin()?;
        Ok(server)
    }

    /// The address of a database on it.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{ACCOUNT}:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// The folder of all of its files, for somebody who looks into them.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// What it has logged.
    pub fn log(&self) -> Outcome<Vec<u8>> {
        Ok(fs::read(self.folder.join("log"))?)
    }

    /// One of the programs that come with it.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.folder().join(name)
    }

    /// Starts it (again) on the same port, and waits until it answers.
    pub fn begin(&self) -> Outcome {
        let log = self.folder.join("log");
        let started = run(self.control("start").arg("--wait").arg("--log").arg(&log));
        let Err(failure) = started else { return Ok(()) };
        let said = fs::read_to_string(&log).unwrap_or_default();
        Err(format!("the PostgreSQL server does not start: {failure}\n{said}").into())
    }

    /// Ends it as a restart of the machine would: nobody's transaction is waited for, and everything is put in order.
    pub fn stop(&self) -> Outcome {
        run(self.control("stop").args(["--mode", "fast"]))?;
        Ok(())
    }

    /// Ends it in the middle of whatever it does.
    pub fn kill(&self) -> Outcome {
        run(self.control("stop").args(["--mode", "immediate"]))?;
        Ok(())
    }

    fn make(&self, settings: &[(&str, &str)]) -> Outcome {
        let password = self.folder.join("password");
        fs::File::create(&password)?.write_all(self.password.as_bytes())?;
        let mut make = as_owner(self.programs.folder().join("initdb"), self.owner);
        make.args(["--username", ACCOUNT, "--encoding", "UTF8", "--locale", "C", "--no-sync"]);
        // Small log files, because beginning a new one is part of what the service asks for. The password is quick to
        // check; nobody sees it under way, and it is random.
        make.args(["--wal-segsize", "1", "--auth", "password"]);
        run(make.arg("--pgdata").arg(self.data()).arg("--pwfile").arg(&password))?;
        fs::remove_file(password)?;
        let mut lines = format!("port = {}\nunix_socket_directories = '{}'\n", self.port, self.folder.display());
        for (name, value) in SETTINGS.iter().chain(settings) {
            writeln!(lines, "{name} = {value}")?;
        }
        fs::OpenOptions::new().append(true).open(self.data().join("postgresql.conf"))?.write_all(lines.as_bytes())?;
        Ok(())
    }

    fn control(&self, order: &str) -> Command {
        let mut control = as_owner(self.programs.folder().join("pg_ctl"), self.owner);
        control.args([order, "--silent", "--pgdata"]).arg(self.data());
        control
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        // Nobody is left to tell if it had ended already.
        drop(self.watch.wait());
    }
}

/// User and group of somebody the server agrees to be run by; `None` when that is oneself.
fn unprivileged() -> Outcome<Option<(u32, u32)>> {
    let number = |of: &str, name: Option<&str>| -> Outcome<u32> {
        Ok(run(Command::new("id").arg(of).args(name))?.trim().parse()?)
    };
    if number("-u", None)? != 0 {
        return Ok(None);
    }
    let known =
        UNPRIVILEGED.iter().find_map(|name| Some((number("-u", Some(name)).ok()?, number("-g", Some(name)).ok()?)));
    Ok(Some(known.ok_or("PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody")?))
}

/// A program that knows nothing of the settings of the one who runs the tests.
fn as_owner(program: impl AsRef<std::ffi::OsStr>, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C").current_dir(std::env::temp_dir()).stdin(Stdio::null());
    for kept in ["PATH", "TMPDIR"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    if let Some((user, group)) = owner {
        command.gid(group).uid(user);
    }
    command
}

/// Runs it and gives what it printed.
fn run(command: &mut Command) -> Outcome<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program} cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "{program} ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        )
        .into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A port that the system hands to nobody who asks for any, so that it is still free after a restart.
fn free_port() -> Outcome<u16> {
    for _ in 0..100 {
        let port = 10_000 + random::below(22_000)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err("no port is free for a PostgreSQL server".into())
}
