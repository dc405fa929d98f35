//! What the person who keeps the service running has: an examination. Copies are in `sqlite.rs`.

use candour_tests::{Answers, Outcome, RoundPlan, Server, Trust, database};

#[test]
fn the_examination_names_what_to_mend() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (_, first) = round.link_of_each()?.into_iter().next().ok_or("no rater")?;
    first.submit(&Answers::to(&first.survey()?, |_| Some(4)))?.with(200)?;
    let well = server.cli(&["doctor"])?;
    assert!(well.status.success(), "{}{}", well.stdout, well.stderr);
    assert!(!well.stdout.contains("MEND"), "{}", well.stdout);

    // Somebody stuffs the ballot box.
    let stuffed = "INSERT INTO ballots SELECT organisation_id, review_id, 'ffffffff-ffff-4fff-bfff-ffffffffffff', sealed FROM ballots";
    database::open(&server)?.run(stuffed)?;
    let ill = server.cli(&["doctor"])?;
    assert!(!ill.status.success());
    assert!(ill.stdout.contains("MEND") && ill.stdout.contains("more ballots than used invitations"), "{}", ill.stdout);
    Ok(())
}
