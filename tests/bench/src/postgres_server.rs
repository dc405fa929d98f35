//! A throw-away PostgreSQL server with the settings of a fresh installation, on a port of its own.

use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use candour_tests::wait;
use postgres::{Client, NoTls};

use crate::Outcome;

/// What differs from a fresh installation, but for the port: room for 256 raw connections, and log files that are not
/// used again, as the service advises.
const SETTINGS: [&str; 2] = ["max_connections=300", "wal_recycle=off"];

/// The account that makes the databases, and under which the server runs where this is root.
const ACCOUNT: &str = "postgres";

/// Runs a server and waits until its input ends, which is when the bench has ended, however that came; then clears up.
const WATCH: &str = r#"folder=$1; shift; "$@" >"$folder/log" 2>&1 & server=$!; read -r _; kill -QUIT $server; wait; rm -rf "$folder"/*"#;

/// A running server. Ends, and leaves nothing behind, when this process does.
pub(crate) struct Postgres {
    watch: Child,
    port: u16,
    process: u32,
    folder: PathBuf,
}

impl Postgres {
    /// Makes a server under this folder, or under the system's for temporary files where the server's account cannot
    /// reach it.
    pub(crate) fn start(scratch: &Path) -> Outcome<Self> {
        let programs = programs()?;
        let account = if rustix::process::geteuid().is_root() { Some(account()?) } else { None };
        let scratch = if account.is_none() || is_open_to_all(scratch)? { scratch } else { Path::new("/tmp") };
        let folder = tempfile::Builder::new().prefix("postgres-").tempdir_in(scratch)?.keep();
        if let Some((user, group)) = account {
            chown(&folder, Some(user), Some(group))?;
        }
        let data = folder.join("data");
        let run = |program: &OsStr| {
            let mut command = Command::new(program);
            command.current_dir(&folder).stdin(Stdio::null());
            if let Some((user, group)) = account {
                command.uid(user).gid(group);
            }
            command
        };
        let mut initdb = run(programs.join("initdb").as_os_str());
        initdb.arg("-D").arg(&data).args([
            "--username",
            ACCOUNT,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C",
        ]);
        let made = initdb.output()?;
        if !made.status.success() {
            return Err(
                format!("no PostgreSQL database could be made: {}", String::from_utf8_lossy(&made.stderr)).into()
            );
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut watch = run(OsStr::new("sh"));
        watch.args(["-c", WATCH, "sh"]).arg(&folder).arg(programs.join("postgres")).arg("-D").arg(&data);
        watch
            .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k", ""])
            .args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        let watch = watch.stdin(Stdio::piped()).process_group(0).spawn()?;
        let mut server = Self { watch, port, process: 0, folder };
        wait::until("PostgreSQL to be ready", Duration::from_secs(30), || Ok(server.connect(ACCOUNT).ok()))?;
        let process = fs::read_to_string(data.join("postmaster.pid"))?;
        server.process = process.lines().next().unwrap_or_default().trim().parse()?;
        Ok(server)
    }

    /// The address of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://{ACCOUNT}@127.0.0.1:{}/{database}", self.port)
    }

    /// Connects to one of its databases.
    pub(crate) fn connect(&self, database: &str) -> Outcome<Client> {
        Ok(Client::connect(&self.url(database), NoTls)?)
    }

    /// Makes an empty database, or a copy of another, in place of what had this name.
    pub(crate) fn create(&self, database: &str, template: Option<&str>) -> Outcome {
        self.drop_database(database)?;
        let template = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
        Ok(self.connect(ACCOUNT)?.batch_execute(&format!("CREATE DATABASE {database}{template}"))?)
    }

    /// Drops a database if it is there.
    pub(crate) fn drop_database(&self, database: &str) -> Outcome {
        Ok(self.connect(ACCOUNT)?.batch_execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))?)
    }

    /// Its process, whose children serve connections.
    pub(crate) fn process(&self) -> u32 {
        self.process
    }

    /// Its version and what was set.
    pub(crate) fn describe(&self) -> Outcome<String> {
        let version: String = self.connect(ACCOUNT)?.query_one("SHOW server_version", &[])?.get(0);
        Ok(format!("PostgreSQL {version} with its default settings but {}", SETTINGS.join(" and ")))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        // Nobody is left to tell if it had ended already.
        drop(self.watch.wait());
        drop(fs::remove_dir(&self.folder));
    }
}

/// Where the programs are: on Debian, under their version; elsewhere on the search path.
fn programs() -> Outcome<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        let mut versions: Vec<PathBuf> = versions.filter_map(|entry| Some(entry.ok()?.path())).collect();
        let number =
            |path: &PathBuf| path.file_name().and_then(OsStr::to_str).and_then(|name| name.parse::<u32>().ok());
        versions.sort_by_key(|path| std::cmp::Reverse(number(path)));
        folders.extend(versions.into_iter().map(|version| version.join("bin")));
    }
    let found = folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    found.ok_or_else(|| {
        "PostgreSQL is not installed (on Debian and Ubuntu: apt-get install postgresql), or choose --engine sqlite"
            .into()
    })
}

/// User and group of the account the server runs under.
fn account() -> Outcome<(u32, u32)> {
    let accounts = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let fields: Vec<&str> = accounts
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields.first() == Some(&name))?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    find(ACCOUNT)
        .or_else(|| find("nobody"))
        .ok_or_else(|| "PostgreSQL does not run as root, and there is no account for it".into())
}

fn is_open_to_all(folder: &Path) -> Outcome<bool> {
    for folder in folder.canonicalize()?.ancestors() {
        if fs::metadata(folder)?.permissions().mode() & 0o001 == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
