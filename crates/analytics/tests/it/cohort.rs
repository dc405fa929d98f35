//! The quality report over many reviews: from ballots and stored results to the bytes that the framework's owner reads.

mod planted;
mod refusals;
mod world;

use std::io::Write;

use candour_analytics::cohort::{QualityDetail, QualityReport, quality_report};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use self::world::{Cohort, Style};
use crate::world::Outcome;

/// A cohort whose answers spread so evenly that counting certifies it.
fn even(seed: u64, reviews: usize, raters: usize) -> Result<Cohort, Box<dyn std::error::Error>> {
    let style = Style { groups: vec![raters], sizes: vec![4, 3], missing: 0.0, even: true, ..Style::default() };
    Cohort::drawn(&mut StdRng::seed_from_u64(seed), reviews, &style)
}

#[test]
fn ten_reviews_and_a_hundred_raters_are_needed() -> Outcome {
    assert!(quality_report(&even(1, 10, 10)?.input())?.is_some(), "ten reviews, a hundred raters");
    assert!(quality_report(&even(1, 9, 12)?.input())?.is_none(), "nine reviews, 108 raters");
    let mut cohort = even(1, 10, 10)?;
    cohort.replace(3, 9)?;
    assert_eq!(cohort.raters(), 99);
    assert!(quality_report(&cohort.input())?.is_none(), "ten reviews, 99 raters");
    Ok(())
}

#[test]
fn without_any_one_review_as_many_must_be_left_as_the_threshold_asks() -> Outcome {
    for (threshold, enough) in [(9, true), (10, false)] {
        let style = Style { groups: vec![12], sizes: vec![4], missing: 0.0, even: true, threshold, ..Style::default() };
        let cohort = Cohort::drawn(&mut StdRng::seed_from_u64(1), 10, &style)?;
        assert_eq!(quality_report(&cohort.input())?.is_some(), enough, "ten reviews and a threshold of {threshold}");
    }
    Ok(())
}

#[test]
fn reviews_in_which_nothing_is_shown_are_left_out() -> Outcome {
    let mut cohort = even(2, 11, 12)?;
    cohort.replace(0, 3)?;
    let report = quality_report(&cohort.input())?.ok_or("ten reviews are left")?;
    assert_eq!((report.report().reviews, report.report().raters, report.report().self_assessments), (10, 120, 10));
    cohort.replace(1, 3)?;
    assert!(quality_report(&cohort.input())?.is_none(), "nine are left");
    Ok(())
}

#[test]
fn nothing_depends_on_the_order_of_reviews_and_ballots() -> Outcome {
    let cohort = even(3, 11, 12)?;
    let expected = quality_report(&cohort.input())?.ok_or("certified")?;
    let mut rng = StdRng::seed_from_u64(4);
    for _ in 0..5 {
        let mut input = cohort.input();
        input.reviews.shuffle(&mut rng);
        for review in &mut input.reviews {
            review.ballots.shuffle(&mut rng);
        }
        assert_eq!(quality_report(&input)?.map(|report| report.as_json().to_owned()).as_deref(), Some(expected.as_json()));
    }
    Ok(())
}

#[test]
fn the_document_is_read_back_and_its_numbers_have_two_decimals() -> Outcome {
    let certified = quality_report(&even(5, 12, 12)?.input())?.ok_or("certified")?;
    let read: QualityReport = serde_json::from_str(certified.as_json())?;
    assert_eq!(&read, certified.report());
    let document: serde_json::Value = serde_json::from_str(certified.as_json())?;
    let mut numbers = 0;
    let mut open = vec![&document["competencies"]];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::Array(values) => open.extend(values),
            serde_json::Value::Object(fields) => open.extend(
                fields.iter().filter(|(name, _)| !["id", "title", "text", "group"].contains(&name.as_str())).map(|(_, value)| value),
            ),
            serde_json::Value::String(number) => {
                numbers += 1;
                let decimals = number.split_once('.').map(|(_, decimals)| decimals.len());
                assert!(number.parse::<f64>().is_ok_and(f64::is_finite) && decimals == Some(2), "{number}");
            }
            serde_json::Value::Number(count) => assert!(count.is_u64(), "{count}"),
            serde_json::Value::Null | serde_json::Value::Bool(_) => {}
        }
    }
    assert!(numbers > 60, "{numbers}");
    Ok(())
}

