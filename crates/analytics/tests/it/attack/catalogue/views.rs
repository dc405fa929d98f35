//! Attacks that lay several views beside each other, and attacks on what is not shown.

use super::*;

/// That no request can ask for a subset is a story: `attack_22_no_filter_and_no_other_view`.
#[test]
fn attack_22_a_filter_and_its_complement() -> Outcome {
    // Everybody, and everybody who is female: one person is left over.
    let (all, female) = (one_item(&[&[4, 4, 5, 3, 4, 1]]), one_item(&[&[4, 4, 5, 3, 4]]));
    let (whole, part) = (naive(&all, 4, 2, &[])?, naive(&female, 4, 2, &[])?);
    let printed = |attacker: &Attacker| attacker.mean(Row::Item(0, 0), "all").ok_or("not printed");
    assert_eq!(printed(&whole)?.times(6) - printed(&part)?.times(5), 1);

    // Ours is cut one way only: every group is in one block, and every row has the same columns.
    let world =
        World::new(&[2, 1], &[&["444", "455", "343", "234"], &["123"], &["432", "545"], &["333", "323", "343", "334"]]);
    let here = assert_everybody_is_safe(&world)?;
    let blocks: Vec<_> = here.document()["blocks"].as_array().into_iter().flatten().collect();
    let mut groups: Vec<_> =
        blocks.iter().filter_map(|block| block["groups"].as_array()).flatten().map(Value::to_string).collect();
    groups.sort();
    assert_eq!(groups, ["\"g0\"", "\"g1\"", "\"g2\"", "\"g3\""]);
    let ids: Vec<_> = blocks.iter().map(|block| &block["id"]).collect();
    for row in [Row::Competency(0), Row::Item(0, 0), Row::Item(0, 1), Row::Competency(1), Row::Item(1, 0)] {
        let columns: Vec<_> =
            here.row(row)["cells"].as_array().into_iter().flatten().map(|cell| &cell["block"]).collect();
        assert_eq!(columns, ids);
    }
    Ok(())
}

/// That no operation publishes figures over several reviews is part of the story
/// `attack_22_no_filter_and_no_other_view`.
#[test]
fn attack_23_a_team_average_minus_each_subject() -> Outcome {
    // Three subjects. Two are published; the third is hidden because three people answered; the team's average is over
    // all eleven.
    let subjects = [one_item(&[&[4, 4, 5, 3]]), one_item(&[&[5, 4, 4, 4]]), one_item(&[&[1, 2, 2]])];
    let team = one_item(&[&[4, 4, 5, 3, 5, 4, 4, 4, 1, 2, 2]]);
    let printed =
        |world| naive(world, 4, 2, &[])?.mean(Row::Item(0, 0), "g0").ok_or_else(|| Box::<dyn Error>::from("hidden"));
    assert!(printed(&subjects[2]).is_err());
    assert_eq!(printed(&team)?.times(11) - printed(&subjects[0])?.times(4) - printed(&subjects[1])?.times(4), 5);

    let here = ours(&subjects[0])?;
    let reviews: Vec<_> =
        here.keys().into_iter().filter(|key| key.contains("review") || key.contains("subject")).collect();
    assert_eq!(reviews, ["review_id", "subject"], "a document is about one subject");
    assert!(!ours(&subjects[2])?.document().to_string().contains("mean"));
    Ok(())
}

/// What the service says while it collects is in the stories
/// `a_list_of_raters_is_the_same_before_and_after_they_answer_decline_and_are_reminded` and
/// `small_groups_are_counted_together`.
#[test]
fn attack_24_completion_list() -> Outcome {
    // Four of five are done, and a list says that Bob is not: his is the answer that is missing, and the others' can be
    // put in order.
    let world = World::new(&[2], &[&["42", "4-", "51", "33"], &["23", "14"], &["31"]]);
    let elsewhere = naive(&world, 3, 1, &[])?;
    let said: Vec<_> =
        elsewhere.document()["groups"].as_array().into_iter().flatten().map(|group| &group["responded"]).collect();
    assert_eq!(said, [4, 2, 1, 0], "elsewhere every group is counted, however small");
    assert_eq!(
        (elsewhere.answers(Row::Item(0, 0), "g0"), elsewhere.answers(Row::Item(0, 1), "g0")),
        (4, 3),
        "and who left an item out"
    );

    let here = assert_everybody_is_safe(&world)?;
    let groups: Vec<_> = here.document()["groups"].as_array().into_iter().flatten().collect();
    let said: Vec<_> = groups.iter().filter(|group| group["named"] == false).map(|group| &group["responded"]).collect();
    assert!(
        said.iter().all(|count| count.is_null()),
        "three in the pool take the four along; none is counted alone: {said:?}"
    );
    let counts =
        here.keys().into_iter().filter(|key| ["answers", "n", "count", "not_observed"].contains(&key.as_str()));
    assert_eq!(counts.collect::<Vec<_>>(), Vec::<String>::new(), "how many answered an item is not printed");
    Ok(())
}

