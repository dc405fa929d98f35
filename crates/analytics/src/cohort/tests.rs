//! The certificate from inside: what counting shows, and that a candidate is judged as if everything were computed anew.

use candour_domain::framework::FrameworkContent;
use candour_domain::policy::PolicyRequest;
use candour_domain::{AnonymityPolicy, Framework, FrameworkId, GroupId, OrganisationId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::answers::{Answers, Ballot, Mark, ReviewAnswers};
use super::certificate::is_certified;
use super::figures::Printer;
use super::report::QualityDetail;
use super::search::{Search, Target};
use crate::disclosure::{DistributionRule, ItemRule};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn framework() -> Result<Framework, Box<dyn std::error::Error>> {
    let content = FrameworkContent::school_trust_executive()?;
    Ok(Framework::new(FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]), 1, content))
}

/// Reviews of two blocks each, with marks drawn evenly but for the first item.
fn answers(policy: PolicyRequest, blocks: [usize; 2], first: &[u8]) -> Result<Answers, Box<dyn std::error::Error>> {
    let framework = framework()?;
    let mut rng = StdRng::seed_from_u64(7);
    let mut competencies = Vec::new();
    let mut items = 0;
    for competency in framework.competencies() {
        competencies.push(items..items + competency.items.len());
        items += competency.items.len();
    }
    let policy = AnonymityPolicy::parse(policy)?;
    let mut reviews = Vec::new();
    for review in 0..12 {
        let mut ballots = Vec::new();
        for (block, people) in blocks.into_iter().enumerate() {
            for person in 0..people {
                let mut marks: Vec<_> = (0..items).map(|_| Mark::Given(rng.random_range(1..=5))).collect();
                if let Some((mark, first)) = marks.first_mut().zip(first.get(person)).filter(|_| review == 0 && block == 0) {
                    *mark = Mark::Given(*first);
                }
                ballots.push(Ballot { block, group: block, marks });
            }
        }
        reviews.push(ReviewAnswers {
            ballots,
            rule: ItemRule::new(&policy, framework.scale()),
            distribution: DistributionRule::new(&policy, framework.scale()),
            distributed: vec![true; items],
            policy,
            gaps: vec![None; competencies.len()],
        });
    }
    let groups = vec![GroupId::parse("staff")?, GroupId::parse("trustees")?];
    Ok(Answers { reviews, competencies, lowest: 1, highest: 5, groups, self_assessments: 0 })
}

fn by_counting(policy: PolicyRequest, first: &[u8]) -> Result<bool, Box<dyn std::error::Error>> {
    let (framework, answers) = (framework()?, answers(policy, [10, 10], first)?);
    Ok(is_certified(&answers, &Printer::new(&framework, &answers, QualityDetail::Everything), 0))
}

#[test]
fn guarantee_one_more_colleague_than_may_collude_gave_another_mark() -> Outcome {
    let default = PolicyRequest::default();
    let strict = PolicyRequest { strict: Some(true), ..default };
    let two = PolicyRequest { colluding_insiders: Some(2), ..default };
    assert!(by_counting(default, &[3, 3, 3, 3, 3, 3, 3, 3, 4, 4])?);
    assert!(!by_counting(default, &[3, 3, 3, 3, 3, 3, 3, 3, 3, 4])?, "who gave the 4 knows of all others");
    assert!(!by_counting(default, &[3, 3, 3, 3, 3, 3, 3, 3, 3, 3])?, "everybody knows");
    assert!(!by_counting(two, &[3, 3, 3, 3, 3, 3, 3, 3, 4, 4])?, "the two who gave a 4 know of all others");
    assert!(by_counting(two, &[3, 3, 3, 3, 3, 3, 3, 2, 4, 4])?);
    assert!(by_counting(default, &[5, 5, 5, 5, 5, 5, 5, 5, 5, 4])?, "highest marks may be found out by an insider");
    assert!(!by_counting(default, &[5, 5, 5, 5, 5, 5, 5, 5, 5, 5])?, "but not by everybody");
    assert!(!by_counting(strict, &[5, 5, 5, 5, 5, 5, 5, 5, 5, 4])?);
    Ok(())
}

