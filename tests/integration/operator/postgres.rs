//! What only PostgreSQL has: a server that keeps what was deleted, or writes down what it should not. Each thing to mend is told with the
//! statement that mends it, and the statement does.

use candour_test_database::{Look, Programs, Server as Postgres};
use candour_tests::{Outcome, Server, Trust, finding};

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
fn every_statement_that_the_examination_names_mends_what_it_is_named_for() -> Outcome {
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

    let ill = mends(&server)?;
    let wanted = [
        "GRANT pg_checkpoint",
        "wal_recycle = off",
        "archive_mode = off",
        "wal_keep_size = 0",
        "pg_drop_replication_slot",
        "DROP PUBLICATION",
        "log_parameter_max_length = 0",
        "track_commit_timestamp = off",
        "fsync = on",
    ];
    for statement in wanted {
        assert!(ill.iter().any(|mend| mend.contains(statement)), "{statement}: {ill:#?}");
    }
    assert_eq!(ill.len(), wanted.len(), "{ill:#?}");
    server.stop()?;
    let owner = Look::into_server(&url)?;
    for mend in &ill {
        let (_, statements) = mend.split_once("as a superuser: ").ok_or_else(|| format!("no statement: {mend}"))?;
        let (statements, _) = statements.rsplit_once(';').ok_or_else(|| format!("no end: {mend}"))?;
        for statement in statements.split(';').filter(|statement| !statement.trim().is_empty()) {
            owner.run(statement).map_err(|error| format!("{statement}: {error}"))?;
        }
    }
    drop((owner, superuser));
    postgres.stop()?;
    postgres.begin()?;
    server.begin()?;
    assert_eq!(mends(&server)?, Vec::<String>::new());
    Ok(())
}

fn mends(server: &Server) -> Outcome<Vec<String>> {
    let said = server.cli(&["doctor"])?;
    let mends: Vec<String> = said.stdout.lines().filter_map(|line| line.strip_prefix("MEND ")).map(str::to_owned).collect();
    if said.status.success() != mends.is_empty() {
        finding!("`candour doctor` ended with {}: {}{}", said.status, said.stdout, said.stderr);
    }
    Ok(mends)
}

/// Neither while it runs nor afterwards: not among its arguments, not in its environment.
#[test]
fn the_password_is_not_in_the_list_of_processes() -> Outcome {
    let programs = Programs::find().ok_or("PostgreSQL's programs are not there")?;
    let postgres = Postgres::start(&programs, &[])?;
    let tools = tempfile::Builder::new().prefix("candour-tools-").tempdir()?;
    // A pg_dump that writes down what it can see of itself, and goes on as usual.
    for name in ["pg_dump", "pg_restore"] {
        let path = tools.path().join(name);
        let real = programs.folder().join(name);
        let seen = tools.path().join("seen");
        std::fs::write(
            &path,
            format!(
                "#!/bin/sh\n{{ tr '\\0' '\\n' </proc/$$/cmdline; tr '\\0' '\\n' </proc/$$/environ; }} >>{}\nexec {} \"$@\"\n",
                seen.display(),
                real.display()
            ),
        )?;
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
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
        Server::prepare(&[("CANDOUR_DATABASE_URL", address), ("CANDOUR_POSTGRES_TOOLS", tools.path().to_str().ok_or("a path")?)])
    };
    let server = settings(&address)?;
    server.begin()?;
    let copy = super::back_up(&server, "copy")?;
    let elsewhere = settings(&address.replace("/here", "/there"))?;
    std::fs::copy(server.data().join("secret.key"), elsewhere.data().join("secret.key"))?;
    let said = super::restore(&elsewhere, &copy)?;
    assert!(said.status.success(), "{}{}", said.stdout, said.stderr);
    let seen = std::fs::read_to_string(tools.path().join("seen"))?;
    assert!(seen.contains("--dbname=postgres://plain@"), "{seen}");
    for secret in ["Garden", "CANDOUR_", std::fs::read_to_string(server.data().join("secret.key"))?.trim()] {
        assert!(!seen.contains(secret), "{seen}");
    }
    Ok(())
}
