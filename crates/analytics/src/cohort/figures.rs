//! From the sums to the printed figures.

use candour_domain::{Competency, Framework};

use super::answers::{Answers, ReviewAnswers};
use super::estimates::{Marks, Scatter, WithinReview, count, one_way, printed_icc, printed_precision, real};
use super::report::{
    AgreementQuality, AlphaQuality, CompetencyQuality, GapQuality, GroupAlpha, IccQuality, ItemQuality, PrecisionQuality, QualityDetail,
    QualityReport,
};
use super::sums::{Products, Sums};
use super::{Hundredths, RATERS_NEEDED, REVIEWS_NEEDED};
use crate::statistics::Interval;
use crate::statistics::agreement::{NullDistribution, average_deviation_cut_off};
use crate::statistics::descriptive::mean;
use crate::statistics::icc::Quantiles;
use crate::statistics::multiplicity::benjamini_hochberg;
use crate::statistics::reliability::{Correlations, feldt_quantiles, one_factor_of};
use crate::statistics::self_other::GapTest;

/// The level of all intervals.
const LEVEL: f64 = 0.95;
/// How many raters who answered everything omega needs.
const RATERS_FOR_OMEGA: i64 = 200;
/// How many self-assessments a gap needs.
const GAPS_NEEDED: usize = 10;
/// The share of false findings that is borne among the gaps that are flagged.
const FALSE_DISCOVERIES: f64 = 0.10;

/// Prints the figures of a cohort. What depends on numbers of people alone is worked out once.
pub(super) struct Printer<'a> {
    framework: &'a Framework,
    answers: &'a Answers,
    /// By competency.
    designs: Vec<Design>,
    detail: QualityDetail,
    /// The sums of the answers as they are, by competency.
    pub(super) sums: Vec<Sums>,
}

/// What is shown of a competency, as far as it depends on how many raters answered what.
struct Design {
    /// The quantiles for the interval of alpha, if alpha is shown.
    alpha: Option<Interval>,
    /// The same by rater group.
    by_group: Vec<Option<Interval>>,
    /// The quantiles for the intervals of intraclass correlations, if these are shown.
    icc: Option<Quantiles>,
    points: u8,
    lowest: u8,
}

/// The figures that do not change when answers to an item are exchanged within a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    agreement: AgreementQuality,
    items: Vec<ItemSpread>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ItemSpread {
    mean: Option<Hundredths>,
    deviation: Option<Hundredths>,
    not_observed: Option<Hundredths>,
    ceiling: Option<Hundredths>,
    floor: Option<Hundredths>,
}

/// The figures that depend on who gave which answers together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relations {
    alpha: Option<AlphaQuality>,
    by_group: Vec<Option<AlphaQuality>>,
    omega: Option<Hundredths>,
    icc: IccQuality,
    precision: PrecisionQuality,
    /// Item-total correlation and alpha if dropped, by item.
    items: Vec<(Option<Hundredths>, Option<Hundredths>)>,
}

impl Relations {
    /// Nothing of how items go together.
    fn none(sums: &Sums) -> Self {
        Self {
            alpha: None,
            by_group: vec![None; sums.by_group.len()],
            omega: None,
            icc: IccQuality::default(),
            precision: PrecisionQuality::default(),
            items: vec![(None, None); sums.not_observed.len()],
        }
    }

    /// What is left of them where not everything is shown.
    fn at(mut self, detail: QualityDetail) -> Self {
        if detail == QualityDetail::Everything {
            return self;
        }
        if let Some(alpha) = &mut self.alpha {
            (alpha.lower, alpha.upper) = (None, None);
        }
        self.by_group.fill(None);
        let IccQuality { adjusted_size: _, mean_size: _, icc1, icc1_mean_size, icc1_k, icc1_k_mean_size } = &mut self.icc;
        for estimate in [icc1, icc1_mean_size, icc1_k, icc1_k_mean_size] {
            (estimate.lower, estimate.upper) = (None, None);
        }
        self.items.fill((None, None));
        self
    }
}

impl<'a> Printer<'a> {
    /// A printer for these answers that prints no more than this.
    pub(super) fn new(framework: &'a Framework, answers: &'a Answers, detail: QualityDetail) -> Self {
        let sums: Vec<_> = answers.competencies.iter().map(|items| Sums::of(answers, items)).collect();
        let designs = answers.competencies.iter().zip(&sums).map(|(items, sums)| Design::of(answers, items, sums)).collect();
        Self { framework, answers, designs, detail, sums }
    }

    /// The whole report.
    pub(super) fn report(&self) -> QualityReport {
        let gaps = self.gaps();
        let competencies = self.framework.competencies().iter().zip(&self.sums).zip(gaps).enumerate();
        QualityReport {
            framework_id: self.framework.id,
            framework_title: self.framework.title().to_owned(),
            detail: self.detail,
            reviews: count(self.answers.reviews.len()),
            raters: count(self.answers.raters()),
            self_assessments: count(self.answers.self_assessments),
            competencies: competencies.filter_map(|(at, ((competency, sums), gap))| self.competency(at, competency, sums, gap)).collect(),
        }
    }