/// The report and what the reviews print of an item, computed from nothing but the answers.
fn printed(framework: &Framework, answers: &Answers, item: usize) -> (super::QualityReport, Vec<String>) {
    let mut cells = Vec::new();
    for review in &answers.reviews {
        let values = |block| {
            let mut values = vec![0; 5];
            for mark in review.ballots.iter().filter(|ballot| ballot.block == block).filter_map(|ballot| ballot.given(item)) {
                values[usize::from(mark) - 1] += 1;
            }
            values
        };
        let (one, other) = (values(0), values(1));
        let figure = |values: &[u32]| review.rule.figure(crate::tally::Count::of(values, 1));
        let blocks = [(figure(&one), one.as_slice()), (figure(&other), other.as_slice())];
        cells.push(format!("{:?} {:?}", blocks.map(|(figure, _)| figure), review.distribution.distribution(blocks)));
    }
    (Printer::new(framework, answers, QualityDetail::Everything).report(), cells)
}

#[test]
fn guarantee_a_candidate_counts_only_if_report_and_results_computed_anew_are_the_same() -> Outcome {
    let framework = framework()?;
    let mut rng = StdRng::seed_from_u64(3);
    let (mut same, mut other) = (0, 0);
    for blocks in [[6, 5], [12, 5]] {
        let before = answers(PolicyRequest::default(), blocks, &[])?;
        let printer = Printer::new(&framework, &before, QualityDetail::Everything);
        let mut search = Search::new(&before, &printer, u64::MAX).ok_or("figures")?;
        for _ in 0..150 {
            let (review, competency) = (rng.random_range(0..12), rng.random_range(0..2));
            let items = before.competencies[competency].clone();
            let item = rng.random_range(items.clone());
            let people = before.reviews[review].ballots.len();
            // Any one, two or four marks of any people, most of them of one block: what a search may try and more.
            let mut changed: Vec<(usize, usize, usize, u8, u8)> = Vec::new();
            for _ in 0..[1, 2, 4][rng.random_range(0..3)] {
                let ballot = rng.random_range(0..people);
                let from = before.reviews[review].ballots[ballot].given(item).ok_or("given")?;
                if changed.iter().all(|change| change.1 != ballot) {
                    let to = changed.last().map_or(rng.random_range(1..=5), |last| last.3);
                    changed.push((review, ballot, item, from, to));
                }
            }
            if let Some(last) = changed.last().map(|last| last.3).filter(|_| changed.len() > 1) {
                changed[0].4 = last;
            }
            let mut after = answers(PolicyRequest::default(), blocks, &[])?;
            for (review, ballot, item, _, to) in &changed {
                after.reviews[*review].ballots[*ballot].marks[*item] = Mark::Given(*to);
            }
            let anew = printed(&framework, &before, item) == printed(&framework, &after, item);
            let judged = search.would_confirm(Target { review, competency, item, ballot: 0 }, &changed);
            assert_eq!(judged.ok(), Some(anew), "{changed:?}");
            if anew { same += 1 } else { other += 1 }
        }
    }
    assert!(same > 5 && other > 5, "{same} {other}");
    Ok(())
}

#[test]
fn work_that_is_used_up_certifies_nothing() -> Outcome {
    let (framework, answers) = (framework()?, answers(PolicyRequest::default(), [10, 10], &[3, 3, 3, 3, 3, 3, 3, 3, 3, 4])?);
    let printer = Printer::new(&framework, &answers, QualityDetail::Everything);
    assert!(!is_certified(&answers, &printer, 0));
    assert!(!is_certified(&answers, &printer, 1));
    Ok(())
}
