//! A report as a page shows it. Nothing is computed: what is shown is what was printed at the count.

use candour_analytics::document::{
    BlockResult, CompetencyResult, Distribution, DistributionBin, NamedMean, PreviousRound,
};
use candour_analytics::{Cell, CellState, Change, Quadrant, ReviewResult, SuppressionReason};
use candour_domain::rater::SELF_GROUP;
use candour_domain::{GroupId, PersonName};

use crate::frame::{Said, Say};

/// A result and how it is said.
pub(crate) struct Report<'a> {
    say: Say,
    /// The result, with its redactions.
    pub(crate) result: &'a ReviewResult,
    /// Who answers by name, a column each.
    pub(crate) named: Vec<ByName<'a>>,
}

/// Somebody who answers by name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct ByName<'a> {
    group: &'a GroupId,
    /// Who.
    pub(crate) name: &'a PersonName,
}

impl<'a> Report<'a> {
    /// A result as it may be shown.
    pub(crate) fn of(say: Say, result: &'a ReviewResult) -> Self {
        let rows = result.competencies.iter();
        let rows = rows.flat_map(|row| row.named.iter().chain(row.items.iter().flat_map(|item| &item.named)));
        let mut named: Vec<ByName<'a>> = Vec::new();
        for mean in rows {
            let by = ByName { group: &mean.group, name: &mean.name };
            if !named.contains(&by) {
                named.push(by);
            }
        }
        // The person's own answers stand first.
        named.sort_by_key(|by| by.group.as_str() != SELF_GROUP);
        Self { say, result, named }
    }

