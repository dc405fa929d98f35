//! Attacks on comments and on whatever else comes with a time, a number or an order.

use super::*;

/// A world of this many people who each say something under both prompts.
fn talkers(groups: &[usize]) -> World {
    let mut world = World::new(&[1], &vec![&[][..]; groups.len()]);
    let mut number = 0;
    for (ballots, people) in world.groups.iter_mut().zip(groups) {
        for _ in 0..*people {
            number += 1;
            ballots.push(
                rater(&[3])
                    .saying("keep", &format!("keep by {number:02}"))
                    .saying("more", &format!("more by {number:02}")),
            );
        }
    }
    world
}

/// The texts under a prompt, in the order of the document.
fn texts(attacker: &Attacker, prompt: usize) -> Vec<String> {
    let comments = attacker.document()["comments"][prompt]["comments"].as_array();
    comments.into_iter().flatten().map(|comment| comment["text"].as_str().unwrap_or_default().to_owned()).collect()
}

/// How many pairs of comments in the same place are by the same person.
fn pairs(attacker: &Attacker) -> usize {
    let author = |text: &str| text.chars().skip(8).collect::<String>();
    texts(attacker, 0).iter().zip(texts(attacker, 1)).filter(|(keep, more)| author(keep) == author(more)).count()
}

#[test]
fn attack_25_order_of_comments() -> Outcome {
    let world = talkers(&[4, 4]);
    let elsewhere = naive(&world, 4, 1, &[])?;
    assert_eq!(pairs(&elsewhere), 8, "the comments in the same place are by the same person, all of them");

    // Of ours, one pair in a document is right by chance, however many comments there are. Over 500 documents the
    // number of pairs has a standard deviation of 22; five of them are allowed.
    let mut right = 0;
    let mut first = 0;
    for seed in 0..500 {
        let here = Attacker::reading(&serde_json::to_string(&world.count_arranged(seed, |_| ())?)?)?;
        right += pairs(&here);
        first += usize::from(texts(&here, 0).first().is_some_and(|text| text == "keep by 01"));
        assert_eq!(texts(&here, 0).len(), 8);
    }
    assert!((500 - 112..=500 + 112).contains(&right), "{right} pairs in 500 documents");
    // Nor is the first to send the first in the document: one time in eight, 62 of 500, with a standard deviation of 7.
    assert!((62 - 37..=63 + 37).contains(&first), "{first} times the first ballot came first");
    Ok(())
}

#[test]
fn attack_26_few_comments() -> Outcome {
    let mut world = talkers(&[4]);
    world.groups[0][2].comments.clear();
    world.groups[0][3].comments.clear();
    assert_eq!(
        texts(&naive(&world, 4, 1, &[])?, 0).len(),
        2,
        "elsewhere two comments of four people are shown as this group's"
    );

    let here = assert_everybody_is_safe(&world)?;
    assert!(
        texts(&here, 0).is_empty() && !here.document().to_string().contains("keep by"),
        "of four people no comment is shown"
    );
    let mut enough = world.clone();
    enough.groups.push(vec![rater(&[3]); 4]);
    let here = assert_everybody_is_safe(&enough)?;
    assert_eq!(texts(&here, 0).len(), 2);
    let comments = here.document()["comments"].to_string();
    assert!(
        !comments.contains("\"g0\"") && !comments.contains("block"),
        "no comment says from which group it is: {comments}"
    );
    // A group too small for a column says nothing by itself either.
    let mut few = World::new(&[1], &[&["3", "4", "3"], &[]]);
    few.groups[0][0] = few.groups[0][0].clone().saying("keep", "keep by 01");
    assert!(!ours(&few)?.document().to_string().contains("keep by"));
    Ok(())
}

/// What lies in the database is in the stories
/// `rows_about_raters_and_ballots_hold_no_time_no_order_and_nothing_in_common` and
/// `attack_27_nothing_published_carries_a_time_or_a_number`.
#[test]
fn attack_27_times_numbers_and_order() -> Outcome {
    let world = talkers(&[4, 4]);
    let elsewhere = naive(&world, 4, 1, &[Habit::OrderOfArrival])?;
    let comments = elsewhere.document()["comments"][1]["comments"].as_array().cloned().unwrap_or_default();
    let third = comments.iter().find(|comment| comment["id"] == 3).ok_or("no third")?;
    assert_eq!(third["text"], "more by 03", "who was seen to send third wrote this");

    let here = ours(&world)?;
    for key in here.keys() {
        let told = key
            .split('_')
            .find(|word| ["at", "time", "date", "created", "order", "index", "row", "seq", "number"].contains(word));
        assert_eq!(told, None, "{key} is in the document");
    }
    // Ids sort comments at random: the smallest is the first ballot's one time in eight. Of 400 that is 50, with a
    // standard deviation of 7.
    let mut first = 0;
    for seed in 0..400 {
        let here = Attacker::reading(&serde_json::to_string(&world.count_arranged(seed, |_| ())?)?)?;
        let comments = here.document()["comments"][0]["comments"].as_array().cloned().unwrap_or_default();
        let smallest = comments.iter().min_by_key(|comment| comment["id"].to_string()).ok_or("no comment")?;
        first += u32::from(smallest["text"] == "keep by 01");
        assert!(
            comments
                .iter()
                .all(|comment| comment["id"].as_str().is_some_and(|id| id.as_bytes().get(14) == Some(&b'4'))),
            "a random id"
        );
    }
    assert!((50 - 35..=50 + 35).contains(&first), "{first} times");
    // Neither does the order of ballots reach the document.
    let text = |arranged: bool| {
        let result = world.count_arranged(5, |ballots| {
            if arranged {
                ballots.reverse();
            }
        });
        Ok::<_, Box<dyn Error>>(serde_json::to_string(&result?)?)
    };
    assert_eq!(text(false)?, text(true)?);
    Ok(())
}
