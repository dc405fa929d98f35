//! The disk fills up while answers come in. Who cannot be served is told to come back, nothing that was acknowledged is lost, nothing is
//! broken, and everything goes on when there is room again.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use candour_tests::answers::competencies;
use candour_tests::{Answers, Outcome, RaterLink, RoundPlan, Server, Trust, database, finding, wait};

/// The folder of the small disk, for the story that is told on it.
const DISK: &str = "CANDOUR_FULL_DISK";

/// The small disk: a file system in memory that only this story's processes see, and that goes with them.
const MOUNT: &str = "mount -t tmpfs -o size=64m tmpfs \"$0\" && exec \"$@\"";

#[test]
fn answers_that_come_while_the_disk_is_full_are_kept_or_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut apart = Command::new("unshare");
    apart.arg("--mount");
    if !rustix::process::geteuid().is_root() {
        // Whoever may not mount may do so among processes of their own.
        apart.args(["--user", "--map-root-user"]);
    }
    let told = apart
        .args(["sh", "-c", MOUNT])
        .arg(folder.path())
        .arg(std::env::current_exe()?)
        .args(["--exact", "full_disk::told_on_a_small_disk", "--ignored", "--nocapture"])
        .env(DISK, folder.path())
        // PostgreSQL's own disk is another one.
        .env("CANDOUR_TEST_ENGINE", "sqlite")
        .env("TMPDIR", folder.path())
        .output()
        .map_err(|error| format!("`unshare` of util-linux makes the small disk: {error}"))?;
    let said = format!("{}{}", String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    if !told.status.success() || !said.contains("1 passed") {
        finding!(
            "the story on a small disk ended with {} (it needs mount namespaces: run it as root, or allow them):\n{said}",
            told.status
        );
    }
    Ok(())
}

#[test]
#[ignore = "told by the story above, on a small disk"]
fn told_on_a_small_disk() -> Outcome {
    let disk = PathBuf::from(std::env::var_os(DISK).ok_or("the story above tells this one")?);
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("staff", 400))?;
    // The subject, who is asked other questions, does not answer.
    let links = round.link_of_each()?.split_off(1);
    let survey = links.first().ok_or("no rater")?.1.survey()?;
    let answers = Answers::to(&survey, |item| Some(u8::try_from(item % 4 + 2).unwrap_or(2))).saying("keep", &"A long remark. ".repeat(250));

    let (before, while_full) = links.split_at(50);
    for (_, link) in before {
        link.submit(&answers)?.with(200)?;
    }
    let ballast = disk.join("ballast");
    fill(&ballast)?;
    let mut acknowledged = 50;
    let mut refused: Option<&RaterLink> = None;
    for (_, link) in while_full {
        let saved = link.save(&answers)?;
        let sent = link.submit(&answers)?;
        for reply in [&saved, &sent] {
            if !matches!(reply.status, 200 | 503 | 507) {
                finding!("kept or put off, nothing else: {reply}");
            }
        }
        if sent.status == 200 {
            acknowledged += 1;
        } else {
            sent.problem(sent.status)?;
            refused = Some(link);
            break;
        }
    }
    let refused = refused.ok_or("the disk did not fill up")?;
    tell(acknowledged);
    server.anonymous()?.get("/health/live")?.with(200)?;
    let comments = format!("/page/{}", competencies(&survey).len() + 1);
    let page = refused.post_page(&comments, &[("comment.keep", "Typed while the disk was full.")])?;
    if page.status != 303 {
        assert!(page.with(503)?.text().contains("Typed while the disk was full."), "what was typed comes back");
    }
    assert_eq!(database::number(&database::open(&server)?, "SELECT count(*) FROM ballots")?, acknowledged);

    std::fs::remove_file(&ballast)?;
    wait::until("the same answers to be taken", Duration::from_secs(15), || Ok((refused.submit(&answers)?.status == 200).then_some(())))?;
    acknowledged += 1;
    let look = database::open(&server)?;
    assert_eq!(database::rows(&look, "PRAGMA integrity_check")?.rows, [[Some("ok".to_owned())]]);
    assert_eq!(database::number(&look, "SELECT count(*) FROM invitations WHERE used")?, acknowledged);
    drop(look);
    server.kill()?;
    server.begin()?;
    round.close_and_count()?;
    let result = round.facilitator()?.result(&round.review()?.id)?;
    let counted: u64 = result["blocks"].as_array().into_iter().flatten().filter_map(|block| block["responded"].as_u64()).sum();
    assert_eq!(i64::try_from(counted)?, acknowledged);
    Ok(())
}

#[expect(clippy::print_stderr, reason = "how far it came is worth knowing when the story fails")]
fn tell(acknowledged: i64) {
    eprintln!("{acknowledged} answers were acknowledged before one was refused");
}

/// Writes until nothing more fits.
fn fill(ballast: &Path) -> Outcome {
    let mut file = std::fs::File::create(ballast)?;
    let mut size = 1 << 20;
    while size >= 512 {
        match file.write_all(&vec![7; size]) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::StorageFull => size /= 2,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
