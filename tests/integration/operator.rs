//! What the person who keeps the service running has: copies, a way back from them, and an examination.

mod backup;
mod doctor;
mod postgres;
mod restore;

use std::path::{Path, PathBuf};

use candour_test_database::Engine;
use candour_tests::server::Said;
use candour_tests::{Administrator, Caller, Outcome, Server, Trust, engine, finding};

/// A file beside the data of a service, as text.
fn beside(server: &Server, name: &str) -> Outcome<(PathBuf, String)> {
    let path = server.scratch().join(name);
    let text = path.to_str().ok_or("a path")?.to_owned();
    Ok((path, text))
}

/// Writes a copy and gives the file.
fn back_up(server: &Server, name: &str) -> Outcome<PathBuf> {
    let (path, text) = beside(server, name)?;
    let said = server.cli(&["backup", &text])?;
    if !said.status.success() {
        finding!("`candour backup` ended with {}: {}", said.status, said.stderr);
    }
    Ok(path)
}

/// A new machine with nothing but the server key of another.
fn with_key_of(server: &Server) -> Outcome<Server> {
    let other = Server::prepare(&[])?;
    std::fs::copy(server.data().join("secret.key"), other.data().join("secret.key"))?;
    Ok(other)
}

fn restore(server: &Server, copy: &Path) -> Outcome<Said> {
    server.cli(&["restore", copy.to_str().ok_or("a path")?])
}

/// The machine to which the service has moved: another folder, another database, the same key.
fn moved(server: &Server, copy: &Path) -> Outcome<Server> {
    let other = with_key_of(server)?;
    let said = restore(&other, copy)?;
    if !said.status.success() {
        finding!("`candour restore` ended with {}: {}{}", said.status, said.stdout, said.stderr);
    }
    other.begin()?;
    Ok(other)
}

/// The same trust on the machine to which the service has moved.
fn same_trust<'a>(trust: &Trust<'_>, server: &'a Server) -> Outcome<Trust<'a>> {
    let email = format!("hr@{}", candour_tests::trust::DOMAIN);
    let arguments = [
        "token",
        "create",
        "--organisation",
        &trust.id,
        "--role",
        "administrator",
        "--name",
        "Hester Quillfeather",
        "--email",
        &email,
    ];
    let token = server.cli_json(&arguments)?["token"].as_str().map(str::to_owned);
    let administrator = Administrator(Caller::new(server.http()?, token));
    Ok(Trust { server, id: trust.id.clone(), framework_id: trust.framework_id.clone(), administrator })
}

/// What an examination finds to fix. The server of the tests does not wait for its disk, which is quicker, and is told
/// so.
fn to_fix(server: &Server) -> Outcome<Vec<String>> {
    let said = server.cli(&["doctor"])?;
    let fixes: Vec<String> =
        said.stdout.lines().filter_map(|line| line.strip_prefix("FIX ")).map(str::to_owned).collect();
    if said.status.success() != fixes.is_empty() {
        finding!("`candour doctor` ended with {} and said: {}{}", said.status, said.stdout, said.stderr);
    }
    let known = |fix: &String| {
        engine().is_ok_and(|engine| engine == Engine::Postgres) && fix.contains("ALTER SYSTEM SET fsync = on")
    };
    Ok(fixes.into_iter().filter(|fix| !known(fix)).collect())
}
