//! A copy is read back into a place where there is nothing, with the key it was taken with, or not at all.

use std::os::unix::fs::PermissionsExt as _;

use candour_tests::{Answers, Outcome, RoundPlan, Server, Trust, database};

use super::{back_up, moved, restore, to_fix, with_key_of};

/// A service in use, and a copy of it.
fn in_use() -> Outcome<(Server, std::path::PathBuf)> {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (_, first) = round.link_of_each()?.into_iter().next().ok_or("no rater")?;
    first.submit(&Answers::to(&first.survey()?, |_| Some(4)))?.with(200)?;
    let copy = back_up(&server, "copy")?;
    Ok((server, copy))
}

/// What is in the data folder, and the tables of the database if it has any.
fn contents(server: &Server) -> Outcome<(Vec<String>, Vec<String>)> {
    let mut files = std::fs::read_dir(server.data())?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<std::io::Result<Vec<_>>>()?;
    files.sort();
    let there = server.database_url().starts_with("postgres") || server.database().exists();
    Ok((files, if there { database::open(server)?.tables()? } else { Vec::new() }))
}

#[test]
fn a_copy_is_never_read_back_over_a_database() -> Outcome {
    let (server, copy) = in_use()?;
    let before = database::Copy::of(&server)?;
    let said = restore(&server, &copy)?;
    assert!(!said.status.success() && said.stderr.contains("never read back over"), "{}", said.stderr);
    assert!(said.stderr.contains("CANDOUR_DATABASE_URL"), "what to do instead: {}", said.stderr);
    assert!(database::Copy::of(&server)?.is_like(&before), "nothing has been touched");

    // Nor twice.
    let elsewhere = moved(&server, &copy)?;
    let said = restore(&elsewhere, &copy)?;
    assert!(!said.status.success() && said.stderr.contains("never read back over"), "{}", said.stderr);
    assert_eq!(to_fix(&elsewhere)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn without_the_key_it_was_taken_with_a_copy_is_not_read_back() -> Outcome {
    let (server, copy) = in_use()?;
    let elsewhere = Server::prepare(&[])?;
    let empty = contents(&elsewhere)?;
    let said = restore(&elsewhere, &copy)?;
    assert!(!said.status.success(), "{}", said.stdout);
    assert!(
        said.stderr.contains("no server key") && said.stderr.contains("Nothing has been read back"),
        "{}",
        said.stderr
    );
    assert_eq!(contents(&elsewhere)?, empty);

    let key = elsewhere.data().join("secret.key");
    std::fs::write(&key, "11".repeat(32))?;
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600))?;
    let with_key = contents(&elsewhere)?;
    let said = restore(&elsewhere, &copy)?;
    assert!(!said.status.success(), "{}", said.stdout);
    assert!(
        said.stderr.contains("does not fit this copy") && said.stderr.contains("CANDOUR_SECRET_KEY_FILE"),
        "{}",
        said.stderr
    );
    assert_eq!(contents(&elsewhere)?, with_key);

    std::fs::copy(server.data().join("secret.key"), &key)?;
    let said = restore(&elsewhere, &copy)?;
    assert!(said.status.success(), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("Message-ID"), "that emails may come twice: {}", said.stdout);
    elsewhere.begin()
}

#[test]
fn a_file_that_is_half_damaged_or_something_else_is_refused_and_leaves_nothing() -> Outcome {
    let (server, copy) = in_use()?;
    let elsewhere = with_key_of(&server)?;
    let empty = contents(&elsewhere)?;
    let whole = std::fs::read(&copy)?;
    let spoilt = server.scratch().join("spoilt");
    let refused = |content: &[u8], words: &str| -> Outcome {
        std::fs::write(&spoilt, content)?;
        let said = restore(&elsewhere, &spoilt)?;
        assert!(!said.status.success() && said.stderr.contains(words), "{words}: {}", said.stderr);
        assert_eq!(contents(&elsewhere)?, empty, "{words}");
        Ok(())
    };
    refused(&whole[..whole.len() / 2], "is damaged")?;
    refused(b"Dear parents, the school fair is on Saturday.", "is not a copy that `candour backup` has written")?;
    refused(b"", "is not a copy that `candour backup` has written")?;
    // Somewhere in the rows: of a database file a page, of an archive the end.
    let middle = if server.database_url().starts_with("sqlite") { 5 * 4096 } else { whole.len() - 300 };
    let mut bytes = whole.clone();
    bytes[middle..middle + 200].iter_mut().for_each(|byte| *byte ^= 0x55);
    std::fs::write(&spoilt, &bytes)?;
    let said = restore(&elsewhere, &spoilt)?;
    assert!(!said.status.success(), "{}", said.stdout);
    assert_eq!(contents(&elsewhere)?, empty, "{}", said.stderr);
    let said = restore(&elsewhere, &server.scratch().join("none"))?;
    assert!(!said.status.success() && said.stderr.contains("cannot be read"), "{}", said.stderr);

    // Where there was no folder there is none afterwards.
    let nowhere = Server::prepare(&[])?;
    std::fs::remove_dir(nowhere.data())?;
    let said = restore(&nowhere, &spoilt)?;
    assert!(!said.status.success() && !nowhere.data().exists(), "{}", said.stderr);

    let said = restore(&elsewhere, &copy)?;
    assert!(said.status.success(), "the place is still as good as new: {}{}", said.stdout, said.stderr);
    Ok(())
}
