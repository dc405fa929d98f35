//! Sets of answers that a reader must not be able to tell apart, through the whole service: two rounds are answered,
//! closed, counted and released, and the documents that come out are compared byte for byte.

use candour_tests::{Outcome, RoundPlan, Server, StartedRound, Trust};
use serde_json::Value;

/// What ten trustees and ten heads answer to every statement.
type Marks = [[u8; 10]; 2];

/// The released document of a round that is answered like this, and the table of it, without what no two rounds share.
fn released(marks: &Marks) -> Outcome<[String; 2]> {
    // People have the same addresses in every trust, so each round has a service of its own.
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 10).asking("headteachers", 10))?;
    // The subject comes first, then the trustees, then the heads.
    let answer = |rater: usize| rater.checked_sub(1).map_or(4, |at| marks[at / 10][at % 10]);
    for (at, (_, link)) in round.link_of_each()?.into_iter().enumerate() {
        link.submit(&candour_tests::Answers::to(&link.survey()?, |_| Some(answer(at))))?.with(200)?;
    }
    round.close_and_count()?;
    round.facilitator()?.release(&round.review()?.id)?.with(200)?;
    round.reaches("released")?;
    let path = format!("/v1/reviews/{}/results", round.review()?.id);
    let [json, csv] = [path.clone(), format!("{path}.csv")].map(|path| trust.administrator.get(&path));
    Ok([
        without_ids(&round, json?.with(200)?.json()?)?,
        csv?.with(200)?.text().replace(round.review()?.subject.name.as_str(), ""),
    ])
}

fn without_ids(round: &StartedRound<'_>, mut document: Value) -> Outcome<String> {
    let fields = document.as_object_mut().ok_or("a result is an object")?;
    for id in ["review_id", "round_id", "round_title", "framework_id"] {
        fields.remove(id);
    }
    Ok(document.to_string().replace(round.review()?.subject.name.as_str(), ""))
}

#[test]
fn attack_33_sets_of_answers_with_the_same_means_are_released_alike() -> Outcome {
    // Means 4.0 and 4.7, where ten heads who all gave a 4 were told by what was left out; 3.7 and 4.0; and 2.0 and 4.8.
    let pairs: [[Marks; 2]; 3] = [
        [[[4; 10], [5, 5, 5, 5, 5, 5, 5, 4, 4, 4]], [[4, 4, 4, 4, 3, 4, 4, 5, 4, 4], [4, 5, 4, 5, 4, 5, 5, 5, 5, 5]]],
        [[[1, 4, 4, 4, 4, 4, 4, 4, 4, 4], [4; 10]], [[4, 3, 5, 4, 4, 1, 4, 4, 4, 4], [3, 5, 4, 4, 4, 4, 4, 4, 4, 4]]],
        [[[2; 10], [5, 5, 5, 5, 5, 5, 5, 5, 4, 4]], [[1, 2, 2, 2, 2, 2, 2, 2, 2, 3], [5, 5, 5, 5, 5, 4, 5, 4, 5, 5]]],
    ];
    for [one, other] in &pairs {
        assert_eq!(released(one)?, released(other)?, "{one:?} and {other:?}");
    }
    assert_ne!(released(&pairs[0][0])?, released(&pairs[1][0])?, "other means are not the same");
    Ok(())
}
