//! What only PostgreSQL has: a server that keeps what was deleted, or writes down what it should not. Each thing to fix
//! is told with the statement that fixes it, and the statement does.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use candour_test_database::{Look, Programs, Server as Postgres};
use candour_tests::{Outcome, Server, Trust, finding, wait};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// As somebody sets a server up who does not know what it is for.
const CARELESS: [(&str, &str); 8] = [
    ("track_commit_timestamp", "on"),
    ("archive_mode", "on"),
    ("archive_command", "'true'"),
    ("wal_keep_size", "'64MB'"),
    ("wal_recycle", "on"),
    ("log_statement", "mod"),
    ("wal_level", "logical"),
    ("fsync", "off"),
];

#[test]
fn every_statement_that_the_examination_names_fixes_what_it_is_named_for() -> Outcome {
    let programs = Programs::find().ok_or("PostgreSQL's programs are not there")?;
    let postgres = Postgres::start(&programs, &CARELESS)?;
    let url = postgres.url("trust");
    let superuser = Look::into_server(&postgres.url("postgres"))?;
    superuser.run("CREATE ROLE plain LOGIN PASSWORD 'plain word'")?;
    superuser.run("CREATE DATABASE trust OWNER plain")?;
    superuser.run("SELECT pg_create_physical_replication_slot('left', true)")?;
    let (_, place) = url.split_once('@').ok_or("an address")?;
    let server = Server::start_with(&[("CANDOUR_DATABASE_URL", &format!("postgres://plain:plain%20word@{place}"))])?;
    Trust::found(&server, "Ashgrove Trust")?;
    Look::into_server(&url)?.run("CREATE PUBLICATION everything FOR ALL TABLES")?;

    let ill = fixes(&server)?;
    let wanted = [
        "GRANT pg_checkpoint",
        "GRANT EXECUTE ON FUNCTION pg_ls_waldir() TO",
        "archive_mode = off",
        "wal_keep_size = 0",
        "pg_drop_replication_slot",
        "DROP PUBLICATION",
        "log_parameter_max_length = 0",
        "track_commit_timestamp = off",
        "fsync = on",
    ];
    for statement in wanted {
        assert!(ill.iter().any(|fix| fix.contains(statement)), "{statement}: {ill:#?}");
    }
    assert_eq!(ill.len(), wanted.len(), "{ill:#?}");
    server.stop()?;
    let owner = Look::into_server(&url)?;
    for fix in &ill {
        let (_, statements) = fix.split_once("as a superuser: ").ok_or_else(|| format!("no statement: {fix}"))?;
        let (statements, _) = statements.rsplit_once(';').ok_or_else(|| format!("no end: {fix}"))?;
        for statement in statements.split(';').filter(|statement| !statement.trim().is_empty()) {
            owner.run(statement).map_err(|error| format!("{statement}: {error}"))?;
        }
    }
    drop((owner, superuser));
    postgres.stop()?;
    postgres.begin()?;
    server.begin()?;
    assert_eq!(fixes(&server)?, Vec::<String>::new());
    Ok(())
}

fn fixes(server: &Server) -> Outcome<Vec<String>> {
    let said = server.cli(&["doctor"])?;
    let fixes: Vec<String> =
        said.stdout.lines().filter_map(|line| line.strip_prefix("FIX ")).map(str::to_owned).collect();
    if said.status.success() != fixes.is_empty() {
        finding!("`candour doctor` ended with {}: {}{}", said.status, said.stdout, said.stderr);
    }
    Ok(fixes)
}