#[test]
fn guarantee_two_ballots_of_a_block_can_change_places() -> Outcome {
    // Two groups of six in one block, of which the report says nothing apart.
    let style = Style { groups: vec![10, 6, 6], sizes: vec![4, 3], missing: 0.0, even: true, threshold: 7, ..Style::default() };
    let drawn = || Cohort::drawn(&mut StdRng::seed_from_u64(6), 10, &style);
    let before = drawn()?;
    let report = quality_report(&before.input())?.ok_or("certified")?;
    for (review, one, other) in [(0, 0, 1), (4, 2, 5), (9, 3, 4)] {
        let mut cohort = drawn()?;
        let [first, second] = cohort.exchange(review, (1, one), (2, other))?;
        assert_ne!(first, second, "their answers differ");
        assert_eq!(cohort.results_without_comments()?, before.results_without_comments()?);
        assert_eq!(quality_report(&cohort.input())?.as_ref(), Some(&report));
    }
    Ok(())
}

#[test]
fn guarantee_no_figure_is_reported_that_would_tell_what_everybody_answered() -> Outcome {
    let mut cohort = even(7, 10, 12)?;
    let whole = quality_report(&cohort.input())?.ok_or("not certified")?;
    assert_eq!(whole.report().detail, QualityDetail::Everything);
    for review in 0..10 {
        cohort.answer(review, 0, |_| 3)?;
    }
    // A standard deviation of 0 would tell everybody's answer; a mean of 3 alone does not.
    if let Some(certified) = quality_report(&cohort.input())? {
        assert!(certified.report().detail >= QualityDetail::Items, "{:?}", certified.report().detail);
        assert_eq!(certified.report().competencies[0].items[0].deviation, None);
    }
    // If everybody gave the lowest mark, no more can be told than a mean in tenths, and that is the same if somebody did not.
    for review in 0..10 {
        cohort.answer(review, 0, |_| 1)?;
    }
    let all_lowest = quality_report(&cohort.input())?.ok_or("not certified")?;
    assert_eq!(all_lowest.report().detail, QualityDetail::Means);
    for rater in 0..12 {
        cohort.answer(4, 0, |at| if at == rater { 2 } else { 1 })?;
        let one_higher = quality_report(&cohort.input())?.ok_or("not certified")?;
        assert_eq!(one_higher.as_json(), all_lowest.as_json(), "rater {rater} may have given the lowest mark but one");
    }
    Ok(())
}

/// Cohorts as they come: reviews of several sizes, opinions that differ between people and between raters. Three of each.
#[test]
fn usual_cohorts_are_reported_on_at_some_level() -> Outcome {
    let mut rng = StdRng::seed_from_u64(2026);
    let mut certified = 0;
    for (reviews, groups) in [(10, vec![5, 6]), (12, vec![12]), (12, vec![12, 10]), (14, vec![8]), (20, vec![5, 4, 3, 12, 6])] {
        let mut levels = Vec::new();
        for _ in 0..3 {
            let cohort = Cohort::drawn(&mut rng, reviews, &Style { groups: groups.clone(), ..Style::default() })?;
            levels.push(quality_report(&cohort.input())?.map(|certified| certified.report().detail));
        }
        certified += levels.iter().flatten().count();
        writeln!(std::io::stderr(), "{reviews} reviews of {groups:?}: {levels:?}")?;
    }
    assert!(certified >= 13, "{certified} of 15");
    Ok(())
}