#[test]
fn attack_28_what_is_hidden_tells() -> Outcome {
    let (alike, unlike) = (one_item(&[&[4, 4, 4, 4], &[3, 5, 4, 5, 5]]), one_item(&[&[4, 4, 3, 5], &[3, 5, 4, 5, 5]]));
    let elsewhere = naive(&alike, 4, 2, &[Habit::HidesUnanimous])?;
    assert_eq!(elsewhere.cell(Row::Item(0, 0), "g0")["reason"], "no_variation");
    assert!(naive(&unlike, 4, 2, &[Habit::HidesUnanimous])?.mean(Row::Item(0, 0), "g0").is_some());
    let printed = |column| elsewhere.mean(Row::Item(0, 0), column).ok_or(column);
    assert_eq!(printed("all")?.times(9) - printed("g1")?.times(5), 4 * 4, "all four gave a 4, and hiding has said so");

    assert_eq!(ours(&alike)?.document()["competencies"], ours(&unlike)?.document()["competencies"]);
    // With the same people answering the same items, the same is hidden for the same reason, whatever they answer.
    let hidden = |answers: [u8; 4]| {
        let mut world = World::new(&[2], &[&["x-", "xx", "xx", "xx"], &["xx"]]);
        for (ballot, answer) in world.groups.iter_mut().flatten().zip(answers.iter().cycle()) {
            for given in &mut ballot.answers {
                *given = Some(*answer);
            }
        }
        world.groups[0][0].answers[1] = None;
        world.groups[1][0].answers[1] = None;
        let here = ours(&world)?;
        let cells = [0, 1].map(|item| here.cell(Row::Item(0, item), "others")["reason"].clone());
        Ok::<_, Box<dyn Error>>(cells)
    };
    let first = hidden([1, 1, 1, 1])?;
    assert_eq!(first, [Value::Null, "too_few_answers".into()]);
    for answers in (0..256).map(|number| [1, 4, 16, 64].map(|step| u8::try_from(number / step % 4).unwrap_or(0) + 1)) {
        assert_eq!(hidden(answers)?, first, "{answers:?}");
    }
    Ok(())
}

#[test]
fn attack_30_one_rater_in_several_reviews() -> Outcome {
    // Three people rate each other. Of the first, the second knows their own 5, and so the third's answer.
    let round_robin = [[5, 2], [3, 4], [1, 1]];
    let of_first = naive(&one_item(&[&round_robin[0]]), 2, 1, &[])?;
    let sums = of_first.sums(of_first.cell(Row::Item(0, 0), "g0"), 2);
    assert_eq!(of_first.person(&sums, 2, &[5]), set([2]));

    for answers in round_robin {
        let here = ours(&one_item(&[&answers]))?;
        assert!(
            here.document()["blocks"].as_array().is_some_and(Vec::is_empty)
                && !here.document().to_string().contains("mean")
        );
    }
    // Five rate five others: each document for itself keeps everybody safe, and no two have anything about raters in
    // common.
    let mut texts = Vec::new();
    for subject in 0..5_u8 {
        let mut world = one_item(&[&[1, 2, 3, 4, 5].map(|rater| (rater + subject) % 5 + 1)]);
        for ballot in &mut world.groups[0] {
            ballot.comments.push(("keep", format!("About {subject}.")));
        }
        assert_everybody_is_safe(&world)?;
        let document = serde_json::to_value(world.count_arranged(u64::from(subject), |_| ())?)?;
        let comments = document["comments"][0]["comments"].as_array().cloned().unwrap_or_default();
        texts.extend(comments.iter().map(|comment| comment["id"].to_string()));
    }
    let distinct: BTreeSet<_> = texts.iter().collect();
    assert_eq!((texts.len(), distinct.len()), (25, 25), "no id comes twice");
    Ok(())
}

/// What the service answers is in the story `attack_32_every_missing_result_is_missing_alike`.
#[test]
fn attack_32_empty_or_hidden() -> Outcome {
    let one = one_item(&[&[4, 4, 5, 3, 4], &[2], &[3, 4, 3]]);
    let elsewhere = naive(&one, 4, 1, &[])?;
    assert!(elsewhere.row(Row::Item(0, 0))["cells"].as_array().is_some_and(|cells| cells.len() == 3));
    let silent = one_item(&[&[4, 4, 5, 3, 4], &[], &[3, 4, 3, 2]]);
    assert!(
        naive(&silent, 5, 1, &[])?.row(Row::Item(0, 0))["cells"].as_array().is_some_and(|cells| cells.len() == 2),
        "nobody is no column"
    );

    // In ours, the same number of people in the pool gives the same document, whether the second group is silent or
    // not.
    let silent = one_item(&[&[4, 4, 5, 3, 4], &[], &[3, 4, 3], &[2, 2]]);
    let other = one_item(&[&[4, 4, 5, 3, 4], &[2], &[3, 4, 3], &[2]]);
    assert_eq!(silent.numbers()?, other.numbers()?);
    let here = assert_everybody_is_safe(&silent)?;
    assert_eq!(here.document()["blocks"][1]["groups"], serde_json::json!(["g1", "g2", "g3"]));
    Ok(())
}

/// An item that is asked of one group only: whether anybody in that group has answered is not said by why nothing is
/// shown.
#[test]
fn attack_32_asked_of_nobody_or_answered_by_nobody() -> Outcome {
    let asked_of_first = |groups: &[&[&str]]| {
        let mut world = World::new(&[2], groups);
        world.asks = vec![(0, vec!["g0"]), (1, vec!["g0", "g1", "g2"])];
        world
    };
    let silent = asked_of_first(&[&[], &["-3", "-3"], &["-3", "-3"]]);
    let answered = asked_of_first(&[&["33"], &["-3", "-3"], &["-3"]]);
    assert_eq!(silent.numbers()?, answered.numbers()?, "four people in a pool of the same three groups");
    Ok(())
}