/// Neither among its arguments nor in its environment.
#[test]
fn the_password_is_not_in_the_list_of_processes() -> Outcome {
    let programs = Programs::find().ok_or("PostgreSQL's programs are not there")?;
    let postgres = Postgres::start(&programs, &[])?;
    // Programs that write down what everybody can see of them, and go on as usual.
    let tools = tempfile::Builder::new().prefix("candour-tools-").tempdir()?;
    let seen = tools.path().join("seen");
    for name in ["pg_dump", "pg_restore"] {
        let real = programs.folder().join(name);
        let script = format!(
            "{{ tr '\\0' '\\n' </proc/$$/cmdline; tr '\\0' '\\n' </proc/$$/environ; }} >>{}; exec {} \"$@\"",
            seen.display(),
            real.display()
        );
        write_program(&tools, name, &script)?;
    }
    let superuser = Look::into_server(&postgres.url("postgres"))?;
    superuser.run("CREATE ROLE plain LOGIN PASSWORD 'Winter:\\Garden'")?;
    for database in ["here", "there"] {
        superuser.run(&format!("CREATE DATABASE {database} OWNER plain"))?;
    }
    let url = postgres.url("here");
    let (_, place) = url.split_once('@').ok_or("an address")?;
    let address = format!("postgres://plain:Winter%3A%5CGarden@{place}");
    let settings = |address: &str| -> Outcome<Server> {
        Server::prepare(&[
            ("CANDOUR_DATABASE_URL", address),
            ("CANDOUR_POSTGRES_TOOLS", tools.path().to_str().ok_or("a path")?),
        ])
    };
    let server = settings(&address)?;
    server.begin()?;
    let copy = super::back_up(&server, "copy")?;
    let elsewhere = settings(&address.replace("/here", "/there"))?;
    std::fs::copy(server.data().join("secret.key"), elsewhere.data().join("secret.key"))?;
    let said = super::restore(&elsewhere, &copy)?;
    assert!(said.status.success(), "{}{}", said.stdout, said.stderr);
    let seen = std::fs::read_to_string(seen)?;
    assert!(seen.contains("--dbname=postgres://plain@"), "{seen}");
    for secret in ["Garden", "CANDOUR_", std::fs::read_to_string(server.data().join("secret.key"))?.trim()] {
        assert!(!seen.contains(secret), "{seen}");
    }
    Ok(())
}

/// As by somebody who is tired of waiting, or by a machine that shuts down.
#[test]
fn a_copy_that_is_stopped_half_way_leaves_nothing_and_nobody() -> Outcome {
    let tools = tempfile::Builder::new().prefix("candour-tools-").tempdir()?;
    // A pg_dump that writes a little and then takes for ever. Its last argument is the file.
    let begun = tools.path().join("begun");
    let script = "case $1 in --version) echo 'pg_dump (PostgreSQL) 99'; exit;; esac; for file; do :; done; echo half \
     >\"$file\"; echo $$ $PPID >";
    let script = format!("{script}{0}.new; mv {0}.new {0}; exec sleep 600", begun.display());
    for name in ["pg_dump", "pg_restore"] {
        write_program(&tools, name, &script)?;
    }
    let server = Server::start_with(&[("CANDOUR_POSTGRES_TOOLS", tools.path().to_str().ok_or("a path")?)])?;
    let before = std::fs::read_dir(server.scratch())?.count();
    let (said, dumping) = std::thread::scope(|scope| {
        let copying = scope.spawn(|| server.cli(&["backup", "copy"]));
        let processes = wait::until("a copy to be begun", Duration::from_mins(1), || {
            Ok(std::fs::read_to_string(&begun)
                .ok()
                .map(|text| text.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<i32>>()))
        })?;
        let [dumping, copier] = processes.as_slice() else { finding!("not two processes: {processes:?}") };
        assert!(std::fs::read_dir(server.scratch())?.count() > before, "something is there to be cleared away");
        kill_process(Pid::from_raw(*copier).ok_or("a process has an id")?, Signal::TERM)?;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((
            copying.join().map_err(|_panic| "the command panicked")??,
            *dumping,
        ))
    })?;
    assert!(!said.status.success() && said.stderr.contains("stopped"), "{}", said.stderr);
    assert_eq!(std::fs::read_dir(server.scratch())?.count(), before);
    wait::until("the program that wrote it to end", Duration::from_secs(20), || {
        // A process that has ended is listed as Z until somebody asks for it.
        let status = std::fs::read_to_string(format!("/proc/{dumping}/stat")).unwrap_or_default();
        Ok((status.is_empty() || status.contains(") Z ")).then_some(()))
    })
}

fn write_program(tools: &TempDir, name: &str, script: &str) -> Outcome {
    let path = tools.path().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n"))?;
    Ok(std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))?)
}