    /// Whether anything is shown of a rater group on its own.
    pub(super) fn shows_group(&self, group: usize) -> bool {
        self.detail == QualityDetail::Everything
            && self.designs.iter().any(|design| design.by_group.get(group).is_some_and(Option::is_some))
    }

    /// The printed spread that a competency would have with these sums.
    pub(super) fn spread(&self, competency: usize, sums: &Sums) -> Option<Spread> {
        let agreement =
            |design: &Design| if self.detail < QualityDetail::Items { design.agreement(sums) } else { AgreementQuality::default() };
        let items = |design: &Design| {
            let mut items = design.items(sums);
            for item in &mut items {
                if self.detail >= QualityDetail::Items {
                    item.deviation = None;
                }
                if self.detail == QualityDetail::Means {
                    (item.ceiling, item.floor) = (None, None);
                    item.mean = item.mean.map(Hundredths::to_tenth);
                }
            }
            items
        };
        self.designs.get(competency).map(|design| Spread { agreement: agreement(design), items: items(design) })
    }

    /// The printed relations that a competency would have with these sums.
    pub(super) fn relations(&self, competency: usize, sums: &Sums) -> Option<Relations> {
        let design = self.designs.get(competency)?;
        if self.detail > QualityDetail::Estimates {
            return Some(Relations::none(sums));
        }
        Some(Relations { omega: design.omega(sums), ..design.relations_but_omega(sums) }.at(self.detail))
    }

    /// Whether a competency would have these printed relations with these sums.
    pub(super) fn has_relations(&self, competency: usize, sums: &Sums, expected: &Relations) -> bool {
        if self.detail > QualityDetail::Estimates {
            return true;
        }
        self.designs.get(competency).is_some_and(|design| {
            // Omega takes longest and is only looked at when nothing else differs.
            let relations = design.relations_but_omega(sums).at(self.detail);
            Relations { omega: expected.omega, ..relations } == *expected && design.omega(sums) == expected.omega
        })
    }

    fn competency(&self, at: usize, competency: &Competency, sums: &Sums, gap: Option<GapQuality>) -> Option<CompetencyQuality> {
        let (spread, relations) = (self.spread(at, sums)?, self.relations(at, sums)?);
        let items = competency.items.iter().zip(spread.items).zip(relations.items);
        let by_group = self.answers.groups.iter().zip(relations.by_group);
        Some(CompetencyQuality {
            id: competency.id.clone(),
            title: competency.title.clone(),
            alpha: relations.alpha,
            alpha_by_group: by_group.filter_map(|(group, alpha)| Some(GroupAlpha { group: group.clone(), alpha: alpha? })).collect(),
            omega: relations.omega,
            icc: relations.icc,
            agreement: spread.agreement,
            precision: relations.precision,
            gap,
            items: items
                .map(|((item, spread), (item_total, alpha_if_dropped))| ItemQuality {
                    id: item.id.clone(),
                    text: item.others.clone(),
                    mean: spread.mean,
                    deviation: spread.deviation,
                    not_observed: spread.not_observed,
                    ceiling: spread.ceiling,
                    floor: spread.floor,
                    item_total,
                    alpha_if_dropped,
                })
                .collect(),
        })
    }

    /// The gaps of all competencies, from the printed gaps of the reviews.
    fn gaps(&self) -> Vec<Option<GapQuality>> {
        let printed = |at: usize| -> Vec<i64> {
            let gap = |review: &ReviewAnswers| review.gaps.get(at).copied().flatten();
            self.answers.reviews.iter().filter_map(gap).map(crate::Decimal::tenths).collect()
        };
        let gaps: Vec<_> = (0..self.sums.len()).map(|at| Some(printed(at)).filter(|gaps| gaps.len() >= GAPS_NEEDED)).collect();
        let test = |gaps: &Option<Vec<i64>>| GapTest::of(&gaps.as_ref()?.iter().map(|tenths| real(*tenths) / 10.0).collect::<Vec<_>>());
        let tests: Vec<_> = gaps.iter().map(test).collect();
        let p_values: Vec<_> = tests.iter().flatten().map(|test| test.p).collect();
        let mut adjusted = benjamini_hochberg(&p_values).unwrap_or_default().into_iter();
        let mut printed = Vec::new();
        for (gaps, test) in gaps.iter().zip(tests) {
            let adjusted = test.and_then(|_| adjusted.next());
            printed.push(gaps.as_ref().and_then(|gaps| {
                let mean = Hundredths::half_up(gaps.iter().sum(), 10 * i64::try_from(gaps.len()).ok()?)?;
                let deviation = Hundredths::nearest(Some(test.map_or(0.0, |test| test.deviation)));
                let p = Hundredths::nearest(test.map(|test| test.p));
                let flagged = adjusted.is_some_and(|p| p <= FALSE_DISCOVERIES);
                Some(GapQuality { reviews: count(gaps.len()), mean, deviation, p, flagged })
            }));
        }
        printed
    }
}

