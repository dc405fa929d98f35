//! What the database gives away to somebody who copies its files: while a round is open, and after the count.

use std::collections::BTreeSet;

use candour_tests::answers::{items, prompts};
use candour_tests::database::{self, Copy, Rows};
use candour_tests::{
    Answers, Engine, Look, Outcome, Person, RaterLink, RoundPlan, Server, StartedRound, Trust, engine,
};

/// Tables that say something about a single rater or a single answer.
pub(crate) const DELICATE: [&str; 6] = ["invitations", "links", "drafts", "ballots", "spent_links", "bundles"];

/// Each rater with their link.
type Links = Vec<(Person, RaterLink)>;

/// Half the raters answer, one more saves a draft; gives their links and every text that must not be found.
fn half_answer(round: &StartedRound<'_>) -> Outcome<(Links, Vec<String>)> {
    round.delivered()?;
    let links = round.link_of_each()?;
    let mut secrets = Vec::new();
    for (at, (_, link)) in links.iter().enumerate().take(links.len() / 2 + 1) {
        let survey = link.survey()?;
        let prompt = prompts(&survey).into_iter().next().ok_or("no prompt")?;
        let comment = format!("Unmistakable remark {at} about marmalade.");
        let answers = Answers::to(&survey, |item| (item != 3).then_some(4)).saying(&prompt, &comment);
        if at == links.len() / 2 {
            link.save(&answers)?.succeeded()?;
        } else {
            link.save(&answers)?.succeeded()?;
            link.submit(&answers)?.with(200)?;
        }
        secrets.push(comment);
        secrets.push(answers.json().to_string());
        secrets.push(answers.json()["ratings"].to_string());
    }
    // However an answer were written down, the item's id as a JSON key would be in it.
    let (_, last) = links.last().ok_or("no link")?;
    secrets.extend(items(&last.survey()?).first().map(|item| format!("\"{item}\":")));
    secrets.push("marmalade".to_owned());
    Ok((links, secrets))
}

#[test]
fn a_copy_taken_while_the_round_is_open_holds_no_link_no_answer_and_no_comment() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (links, secrets) = half_answer(&round)?;
    let copy = Copy::of(&server)?;
    assert!(copy.holds("Perpetua1 Quillfeather").is_some(), "the search finds what is there in the clear");
    for (person, link) in &links {
        assert_eq!(copy.holds_link(link.token())?, None, "the link of {}", person.email);
    }
    for secret in &secrets {
        assert_eq!(copy.holds(secret), None, "{secret}");
    }
    let answered = links.len() / 2;
    let connection = copy.open()?;
    assert_eq!(usize::try_from(database::number(&connection, "SELECT COUNT(*) FROM ballots")?)?, answered);
    assert_eq!(database::number(&connection, "SELECT COUNT(*) FROM drafts")?, 1);
    let working = database::number(&connection, "SELECT COUNT(*) FROM links")?;
    assert_eq!(
        usize::try_from(working)?,
        links.len() - answered,
        "a link that was used is gone, not even sealed or hashed"
    );

    let sizes = database::number(&connection, "SELECT COUNT(DISTINCT length(sealed)) FROM ballots")?;
    assert_eq!(sizes, 1, "ballots of like length say nothing by their length");
    Ok(())
}

#[test]
fn rows_about_raters_and_ballots_hold_no_time_no_order_and_nothing_in_common() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (links, _) = half_answer(&round)?;
    let connection = database::open(&server)?;
    let tables = database::tables(&connection)?;
    for table in DELICATE {
        assert!(tables.iter().any(|known| known == table), "the table {table} is gone; fix this test: {tables:?}");
        for (column, kind) in database::columns(&connection, table)? {
            let words: Vec<&str> = column.split('_').collect();
            let tells = ["at", "on", "time", "date", "when", "created", "updated", "address", "ip", "agent"];
            assert!(!words.iter().any(|word| tells.contains(word)), "{table}.{column} may tell when or from where");
            let kind = kind.to_uppercase();
            assert!(!kind.contains("TIME") && !kind.contains("DATE"), "{table}.{column} is a {kind}");
        }
    }
    let (triggers, counters) = match engine()? {
        Engine::Sqlite => (
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger'",
            "SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'sqlite_sequence'",
        ),
        Engine::Postgres => (
            "SELECT COUNT(*) FROM pg_trigger WHERE NOT tgisinternal",
            "SELECT COUNT(*) FROM pg_class WHERE relkind = 'S'",
        ),
    };
    assert_eq!(database::number(&connection, triggers)?, 0, "a trigger may write a time");
    assert_eq!(database::number(&connection, counters)?, 0, "counters tell order");
    let columns: BTreeSet<String> =
        database::columns(&connection, "ballots")?.into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        columns,
        ["id", "organisation_id", "review_id", "sealed"].map(str::to_owned).into(),
        "a ballot is this and nothing else"
    );
    let shared = shared_values(&connection, "ballots", &tables)?;
    assert!(shared.is_empty(), "values that tie a ballot to another row: {shared:?}");
    // A spent link is tied to no rater and no invitation; that it was used is all the invitation knows.
    let shared = shared_values(&connection, "spent_links", &tables)?;
    assert!(shared.is_empty(), "values that tie a spent link to another row: {shared:?}");
    only_the_flag_tells(&database::rows(&connection, "SELECT * FROM invitations")?, links.len() / 2);
    Ok(())
}

