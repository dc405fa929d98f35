//! What the auditor certifies, what it refuses, and what becomes of a result that it refuses.

use candour_analytics::ReviewResult;
use candour_analytics::audit::{AuditFault, Audited, AuditedBallot, Budget, Evidence, Verdict, audit};
use candour_analytics::document::AuditLevel;
use candour_domain::policy::PolicyRequest;
use candour_domain::{GroupId, Response};
use serde_json::{Value, json};

use crate::world::{Outcome, World, response};

type Error = Box<dyn std::error::Error>;

/// Everything that can be counted of anonymous people in some releases: in each, the groups as the world of that
/// release has them.
struct Answers {
    ballots: Vec<(Vec<Option<GroupId>>, Response)>,
}

impl Answers {
    /// The ballots of one release.
    fn of(world: &World) -> Result<Self, Error> {
        let (framework, round) = (world.framework()?, world.round()?);
        let mut ballots = Vec::new();
        for (at, given) in world.groups.iter().enumerate() {
            let group = round.groups.find(&format!("g{at}")).ok_or("no such group")?;
            for ballot in given {
                ballots.push((vec![Some(group.id.clone())], response(ballot, &framework, group)?));
            }
        }
        Ok(Self { ballots })
    }

    /// Says of each ballot, in the order of the world, under which groups two releases count it.
    fn in_two_releases(mut self, groups: &[(&str, &str)]) -> Result<Self, Error> {
        let group = |id: &str| if id.is_empty() { Ok(None) } else { GroupId::parse(id).map(Some) };
        for ((counted, _), (first, second)) in self.ballots.iter_mut().zip(groups) {
            *counted = vec![group(first)?, group(second)?];
        }
        Ok(self)
    }

    fn audit(&self, world: &World, releases: &[&str]) -> Result<Verdict, Error> {
        let ballots = self.ballots.iter().map(|(groups, response)| AuditedBallot { groups: groups.clone(), response });
        let evidence = Evidence::from_ballots(&world.framework()?, &world.round()?.groups, ballots);
        Ok(audit(&Audited { releases, evidence: &evidence, previous: None }, Budget::DEFAULT))
    }
}

/// The document of a world, as it would be stored.
fn stored(world: &World) -> Result<String, Error> {
    Ok(serde_json::to_string(&world.count()?)?)
}

/// Audits the stored document of a world after somebody has changed it.
fn audit_forged(world: &World, forge: impl FnOnce(&mut Value)) -> Result<Verdict, Error> {
    let mut document: Value = serde_json::from_str(&stored(world)?)?;
    forge(&mut document);
    Answers::of(world)?.audit(world, &[&document.to_string()])
}

/// Two groups that stand alone, the first with distributions, and two that are pooled.
fn world() -> World {
    let big = ["344", "235", "452", "343", "524", "242", "334", "445", "234", "341"];
    let mut world =
        World::new(&[2, 1], &[&big, &["333", "444", "425", "555", "345"], &["224", "334"], &["542", "435"]]);
    world.own = Some(crate::world::Ballot::new("554"));
    world
}

#[test]
fn what_is_released_is_certified_as_it_stands() -> Outcome {
    let verdict = Answers::of(&world())?.audit(&world(), &[&stored(&world())?])?;
    assert!(verdict.is_certified(), "{verdict:?}");
    assert_eq!((verdict.checks, verdict.uncertified), ((100 + 25 + 16) * 3, 0));
    let result: ReviewResult = serde_json::from_str(&stored(&world())?)?;
    let audit = result.audit.ok_or("no audit in the result")?;
    assert_eq!((audit.level, audit.checks, audit.uncertified), (AuditLevel::Items, verdict.checks, 0));
    assert_eq!(audit.top_mark_inferences, verdict.top_mark_inferences);
    Ok(())
}

