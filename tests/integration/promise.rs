//! Every sentence that a rater or a subject reads, held against what becomes of the round: a small one with a reader of
//! each kind, some of whom answer and some of whom say no, followed from the invitation to the released report.
//!
//! `sentences` lists them with what each claims, and `held` has what that means in a result. A sentence that is not in
//! the list fails, so nothing can be promised that nobody has thought through for each kind of reader. Numbers and
//! names in a sentence are those that the released result and the round give, not those that the page had.

mod claims;
mod ended;
mod held;
mod reading;
mod sentences;

use std::collections::BTreeSet;

use candour_tests::{Outcome, Server, Trust};

use claims::Claim;
use ended::Ended;

#[test]
fn what_everybody_reads_is_true_of_them() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = Ended::watched(&trust)?;
    let mut wrong = BTreeSet::new();
    let mut held = BTreeSet::new();
    for reader in &round.readers {
        let known = claims::sentences(reader, &round)?;
        for (place, sentence) in &reader.read {
            let Some(claim) = known.get(sentence) else {
                wrong.insert(format!("{place}, {:?}: nobody has said what this claims: {sentence}", reader.kind));
                continue;
            };
            if let Err(why) = held::check(*claim, reader, &round) {
                wrong.insert(format!(
                    "{place}, {}: {sentence}\n    {claim:?} does not hold: {why}",
                    reader.person.group
                ));
            }
            held.insert(*claim);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    let unread: Vec<_> = Claim::ALL.iter().filter(|claim| !held.contains(claim)).collect();
    assert!(unread.is_empty(), "nobody reads this any more: {unread:?}");
    Ok(())
}

/// What the sentences say of a round that few people answer.
#[test]
fn a_round_that_few_answer_shows_as_little_as_raters_were_told() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let result = ended::answered_by(&trust, &["self", "chair"], 3)?;
    for part in ["blocks", "comments"] {
        assert_eq!(
            result[part].as_array().map(Vec::len),
            Some(0),
            "fewer than four answer without their names: {result}"
        );
    }
    for competency in held::list(&result["competencies"]) {
        for figures in held::list(&competency["items"]).iter().chain([competency]) {
            assert!(held::list(&figures["cells"]).is_empty() && held::list(&figures["named"]).is_empty(), "{figures}");
            assert_eq!(figures["all"]["state"], "suppressed", "{figures}");
        }
    }
    let chair = held::list(&result["groups"]).iter().find(|group| group["id"] == "chair").ok_or("no chair")?;
    assert_eq!(
        (&chair["invited"], &chair["responded"]),
        (&1.into(), &1.into()),
        "whether somebody answered by name shows all the same"
    );
    Ok(())
}

#[test]
fn comments_without_a_name_wait_for_enough_people_who_answer_without_one() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    // With the subject and the chair six people answer, which is the threshold.
    let result = ended::answered_by(&trust, &["self", "chair"], 4)?;
    let (shown, by_name): (Vec<_>, Vec<_>) = held::list(&result["comments"])
        .iter()
        .map(|prompt| (held::list(&prompt["comments"]).len(), held::list(&prompt["named"]).len()))
        .unzip();
    assert_eq!((shown.iter().sum::<usize>(), by_name.iter().sum::<usize>()), (0, 2), "{result}");
    assert_eq!(held::list(&result["blocks"]).len(), 1, "{result}");
    Ok(())
}
