//! The figures of a quality report, from printed figures.

use candour_domain::{Competency, Framework, Item};

use super::report::{AlphaQuality, CompetencyQuality, GapQuality, ItemQuality, QualityReport};
use super::{Hundredths, REVIEWS_NEEDED};
use crate::document::{CompetencyResult, ItemResult};
use crate::statistics::descriptive::{mean, standard_deviation};
use crate::statistics::multiplicity::benjamini_hochberg;
use crate::statistics::reliability::{alpha, alpha_if_dropped, corrected_item_total_correlations, feldt_interval};
use crate::statistics::self_other::GapTest;
use crate::{Cell, CellState, ReviewResult, SuppressionReason};

/// The level of all intervals.
const LEVEL: f64 = 0.95;
/// The share of false findings that is borne among the gaps that are flagged.
const FALSE_DISCOVERIES: f64 = 0.10;

/// The report over these results of the framework, in each of which something is shown.
pub(super) fn report(framework: &Framework, results: &[&ReviewResult]) -> QualityReport {
    let gaps = gaps(framework, results);
    let competencies = framework.competencies().iter().zip(gaps);
    QualityReport {
        framework_id: framework.id,
        framework_title: framework.title().to_owned(),
        reviews: count(results.len()),
        raters: results.iter().map(|result| result.responded()).sum(),
        competencies: competencies.map(|(competency, gap)| quality(competency, results, gap)).collect(),
    }
}

fn quality(of: &Competency, results: &[&ReviewResult], gap: Option<GapQuality>) -> CompetencyQuality {
    let printed: Vec<_> =
        results.iter().filter_map(|result| result.competencies.iter().find(|found| found.id == of.id)).collect();
    let means: Vec<_> = printed.iter().filter_map(|competency| tenths(competency.all)).collect();
    let complete = Complete::of(of, &printed);
    let items = of.items.iter().zip(complete.items());
    CompetencyQuality {
        id: of.id.clone(),
        title: of.title.clone(),
        reviews: count(means.len()),
        mean: enough(&means).and_then(mean_of),
        deviation: enough(&means).and_then(deviation_of),
        alpha: complete.alpha(),
        block_distance: block_distance(&printed),
        gap,
        items: items.map(|(item, relations)| item_quality(item, &printed, relations)).collect(),
    }
}

fn item_quality(of: &Item, printed: &[&CompetencyResult], (item_total, alpha_if_dropped): Relations) -> ItemQuality {
    let items: Vec<&ItemResult> =
        printed.iter().filter_map(|competency| competency.items.iter().find(|found| found.id == of.id)).collect();
    let means: Vec<_> = items.iter().filter_map(|item| tenths(item.all)).collect();
    let cells = items.iter().flat_map(|item| &item.cells).map(|cell| cell.cell);
    let asked: Vec<Cell> = cells.filter(|cell| cell.reason() != Some(SuppressionReason::NotAsked)).collect();
    let share = |state: CellState| {
        let found = asked.iter().filter(|cell| cell.state() == state).count();
        enough(&means).and_then(|_| Hundredths::half_up(i64::try_from(found).ok()?, i64::try_from(asked.len()).ok()?))
    };
    ItemQuality {
        id: of.id.clone(),
        text: of.others.clone(),
        reviews: count(means.len()),
        mean: enough(&means).and_then(mean_of),
        deviation: enough(&means).and_then(deviation_of),
        suppressed: share(CellState::Suppressed),
        low: share(CellState::Low),
        high: share(CellState::High),
        item_total,
        alpha_if_dropped,
    }
}

/// An item's correlation with the others, and alpha of the others.
type Relations = (Option<Hundredths>, Option<Hundredths>);

/// The printed means of the items of a competency, item by item, in the reviews that print all of them.
struct Complete(Vec<Vec<f64>>);

impl Complete {
    fn of(competency: &Competency, printed: &[&CompetencyResult]) -> Self {
        let mut items = vec![Vec::new(); competency.items.len()];
        for result in printed {
            let means: Option<Vec<_>> = result.items.iter().map(|item| tenths(item.all)).collect();
            if let Some(means) = means.filter(|means| means.len() == items.len()) {
                items.iter_mut().zip(means).for_each(|(item, mean)| item.push(real(mean) / 10.0));
            }
        }
        Self(items)
    }

    fn reviews(&self) -> usize {
        self.0.first().map_or(0, Vec::len)
    }