/// Values of a table's rows that also stand in rows of other tables, but for the trust, the round and the review they
/// belong to.
fn shared_values(connection: &Look, table: &str, tables: &[String]) -> Outcome<Vec<String>> {
    let common = ["organisation_id", "round_id", "review_id", "outcome"];
    let own = values(&database::rows(connection, &format!("SELECT * FROM {table}"))?, &common);
    let mut shared = Vec::new();
    for other in tables.iter().filter(|other| *other != table) {
        let theirs = values(&database::rows(connection, &format!("SELECT * FROM \"{other}\""))?, &[]);
        shared.extend(own.intersection(&theirs).map(|value| format!("{other}: {value:?}")));
    }
    Ok(shared)
}

fn values(rows: &Rows, without: &[&str]) -> BTreeSet<String> {
    let wanted: Vec<bool> = rows.columns.iter().map(|column| !without.contains(&column.as_str())).collect();
    let cells = rows
        .rows
        .iter()
        .flat_map(|row| row.iter().zip(&wanted).filter(|(_, wanted)| **wanted).filter_map(|(cell, _)| cell.clone()));
    cells.filter(|value| value.len() > 4).collect()
}

/// Among invitations, those that were used differ by the flag and by nothing else that could count or order them.
fn only_the_flag_tells(invitations: &Rows, answered: usize) {
    let at = |name: &str| invitations.columns.iter().position(|column| column == name);
    let used = at("used").unwrap_or_default();
    let is_used = |row: &&Vec<Option<String>>| row[used].as_deref() == Some("1");
    assert_eq!(invitations.rows.iter().filter(is_used).count(), answered);
    for (column, name) in invitations.columns.iter().enumerate() {
        let of = |wanted: bool| -> BTreeSet<Option<String>> {
            invitations.rows.iter().filter(|row| is_used(row) == wanted).map(|row| row[column].clone()).collect()
        };
        let (used, unused) = (of(true), of(false));
        let personal = unused.len() > 1;
        assert!(
            personal || used == unused || name == "used",
            "invitations.{name}: {used:?} where used, {unused:?} where not"
        );
    }
}

#[test]
fn after_the_count_nothing_is_left_that_ties_a_rater_to_an_answer() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (links, secrets) = half_answer(&round)?;
    let (sealed_ballots, sealed_drafts, sealed_links) = {
        let connection = database::open(&server)?;
        let blobs = |query: &str| {
            database::rows(&connection, query)
                .map(|found| found.rows.into_iter().flatten().flatten().collect::<Vec<_>>())
        };
        (blobs("SELECT sealed FROM ballots")?, blobs("SELECT sealed FROM drafts")?, blobs("SELECT sealed FROM links")?)
    };
    assert!(!sealed_ballots.is_empty() && !sealed_drafts.is_empty() && sealed_links.len() > 1);
    round.close_and_count()?;

    let copy = Copy::of(&server)?;
    for (person, link) in &links {
        assert_eq!(copy.holds_link(link.token())?, None, "the link of {}", person.email);
    }
    // The comments that may be published are in the result now; the answers of one person together are nowhere.
    for secret in secrets.iter().filter(|secret| secret.starts_with('{') || secret.starts_with('"')) {
        assert_eq!(copy.holds(secret), None, "{secret}");
    }
    for (what, blobs) in [("ballot", sealed_ballots), ("draft", sealed_drafts), ("link", sealed_links)] {
        for blob in blobs {
            for piece in pieces(&blob) {
                assert_eq!(copy.holds_latin1(&piece), None, "a piece of a sealed {what} is still in the files");
            }
        }
    }
    let connection = copy.open()?;
    for query in ["SELECT COUNT(*) FROM ballots", "SELECT COUNT(*) FROM drafts", "SELECT COUNT(*) FROM links"] {
        assert_eq!(database::number(&connection, query)?, 0, "{query}");
    }
    for table in ["results", "bundles", "spent_links"] {
        let shared = shared_with_raters(&connection, table)?;
        assert!(shared.is_empty(), "{table} and the raters: {shared:?}");
    }
    Ok(())
}

/// Ids, names and addresses of anonymous raters, and ids of their invitations, that are found in a table.
fn shared_with_raters(connection: &Look, table: &str) -> Outcome<Vec<String>> {
    let raters = database::rows(
        connection,
        "SELECT r.id, r.name, r.email, i.id FROM raters r JOIN invitations i ON i.rater_id = r.id \
        WHERE r.group_id NOT IN ('self', 'chair')",
    )?;
    let kept = database::rows(connection, &format!("SELECT * FROM {table}"))?;
    let kept: Vec<&String> = kept.rows.iter().flatten().flatten().collect();
    let known = raters.rows.iter().flatten().flatten();
    Ok(known.filter(|value| kept.iter().any(|text| text.contains(value.as_str()))).cloned().collect())
}

/// Pieces of a sealed text, far enough apart to lie on different pages of the file.
fn pieces(blob: &str) -> Vec<String> {
    let letters: Vec<char> = blob.chars().collect();
    letters.chunks(512).filter(|chunk| chunk.len() >= 24).map(|chunk| chunk[..24].iter().collect()).collect()
}

#[test]
fn a_cancelled_round_leaves_no_answer_behind() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    half_answer(&round)?;
    let sealed =
        database::rows(&database::open(&server)?, "SELECT sealed FROM ballots UNION ALL SELECT sealed FROM drafts")?;
    trust.administrator.moves(&round.id, "cancel", &serde_json::json!({}))?;
    let copy = Copy::of(&server)?;
    for blob in sealed.rows.iter().flatten().flatten() {
        for piece in pieces(blob) {
            assert_eq!(copy.holds_latin1(&piece), None, "a piece of a sealed ballot or draft is still in the files");
        }
    }
    Ok(())
}