/// Every way in which a release could go wrong, as a change of a document that is right. Each one is seen.
#[test]
fn a_figure_that_does_not_follow_is_refused() -> Outcome {
    type Forgery = (&'static str, fn(&mut Value));
    let forgeries: [Forgery; 15] = [
        ("an item in a block", |document| {
            document["competencies"][0]["items"][0]["cells"][0] =
                json!({"block": "g0", "state": "suppressed", "reason": "not_asked"});
        }),
        ("whether comments are shown", |document| document["shows_comments"] = json!(false)),
        ("an item over all blocks", |document| document["competencies"][0]["items"][0]["all"]["mean"] = json!("1.2")),
        ("a competency in a block", |document| document["competencies"][0]["cells"][2]["mean"] = json!("1.2")),
        ("a competency over all blocks", |document| document["competencies"][1]["all"]["mean"] = json!("1.0")),
        ("a gap", |document| document["competencies"][0]["gap"] = json!("0.1")),
        ("a quadrant", |document| document["competencies"][0]["quadrant"] = Value::Null),
        ("a change", |document| document["competencies"][0]["change"] = json!("up")),
        ("a distribution", |document| {
            let bins = &mut document["competencies"][0]["items"][0]["distributions"][0]["bins"];
            *bins = json!([{"from": 1, "to": 4, "count": 8}, {"from": 5, "to": 5, "count": 2}]);
        }),
        ("how many of a group answered", |document| document["groups"][4]["responded"] = json!(2)),
        ("a block", |document| document["blocks"][0]["responded"] = json!(6)),
        ("a block", |document| document["blocks"][2]["groups"] = json!(["g2"])),
        ("comments", |document| {
            document["shows_comments"] = json!(false);
            document["comments"][0]["comments"] =
                json!([{"id": "01010101-0101-4101-8101-010101010101", "text": "Hm."}]);
        }),
        ("the shape of the document", |document| {
            document["competencies"][0]["cells"].as_array_mut().map(Vec::pop);
        }),
        ("what the audit is said to have found", |document| document["audit"]["uncertified"] = json!(1)),
    ];
    for (expected, forge) in forgeries {
        let verdict = audit_forged(&world(), forge)?;
        assert!(verdict.faults.contains(&AuditFault::Unexplained(expected)), "{expected}: {verdict:?}");
    }
    Ok(())
}

/// What was answered is not printed of other answers: the figure of an item, and how its answers spread.
#[test]
fn a_figure_that_the_release_does_not_make_is_refused() -> Outcome {
    type Forgery = fn(&mut Value);
    let forgeries: [Forgery; 3] = [
        |document| document["competencies"][0]["items"][0]["cells"][0]["mean"] = json!("3.5"),
        |document| document["competencies"][0]["items"][0]["cells"][0] = json!({"block": "g0", "state": "low"}),
        |document| {
            document["competencies"][0]["items"][0]["distributions"][0]["bins"] =
                json!([{"from": 1, "to": 5, "count": 10}]);
        },
    ];
    for forge in forgeries {
        let verdict = audit_forged(&world(), forge)?;
        assert!(verdict.faults.contains(&AuditFault::FalseWitness) && !verdict.is_certified(), "{verdict:?}");
    }
    Ok(())
}

#[test]
fn a_document_with_anything_that_the_auditor_does_not_know_is_refused() -> Outcome {
    let unreadable = |verdict: Verdict| verdict.faults == [AuditFault::Unreadable];
    assert!(unreadable(audit_forged(&world(), |document| document["minimum"] = json!("1.0"))?));
    assert!(unreadable(audit_forged(
        &world(),
        |document| document["competencies"][0]["items"][0]["cells"][0]["answers"] = json!(5)
    )?));
    let spaced = stored(&world())?.replacen(':', ": ", 1);
    assert!(unreadable(Answers::of(&world())?.audit(&world(), &[&spaced])?), "not the bytes that would be written");
    assert!(unreadable(Answers::of(&world())?.audit(&world(), &[])?));
    let false_account = audit_forged(&world(), |document| document["audit"]["checks"] = json!(1))?;
    assert_eq!(false_account.faults, [AuditFault::FalseAccount]);
    Ok(())
}

/// A colleague who comes later, after the first report is out: the difference of two sums is that colleague's answer.
#[test]
fn releases_that_share_answers_are_audited_together() -> Outcome {
    let before = World::new(&[1], &[&["3", "4", "2", "4", "3"]]);
    let after = World::new(&[1], &[&["3", "4", "2", "4", "3", "5"]]);
    let (first, second) = (stored(&before)?, stored(&after)?);
    let answers = || Answers::of(&after);
    assert!(answers()?.audit(&after, &[&second])?.is_certified(), "alone, the second report gives nobody away");
    let late = [("g0", "g0"), ("g0", "g0"), ("g0", "g0"), ("g0", "g0"), ("g0", "g0"), ("", "g0")];
    let verdict = answers()?.in_two_releases(&late)?.audit(&after, &[&first, &second])?;
    assert!(verdict.faults.is_empty(), "{verdict:?}");
    assert!(!verdict.is_certified(), "the latecomer gave 21 - 16 = 5");
    // Had all of them been asked again, the two reports would have nothing in common.
    let mut both = Answers::of(&before)?;
    both.ballots.append(&mut Answers::of(&after)?.ballots);
    let apart: Vec<_> = (0..11).map(|at| if at < 5 { ("g0", "") } else { ("", "g0") }).collect();
    assert!(both.in_two_releases(&apart)?.audit(&after, &[&first, &second])?.is_certified());
    Ok(())
}

/// Five colleagues and five others; then one of the five is counted with the others. Both sums shift by that person's
/// answer.
#[test]
fn a_rater_who_is_moved_to_another_group_is_given_away_by_two_reports() -> Outcome {
    let mut before = World::new(&[1], &[&["3", "4", "2", "4", "5"], &["3", "3", "4", "2", "4"]]);
    let mut after = World::new(&[1], &[&["3", "4", "2", "4"], &["5", "3", "3", "4", "2", "4"]]);
    for world in [&mut before, &mut after] {
        world.policy.distribution_threshold = Some(20);
    }
    let mut groups = vec![("g0", "g0"); 4];
    groups.push(("g0", "g1"));
    groups.extend(vec![("g1", "g1"); 5]);
    let verdict =
        Answers::of(&after)?.in_two_releases(&groups)?.audit(&after, &[&stored(&before)?, &stored(&after)?])?;
    assert!(verdict.uncertified > 0 && verdict.faults.is_empty(), "{verdict:?}");
    Ok(())
}

#[test]
fn an_audit_that_is_not_done_within_its_budget_publishes_nothing() -> Outcome {
    let world = world();
    let refused = world.count_within(Budget::new(3)).err().map(|error| error.to_string());
    assert_eq!(refused.as_deref(), Some("the result could not be certified"));
    assert_eq!(world.count()?.audit.map(|audit| audit.level), Some(AuditLevel::Items));
    Ok(())
}

#[test]
fn a_result_in_which_nothing_may_be_shown_says_so() -> Outcome {
    let result = World::new(&[1], &[&["3", "4"], &["5"]]).count()?;
    assert_eq!(result.audit.map(|audit| (audit.level, audit.checks)), Some((AuditLevel::Nothing, 0)));
    Ok(())
}

/// Ten people of whom nine agree, beside ten others. One distribution over all twenty would say that nobody gave less
/// than a 3, and then the 31 of the ten is made up in one way only. So each block has its own, and that nine agree
/// tells nothing by what is left out.
#[test]
fn a_distribution_is_about_one_block() -> Outcome {
    let alike = ["34", "34", "34", "33", "33", "35", "35", "32", "34", "44"];
    let others = ["43", "44", "45", "43", "44", "42", "53", "54", "55", "52"];
    let result = World::new(&[1, 1], &[&alike, &others]).count()?;
    let items = || result.competencies.iter().flat_map(|competency| &competency.items);
    assert!(items().all(|item| item.distributions.iter().map(|spread| spread.block.as_str()).eq(["g0", "g1"])));
    let bins = |item: &candour_analytics::document::ItemResult, block: usize| {
        item.distributions[block].bins.iter().map(|bin| (bin.from, bin.to, bin.count)).collect::<Vec<_>>()
    };
    let first = &result.competencies[0].items[0];
    assert_eq!(bins(first, 0), [(1, 5, 10)], "one bin says no more than the mean");
    assert_eq!(bins(first, 1), [(1, 4, 6), (5, 5, 4)]);
    let second = &result.competencies[1].items[0];
    assert_eq!(bins(second, 0), [(1, 3, 3), (4, 5, 7)]);
    assert_eq!((second.distributions[0].favourable, second.distributions[0].unfavourable), (Some(70), None));
    Ok(())
}

/// A witness that is released as something else is found, because the whole release is run over it.
#[test]
fn the_audit_runs_the_whole_release_over_its_witnesses() -> Outcome {
    // A total that follows from printed figures everywhere else, and from the answers here: the item cells are right,
    // and nothing else is made of other answers. Held back where the rule would show it, a cell is no figure, but no
    // release either.
    let verdict = audit_forged(&world(), |document| {
        document["competencies"][0]["items"][0]["cells"][1] =
            json!({"block": "g1", "state": "suppressed", "reason": "too_few_answers"});
    })?;
    assert!(verdict.faults.contains(&AuditFault::FalseWitness), "{verdict:?}");
    Ok(())
}

/// A pool that is unanimous on an item of which another block shows a distribution: two of the pool may have given a
/// point more and less.
#[test]
fn a_distribution_of_one_block_is_no_matter_of_another() -> Outcome {
    let big = ["1", "2", "2", "3", "3", "3", "4", "4", "5", "5", "4"];
    let result = World::new(&[1], &[&big, &["4", "4"], &["4", "4", "4"]]).count()?;
    assert_eq!(result.audit.map(|audit| audit.level), Some(AuditLevel::Items));
    assert_eq!(result.competencies[0].items[0].distributions.len(), 1);
    Ok(())
}

#[test]
fn a_strict_policy_leaves_no_inference_and_the_default_says_how_many_there_may_be() -> Outcome {
    let mut world = World::new(&[1], &[&["5", "5", "5", "5", "3"], &["3", "4", "2", "3"]]);
    let verdict = Answers::of(&world)?.audit(&world, &[&stored(&world)?])?;
    assert!(verdict.is_certified());
    // The one who gave the 3 knows that the four others gave 5: 25 - 2 = 23.
    assert_eq!((verdict.top_marks_found_out, verdict.top_mark_inferences), (4, 4));
    world.policy = PolicyRequest { strict: Some(true), ..PolicyRequest::default() };
    let verdict = Answers::of(&world)?.audit(&world, &[&stored(&world)?])?;
    assert!(verdict.is_certified());
    assert_eq!((verdict.top_marks_found_out, verdict.top_mark_inferences), (0, 0));
    // Two insiders, of whom one gave a 3 and the other a 5, know no less.
    world.policy = PolicyRequest { colluding_insiders: Some(2), ..PolicyRequest::default() };
    let verdict = Answers::of(&world)?.audit(&world, &[&stored(&world)?])?;
    assert!(verdict.is_certified() && verdict.top_marks_found_out <= verdict.top_mark_inferences, "{verdict:?}");
    Ok(())
}
