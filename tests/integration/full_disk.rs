//! The disk fills up while answers come in. Who cannot be served is told to come back, nothing that was acknowledged is
//! lost, nothing is broken, and everything goes on when there is room again.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use candour_tests::answers::competencies;
use candour_tests::{
    Answers, Cluster, Outcome, RaterLink, RoundPlan, Server, StartedRound, Trust, database, finding, wait,
};

/// The folder of the small disk, for the story that is told on it.
const DISK: &str = "CANDOUR_FULL_DISK";

/// The small disk: a file system in memory that only this story's processes see, and that goes with them.
const MOUNT: &str = "mount -t tmpfs -o size=\"$1\" tmpfs \"$0\" && shift && exec \"$@\"";

const PATIENCE: Duration = Duration::from_mins(2);

#[test]
fn answers_that_come_while_the_disk_is_full_are_kept_or_refused() -> Outcome {
    on_a_small_disk("answers_that_come_while_the_disk_is_full_are_kept_or_refused", "64m", |disk| {
        let server = Server::start()?;
        let trust = Trust::found(&server, "Ashgrove Trust")?;
        let round = trust.open(&plan())?;
        let links: Vec<_> = round.link_of_each()?.into_iter().map(|(_, link)| link).collect();
        let ballots = || database::number(&database::open(&server)?, "SELECT count(*) FROM ballots");
        let fullness = Fullness { disk, server: &server, links: &links, ballots: &ballots };
        let acknowledged = fullness.comes_and_goes(|| Ok(()))?;
        let look = database::open(&server)?;
        assert_eq!(database::rows(&look, "PRAGMA integrity_check")?.rows, [[Some("ok".to_owned())]]);
        assert_eq!(database::number(&look, "SELECT count(*) FROM invitations WHERE used")?, acknowledged);
        drop(look);
        server.kill()?;
        server.begin()?;
        counts(&round, acknowledged)
    })
}

#[test]
fn answers_that_come_while_the_disk_of_postgresql_is_full_are_kept_or_refused() -> Outcome {
    on_a_small_disk("answers_that_come_while_the_disk_of_postgresql_is_full_are_kept_or_refused", "128m", |disk| {
        let cluster = Cluster::start()?;
        let server = cluster.node(&[])?;
        server.begin()?;
        let trust = Trust::found(&server, "Ashgrove Trust")?;
        let round = trust.open(&plan())?;
        let people = &round.review()?.raters;
        let tokens = cluster.invitations(people.iter().map(|person| person.email.as_str()), PATIENCE)?;
        let link = |address: &String| Ok(RaterLink::new(server.http()?, tokens.get(address).ok_or("no invitation")?));
        let links = people.iter().map(|person| link(&person.email)).collect::<Outcome<Vec<_>>>()?;
        let ballots = || cluster.look()?.number("SELECT count(*) FROM ballots");
        let fullness = Fullness { disk, server: &server, links: &links, ballots: &ballots };
        // The server stops itself when its log cannot be written. Whoever makes room starts it.
        let makes_room = || {
            wait::until("PostgreSQL to run", PATIENCE, || {
                Ok((cluster.look().is_ok() || cluster.database_returns().is_ok()).then_some(()))
            })
        };
        let acknowledged = fullness.comes_and_goes(makes_room)?;
        assert_eq!(cluster.look()?.number("SELECT count(*) FROM invitations WHERE used")?, acknowledged);
        server.kill()?;
        cluster.database_crashes()?;
        server.begin()?;
        counts(&round, acknowledged)
    })
}

fn plan() -> RoundPlan {
    RoundPlan::new().asking("staff", 400)
}

/// A disk on which everything of a round lies, and what is seen of it from outside.
struct Fullness<'a> {
    disk: &'a Path,
    server: &'a Server,
    /// The subject's first, who does not answer.
    links: &'a [RaterLink],
    /// How many ballots there are, past the service.
    ballots: &'a dyn Fn() -> Outcome<i64>,
}

impl Fullness<'_> {
    /// The disk fills up and has room again, after which the database is brought back by `room`. Gives how many answers
    /// have been acknowledged.
    fn comes_and_goes(&self, room: impl FnOnce() -> Outcome) -> Outcome<i64> {
        let links = self.links.get(1..).ok_or("no rater")?;
        let survey = links.first().ok_or("no rater")?.survey()?;
        let rate = |item| Some(u8::try_from(item % 4 + 2).unwrap_or(2));
        let answers = Answers::to(&survey, rate).saying("keep", &"A long remark. ".repeat(250));

        let (before, while_full) = links.split_at(50);
        for link in before {
            link.submit(&answers)?.with(200)?;
        }
        let ballast = self.disk.join("ballast");
        fill(&ballast)?;
        let mut acknowledged = 50;
        let mut refused: Option<&RaterLink> = None;
        for link in while_full {
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
        self.server.anonymous()?.get("/health/live")?.with(200)?;
        let comments = format!("/page/{}", competencies(&survey).len() + 1);
        let page = refused.post_page(&comments, &[("comment.keep", "Typed while the disk was full.")])?;
        if page.status != 303 {
            assert!(page.with(503)?.text().contains("Typed while the disk was full."), "what was typed comes back");
        }

        std::fs::remove_file(&ballast)?;
        room()?;
        assert_eq!((self.ballots)()?, acknowledged, "what was acknowledged is there, and nothing else");
        let taken = || Ok((refused.submit(&answers)?.status == 200).then_some(()));
        wait::until("the same answers to be taken", Duration::from_secs(15), taken)?;
        Ok(acknowledged + 1)
    }
}

/// As many answers are counted as were acknowledged.
fn counts(round: &StartedRound<'_>, acknowledged: i64) -> Outcome {
    round.close_and_count()?;
    let result = round.facilitator()?.result(&round.review()?.id)?;
    let counted: u64 =
        result["blocks"].as_array().into_iter().flatten().filter_map(|block| block["responded"].as_u64()).sum();
    assert_eq!(i64::try_from(counted)?, acknowledged);
    Ok(())
}

/// Tells the story of this name on a disk of this size, in a process of its own in which nothing else lies there.
fn on_a_small_disk(name: &str, size: &str, story: impl FnOnce(&Path) -> Outcome) -> Outcome {
    if let Some(disk) = std::env::var_os(DISK) {
        return story(&PathBuf::from(disk));
    }
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
        .arg(size)
        .arg(std::env::current_exe()?)
        .args(["--exact", &format!("full_disk::{name}"), "--nocapture"])
        .env(DISK, folder.path())
        // The server that other stories share has its files on another disk.
        .env("CANDOUR_TEST_ENGINE", "sqlite")
        .env("TMPDIR", folder.path())
        .output()
        .map_err(|error| format!("`unshare` of util-linux makes the small disk: {error}"))?;
    let said = format!("{}{}", String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    if !told.status.success() || !said.contains("1 passed") {
        finding!(
            "the story on a small disk ended with {} (it needs mount namespaces: run it as root, or allow \
             them):\n{said}",
            told.status
        );
    }
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