    fn alpha(&self) -> Option<AlphaQuality> {
        let reviews = count(self.reviews());
        if self.reviews() < REVIEWS_NEEDED {
            return None;
        }
        let value = alpha(&self.0)?;
        let interval = feldt_interval(value, reviews, count(self.0.len()), LEVEL);
        Some(AlphaQuality {
            value: Hundredths::nearest(Some(value))?,
            lower: Hundredths::nearest(interval.map(|ends| ends.lower)),
            upper: Hundredths::nearest(interval.map(|ends| ends.upper)),
            reviews,
        })
    }

    fn items(&self) -> Vec<Relations> {
        if self.reviews() < REVIEWS_NEEDED {
            return vec![(None, None); self.0.len()];
        }
        let totals = corrected_item_total_correlations(&self.0);
        let dropped = alpha_if_dropped(&self.0);
        totals
            .into_iter()
            .zip(dropped)
            .map(|(total, dropped)| (Hundredths::nearest(total), Hundredths::nearest(dropped)))
            .collect()
    }
}

/// How far a block's printed mean lies from that of all blocks, on average over the blocks of the reviews that print at
/// least two.
fn block_distance(printed: &[&CompetencyResult]) -> Option<Hundredths> {
    let mut distances = Vec::new();
    for competency in printed {
        let blocks: Vec<_> = competency.cells.iter().filter_map(|cell| tenths(cell.cell)).collect();
        if let Some(all) = tenths(competency.all).filter(|_| blocks.len() >= 2) {
            distances.push(mean(&blocks.iter().map(|block| real((block - all).abs()) / 10.0).collect::<Vec<_>>())?);
        }
    }
    if distances.len() < REVIEWS_NEEDED { None } else { Hundredths::nearest(mean(&distances)) }
}

/// The gaps of all competencies.
fn gaps(framework: &Framework, results: &[&ReviewResult]) -> Vec<Option<GapQuality>> {
    let printed = |competency: &Competency| -> Vec<i64> {
        let found =
            results.iter().filter_map(|result| result.competencies.iter().find(|found| found.id == competency.id));
        found.filter_map(|found| found.gap).map(crate::Decimal::tenths).collect()
    };
    let gaps: Vec<_> = framework
        .competencies()
        .iter()
        .map(|of| Some(printed(of)).filter(|gaps| gaps.len() >= REVIEWS_NEEDED))
        .collect();
    let test = |gaps: &Option<Vec<i64>>| {
        GapTest::of(&gaps.as_ref()?.iter().map(|tenths| real(*tenths) / 10.0).collect::<Vec<_>>())
    };
    let tests: Vec<_> = gaps.iter().map(test).collect();
    let p_values: Vec<_> = tests.iter().flatten().map(|test| test.p).collect();
    let mut adjusted = benjamini_hochberg(&p_values).unwrap_or_default().into_iter();
    let mut printed = Vec::new();
    for (gaps, test) in gaps.iter().zip(tests) {
        let adjusted = test.and_then(|_| adjusted.next());
        printed.push(gaps.as_ref().and_then(|gaps| {
            Some(GapQuality {
                reviews: count(gaps.len()),
                mean: mean_of(gaps)?,
                deviation: Hundredths::nearest(Some(test.map_or(0.0, |test| test.deviation))),
                p: Hundredths::nearest(test.map(|test| test.p)),
                flagged: adjusted.is_some_and(|p| p <= FALSE_DISCOVERIES),
            })
        }));
    }
    printed
}

/// A printed mean in tenths.
fn tenths(cell: Cell) -> Option<i64> {
    cell.mean().map(crate::Decimal::tenths)
}

/// These figures, if there are enough reviews with one.
fn enough(tenths: &[i64]) -> Option<&[i64]> {
    (tenths.len() >= REVIEWS_NEEDED).then_some(tenths)
}

fn mean_of(tenths: &[i64]) -> Option<Hundredths> {
    Hundredths::half_up(tenths.iter().sum(), 10 * i64::try_from(tenths.len()).ok()?)
}

fn deviation_of(tenths: &[i64]) -> Option<Hundredths> {
    Hundredths::nearest(standard_deviation(&tenths.iter().map(|tenths| real(*tenths) / 10.0).collect::<Vec<_>>()))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A printed number of tenths, which is small.
fn real(tenths: i64) -> f64 {
    i32::try_from(tenths).map_or(f64::NAN, f64::from)
}