    /// The heading of a group.
    pub(crate) fn group(&self, id: &'a GroupId) -> &'a str {
        let group = self.result.groups.iter().find(|group| group.id == *id);
        group.map_or(id.as_str(), |group| group.title.as_str())
    }

    /// The heading of a column.
    pub(crate) fn block(&self, id: &'a str) -> &'a str {
        let block = self.result.blocks.iter().find(|block| block.id == id);
        block.map_or(id, |block| block.title.as_str())
    }

    /// The groups of a column, where it has several.
    pub(crate) fn pooled(&self, block: &'a BlockResult) -> Option<Said> {
        let titles: Vec<_> = block.groups.iter().map(|group| self.group(group)).collect();
        (titles.len() > 1).then(|| Said::of(self.say.report_together().groups(titles.join(", "))))
    }

    /// The heading of somebody who answers by name.
    pub(crate) fn heading(&self, by: &ByName<'a>) -> Said {
        let say = self.say;
        if by.group.as_str() == SELF_GROUP {
            Said::of(say.report_own())
        } else {
            Said::of(say.report_by_name().group(self.group(by.group)).name(by.name.as_str()))
        }
    }

    /// What is shown in one place of a table.
    pub(crate) fn cell(&self, cell: Cell) -> Said {
        let say = self.say;
        match (cell.state(), cell.mean(), cell.reason()) {
            (CellState::Low, ..) => Said::of(say.report_low()),
            (CellState::High, ..) => Said::of(say.report_high()),
            (_, Some(mean), _) if cell.is_approximate() => Said::of(say.report_about().number(mean.to_string())),
            (_, Some(mean), _) => Said::of(mean.to_string()),
            (_, _, Some(SuppressionReason::NotAsked)) => Said::of(say.report_not_asked()),
            (_, _, Some(SuppressionReason::AskedOfSome)) => Said::of(say.report_asked_of_some()),
            _ => Said::of(say.report_too_few()),
        }
    }

    /// What somebody answered by name.
    pub(crate) fn mean(&self, row: &[NamedMean], by: &ByName<'_>) -> Said {
        let found = row.iter().find(|mean| mean.group == *by.group && mean.name == *by.name);
        found.map_or_else(|| Said::of(self.say.report_no_answer()), |mean| Said::of(mean.mean.to_string()))
    }

    /// Self minus all, with its sign.
    pub(crate) fn gap(&self, competency: &CompetencyResult) -> Option<Said> {
        let gap = competency.gap?;
        let number = if gap.tenths() > 0 { format!("+{gap}") } else { gap.to_string() };
        let say = self.say;
        let about = competency.all.is_approximate();
        Some(if about { Said::of(say.report_about().number(number)) } else { Said::of(number) })
    }

    /// Where it stands, in words.
    pub(crate) fn quadrant(&self, competency: &CompetencyResult) -> Option<Said> {
        let say = self.say;
        Some(match competency.quadrant? {
            Quadrant::RecognisedStrength => Said::of(say.report_recognised_strength()),
            Quadrant::BlindSpot => Said::of(say.report_blind_spot()),
            Quadrant::HiddenStrength => Said::of(say.report_hidden_strength()),
            Quadrant::DevelopmentNeed => Said::of(say.report_development_need()),
        })
    }

    /// How it moved since the round before, in words.
    pub(crate) fn change(&self, competency: &CompetencyResult) -> Option<Said> {
        let say = self.say;
        Some(match competency.change? {
            Change::Up => Said::of(say.report_up()),
            Change::Down => Said::of(say.report_down()),
            Change::AboutTheSame => Said::of(say.report_about_the_same()),
        })
    }

    /// The round before, if there is one.
    pub(crate) fn previous(&self) -> Option<&PreviousRound> {
        self.result.previous.as_ref()
    }

    /// Whether any cell shows nothing for this reason.
    fn has(&self, reason: SuppressionReason) -> bool {
        self.cells().any(|cell| cell.reason() == Some(reason))
    }

    /// What the words in the tables mean, as far as they stand in one.
    pub(crate) fn legend(&self) -> Vec<(Said, Said)> {
        let (say, mut legend) = (self.say, Vec::new());
        let mut explain = |is_there: bool, word: Said, meaning: Said| {
            if is_there {
                legend.push((word, meaning));
            }
        };
        let is = |state| self.cells().any(|cell| cell.state() == state);
        explain(is(CellState::Low), Said::of(say.report_low()), Said::of(say.report_low_means()));
        explain(is(CellState::High), Said::of(say.report_high()), Said::of(say.report_high_means()));
        let about = self.cells().any(Cell::is_approximate);
        explain(about, Said::of(say.report_about_word()), Said::of(say.report_about_means()));
        let (few, not_asked, some) =
            (SuppressionReason::TooFewAnswers, SuppressionReason::NotAsked, SuppressionReason::AskedOfSome);
        let too_few = Said::of(say.report_too_few_means().number(self.result.policy.threshold));
        explain(self.has(few), Said::of(say.report_too_few()), too_few);
        explain(self.has(not_asked), Said::of(say.report_not_asked()), Said::of(say.report_not_asked_means()));
        explain(self.has(some), Said::of(say.report_asked_of_some()), Said::of(say.report_asked_of_some_means()));
        legend
    }

    fn cells(&self) -> impl Iterator<Item = Cell> {
        let rows = self.result.competencies.iter();
        let rows = rows.flat_map(|row| {
            let items = row.items.iter().map(|item| (&item.cells, item.all));
            items.chain([(&row.cells, row.all)])
        });
        rows.flat_map(|(cells, all)| cells.iter().map(|of_block| of_block.cell).chain([all]))
    }

    /// How the answers to a competency's items are spread, a line for each item and column.
    pub(crate) fn spread(competency: &CompetencyResult) -> Vec<(&str, &Distribution)> {
        let items = competency.items.iter();
        items.flat_map(|item| item.distributions.iter().map(|spread| (item.text.as_str(), spread))).collect()
    }

    /// A stretch of the scale and how many answers lie in it.
    pub(crate) fn bin(&self, bin: DistributionBin) -> Said {
        let (say, from, to) = (self.say, u32::from(bin.from), u32::from(bin.to));
        if from == to {
            Said::of(say.report_bin_one().point(from).number(bin.count))
        } else {
            Said::of(say.report_bin().from(from).to(to).number(bin.count))
        }
    }

    /// A share in per cent.
    pub(crate) fn share(&self, share: Option<u32>) -> Said {
        let say = self.say;
        share.map_or_else(|| Said::of(say.report_no_share()), |share| Said::of(say.report_share().number(share)))
    }

    /// How often the auditor looked; `None` in a result from before there was one.
    pub(crate) fn checks(&self) -> Option<String> {
        self.result.audit.map(|audit| audit.checks.to_string())
    }

    /// How many answers somebody who answered too may be able to work out, at most; `None` where there are none.
    pub(crate) fn inferences(&self) -> Option<u32> {
        let inferences = self.result.audit?.top_mark_inferences;
        (inferences > 0).then(|| u32::try_from(inferences).unwrap_or(u32::MAX))
    }
}