impl Design {
    fn of(answers: &Answers, items: &std::ops::Range<usize>, sums: &Sums) -> Self {
        let complete = |review: &&ReviewAnswers, group: Option<usize>| {
            let mut of_group = review.ballots.iter().filter(|ballot| group.is_none_or(|group| ballot.group == group));
            of_group.any(|ballot| items.clone().all(|item| ballot.given(item).is_some()))
        };
        let alpha = |products: &Products, group| {
            let reviews = answers.reviews.iter().filter(|review| complete(review, group)).count();
            let raters = usize::try_from(products.raters).unwrap_or(0);
            let enough = raters >= RATERS_NEEDED && reviews >= REVIEWS_NEEDED;
            feldt_quantiles(count(raters), count(items.len()), LEVEL).filter(|_| enough)
        };
        let scored = sums.reviews.iter().filter(|review| review.scores > 0).count();
        Self {
            alpha: alpha(&sums.complete, None),
            by_group: sums.by_group.iter().enumerate().map(|(group, products)| alpha(products, Some(group))).collect(),
            icc: one_way(sums).filter(|_| scored >= REVIEWS_NEEDED).and_then(|analysis| analysis.quantiles(LEVEL)),
            points: answers.highest - answers.lowest + 1,
            lowest: answers.lowest,
        }
    }

    fn relations_but_omega(&self, sums: &Sums) -> Relations {
        let scatter = Scatter::of(&sums.complete);
        let alpha = |shown: &Option<Interval>, products: &Products| {
            shown.and_then(|quantiles| Scatter::of(products).printed_alpha(quantiles, products.raters))
        };
        let analysis = self.icc.and_then(|quantiles| Some((one_way(sums)?, quantiles)));
        let items = (0..scatter.rows.len()).map(|item| {
            if self.alpha.is_none() {
                return (None, None);
            }
            (Hundredths::nearest(scatter.item_total(item)), Hundredths::nearest(scatter.alpha_without(item)))
        });
        Relations {
            alpha: alpha(&self.alpha, &sums.complete),
            by_group: self.by_group.iter().zip(&sums.by_group).map(|(shown, products)| alpha(shown, products)).collect(),
            omega: None,
            icc: analysis.map(|(analysis, quantiles)| printed_icc(&analysis, quantiles)).unwrap_or_default(),
            precision: analysis.map(|(analysis, _)| printed_precision(&analysis)).unwrap_or_default(),
            items: items.collect(),
        }
    }

    fn omega(&self, sums: &Sums) -> Option<Hundredths> {
        if self.alpha.is_none() || sums.complete.raters < RATERS_FOR_OMEGA {
            return None;
        }
        let correlations = Correlations::of_scatter(&Scatter::of(&sums.complete).rows)?;
        Hundredths::nearest(Some(one_factor_of(&correlations)?.omega_total))
    }

    fn items(&self, sums: &Sums) -> Vec<ItemSpread> {
        let items = sums.not_observed.iter().enumerate();
        items.map(|(item, not_observed)| self.item(sums, item, *not_observed)).collect()
    }

    fn item(&self, sums: &Sums, item: usize, not_observed: i64) -> ItemSpread {
        let counts = || sums.reviews.iter().filter_map(|review| review.marks.get(item));
        if counts().filter(|counts| counts.iter().any(|count| *count > 0)).count() < REVIEWS_NEEDED {
            return ItemSpread::default();
        }
        let all: Vec<i64> = (0..usize::from(self.points)).map(|point| counts().filter_map(|counts| counts.get(point)).sum()).collect();
        let marks = Marks::of(&all, self.lowest);
        ItemSpread {
            mean: Hundredths::half_up(marks.sum, marks.answers),
            deviation: Hundredths::nearest(marks.variance().map(f64::sqrt)),
            not_observed: Hundredths::half_up(not_observed, marks.answers + not_observed),
            ceiling: all.last().and_then(|top| Hundredths::half_up(*top, marks.answers)),
            floor: all.first().and_then(|bottom| Hundredths::half_up(*bottom, marks.answers)),
        }
    }

    fn agreement(&self, sums: &Sums) -> AgreementQuality {
        let null = |null: NullDistribution| null.variance(self.points);
        let reviews: Vec<_> = sums.reviews.iter().filter_map(|review| WithinReview::of(review, self.lowest)).collect();
        if reviews.len() < REVIEWS_NEEDED {
            return AgreementQuality::default();
        }
        let average = |figure: &dyn Fn(&WithinReview) -> Option<f64>| {
            let figures: Option<Vec<_>> = reviews.iter().map(figure).collect();
            Hundredths::nearest(mean(&figures?))
        };
        AgreementQuality {
            rwg_uniform: average(&|review| review.rwg_j(null(NullDistribution::Uniform)?)),
            rwg_slight_skew: average(&|review| review.rwg_j(null(NullDistribution::SlightSkew)?)),
            r_star_wg: average(&|review| Some(1.0 - review.variance / null(NullDistribution::Uniform)?)),
            average_deviation: average(&|review| Some(review.deviation)),
            average_deviation_cut_off: Hundredths::nearest(average_deviation_cut_off(self.points)),
        }
    }
}
