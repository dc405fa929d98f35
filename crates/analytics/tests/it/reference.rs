//! The statistics against published data and against figures computed with other programs: R 4.2 with `psych` and
//! `multilevel`, `pingouin` and `scipy`.

mod agreement;
mod change;
mod descriptive;
mod finite;
mod icc;
mod reliability;

use std::error::Error;

use crate::world::Outcome;

/// Checks a figure against a reference, to all the decimals that the reference has or to nine digits.
#[track_caller]
fn assert_printed(actual: Option<f64>, expected: &str) {
    let decimals = expected.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let printed = actual.map(|actual| format!("{actual:.decimals$}"));
    let near = actual
        .zip(expected.parse::<f64>().ok())
        .is_some_and(|(actual, expected)| (actual - expected).abs() <= 1e-9 * expected.abs());
    assert!(near || printed.as_deref() == Some(expected), "{printed:?} is not {expected}");
}

/// Checks both ends of an interval.
#[track_caller]
fn assert_interval(actual: Option<candour_analytics::statistics::Interval>, lower: &str, upper: &str) {
    assert_printed(actual.map(|ends| ends.lower), lower);
    assert_printed(actual.map(|ends| ends.upper), upper);
}

/// Columns to rows and back.
fn transposed(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|at| rows.iter().filter_map(|row| row.get(at).copied()).collect()).collect()
}

/// Rows of numbers, separated by `/`.
fn rows(text: &str) -> Result<Vec<Vec<f64>>, Box<dyn Error>> {
    text.split('/').map(|row| row.split_whitespace().map(|number| Ok(number.parse()?)).collect()).collect()
}

/// The groups A to D of the `cohesion` data of the R package `multilevel`, five items; `None` where an answer is
/// missing.
fn cohesion() -> Vec<Vec<[Option<f64>; 5]>> {
    let soldier = |answers: [u8; 5]| answers.map(|answer| (answer > 0).then(|| f64::from(answer)));
    [
        vec![[4, 5, 5, 5, 5], [3, 0, 5, 5, 5], [2, 3, 3, 3, 3]],
        vec![[3, 4, 3, 4, 4], [4, 4, 3, 4, 4], [3, 3, 2, 2, 1]],
        vec![[3, 3, 3, 3, 3], [3, 1, 4, 3, 4]],
        vec![[3, 3, 3, 3, 3], [2, 2, 2, 3, 2], [1, 1, 1, 3, 3]],
    ]
    .into_iter()
    .map(|group| group.into_iter().map(soldier).collect())
    .collect()
}

/// The first item's answers by group.
fn first_item() -> Vec<Vec<f64>> {
    cohesion().iter().map(|group| group.iter().filter_map(|[first, ..]| *first).collect()).collect()
}

/// The soldiers of each group who answered everything, by item.
fn complete_items() -> Vec<Vec<Vec<f64>>> {
    let complete = |group: &Vec<[Option<f64>; 5]>| {
        let soldiers: Vec<_> =
            group.iter().filter_map(|answers| answers.iter().copied().collect::<Option<Vec<f64>>>()).collect();
        transposed(&soldiers)
    };
    cohesion().iter().map(complete).collect()
}

/// The answers to the eleven leadership items of `lq2002` by company and soldier.
fn leadership() -> Result<Vec<Vec<Vec<f64>>>, Box<dyn Error>> {
    let mut companies = std::collections::BTreeMap::<&str, Vec<Vec<f64>>>::new();
    for line in include_str!("data/lq2002_leadership.csv").lines().skip(1) {
        let (company, answers) = line.split_once(',').ok_or("two columns")?;
        let answers: Option<Vec<_>> = answers.chars().map(|digit| digit.to_digit(10).map(f64::from)).collect();
        companies.entry(company).or_default().push(answers.ok_or("digits")?);
    }
    Ok(companies.into_values().collect())
}

/// R's `attitude`: 30 departments, seven percentages.
const ATTITUDE: &str = "43 63 71 61 81 43 58 71 72 67 64 67 69 68 77 81 74 65 65 50 50 64 53 40 63 66 78 48 85 82 / \
    51 64 70 63 78 55 67 75 82 61 53 60 62 83 77 90 85 60 70 58 40 61 66 37 54 77 75 57 85 82 / \
    30 51 68 45 56 49 42 50 72 45 53 47 57 83 54 50 64 65 46 68 33 52 52 42 42 66 58 44 71 39 / \
    39 54 69 47 66 44 56 55 67 47 58 39 42 45 72 72 69 75 57 54 34 62 50 58 48 63 74 45 71 59 / \
    61 63 76 54 71 54 66 70 71 62 58 59 55 59 79 60 79 55 75 64 43 66 63 50 66 88 80 51 77 64 / \
    92 73 86 84 83 49 68 66 83 80 67 74 63 77 77 54 79 80 85 78 64 80 80 57 75 76 78 83 74 78 / \
    45 47 48 35 47 34 35 41 31 41 34 41 25 35 46 36 63 60 46 52 33 41 37 49 33 72 49 38 55 39";

#[test]
fn the_data_are_those_that_were_published() -> Outcome {
    assert_eq!(rows(ATTITUDE)?.iter().map(Vec::len).collect::<Vec<_>>(), [30; 7]);
    let companies = leadership()?;
    assert_eq!((companies.len(), companies.iter().map(Vec::len).sum::<usize>()), (49, 2042));
    assert!(companies.iter().flatten().all(|answers| answers.len() == 11));
    Ok(())
}
