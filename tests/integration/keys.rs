//! The server key: made once, for its owner's eyes, and never used on a database it does not fit.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use candour_tests::database::Copy;
use candour_tests::{Outcome, RoundPlan, Server, Trust};

fn mode(path: &Path) -> Outcome<u32> {
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o777)
}

/// A server that has run and was stopped in good order.
fn used() -> Outcome<Server> {
    let server = Server::start()?;
    Trust::found(&server, "Ashgrove Trust")?.open(&RoundPlan::small())?;
    server.stop()?;
    Ok(server)
}

#[test]
fn the_key_is_made_on_the_first_start_and_kept() -> Outcome {
    let server = Server::start()?;
    let key = server.data().join("secret.key");
    assert_eq!(mode(&key)?, 0o600);
    let first = std::fs::read(&key)?;
    server.stop()?;
    server.begin()?;
    assert_eq!(std::fs::read(&key)?, first, "a restart keeps the key");
    Ok(())
}

#[test]
fn a_key_that_others_can_read_is_refused() -> Outcome {
    let server = used()?;
    let before = Copy::of(&server)?;
    let key = server.data().join("secret.key");
    for mode in [0o644, 0o640, 0o604] {
        std::fs::set_permissions(&key, Permissions::from_mode(mode))?;
        let (status, log) = server.refuses_to_start()?;
        assert!(!status.success());
        let said = log.lines().last().unwrap_or_default();
        assert!(said.contains("secret.key") && said.contains("600"), "which file, and what fixes it: {said}");
        assert!(Copy::of(&server)?.is_like(&before), "nothing has been touched");
    }
    std::fs::set_permissions(&key, Permissions::from_mode(0o600))?;
    server.begin()
}

#[test]
fn a_key_of_another_database_is_refused() -> Outcome {
    let (server, other) = (used()?, used()?);
    let before = Copy::of(&server)?;
    let key = server.data().join("secret.key");
    let own = std::fs::read(&key)?;
    let foreign = std::fs::read(other.data().join("secret.key"))?;
    std::fs::write(&key, foreign)?;
    let (status, log) = server.refuses_to_start()?;
    assert!(!status.success());
    assert!(log.contains("does not fit"), "a clear message: {log}");
    assert!(Copy::of(&server)?.is_like(&before), "nothing has been touched");

    std::fs::remove_file(&key)?;
    let (status, _) = server.refuses_to_start()?;
    assert!(!status.success() && !key.exists(), "no new key is made for a database that has one");
    assert!(Copy::of(&server)?.is_like(&before), "nothing has been touched");

    for broken in [&b""[..], b"not a key", &own[..own.len() / 2]] {
        std::fs::write(&key, broken)?;
        std::fs::set_permissions(&key, Permissions::from_mode(0o600))?;
        assert!(!server.refuses_to_start()?.0.success());
    }
    std::fs::write(&key, own)?;
    server.begin()
}
