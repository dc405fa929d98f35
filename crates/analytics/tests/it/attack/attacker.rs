//! An attacker who reads what is published, knows the public rule, who was asked and how many answered what, and at
//! most the answers of those who collude. Never the answers of anybody else: what is worked out here is compared with
//! the truth by the tests.

use std::collections::BTreeSet;
use std::error::Error;

use serde_json::Value;

/// A printed number: whole units of its last decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Printed {
    pub(crate) units: i64,
    /// Units in a whole: 10 for one decimal.
    pub(crate) whole: i64,
}

/// Somebody with a published document.
#[derive(Debug)]
pub(crate) struct Attacker {
    document: Value,
    pub(crate) lowest: i64,
    pub(crate) highest: i64,
}

/// A row of the document: a competency, or one of its items.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Row {
    Competency(usize),
    Item(usize, usize),
}

/// A block as the attacker knows it: its column, and how many in it answered the item.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) id: String,
    pub(crate) answers: i64,
}

/// How many answers from one value to another, both included, a distribution counts.
#[derive(Clone, Copy, Debug)]
struct Bin {
    from: i64,
    to: i64,
    answers: i64,
}

impl Printed {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.')?;
        let unit = 10_i64.pow(u32::try_from(decimals.len()).ok()?);
        Some(Self { units: whole.parse::<i64>().ok()? * unit + decimals.parse::<i64>().ok()?, whole: unit })
    }

    /// Every sum of `answers` whole answers whose mean is printed like this.
    pub(crate) fn sums(self, answers: i64, lowest: i64, highest: i64) -> BTreeSet<i64> {
        let prints = |sum: &i64| (2 * sum * self.whole + answers) / (2 * answers) == self.units;
        (answers * lowest..=answers * highest).filter(prints).collect()
    }

    /// The whole number nearest to `times` this one.
    pub(crate) fn times(self, times: i64) -> i64 {
        (2 * self.units * times + self.whole) / (2 * self.whole)
    }
}

impl Attacker {
    pub(crate) fn reading(text: &str) -> Result<Self, Box<dyn Error>> {
        let document: Value = serde_json::from_str(text)?;
        let points: Vec<i64> =
            document["scale"].as_array().into_iter().flatten().filter_map(|point| point["value"].as_i64()).collect();
        let (Some(&lowest), Some(&highest)) = (points.first(), points.last()) else { return Err("no scale".into()) };
        Ok(Self { document, lowest, highest })
    }

    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    pub(crate) fn row(&self, row: Row) -> &Value {
        match row {
            Row::Competency(competency) => &self.document["competencies"][competency],
            Row::Item(competency, item) => &self.document["competencies"][competency]["items"][item],
        }
    }

    /// What is printed in a column of a row; `"all"` is all raters. Null where there is no such column.
    pub(crate) fn cell(&self, row: Row, column: &str) -> &Value {
        let row = self.row(row);
        if column == "all" {
            return &row["all"];
        }
        let cells = row["cells"].as_array().map_or(&[][..], Vec::as_slice);
        cells.iter().find(|cell| cell["block"] == column).unwrap_or(&Value::Null)
    }

    pub(crate) fn mean(&self, row: Row, column: &str) -> Option<Printed> {
        Printed::read(self.cell(row, column)["mean"].as_str()?)
    }

    /// How many answers a naive product says it counted.
    pub(crate) fn answers(&self, row: Row, column: &str) -> i64 {
        self.cell(row, column)["answers"].as_i64().unwrap_or(0)
    }

    /// The sums that a cell leaves possible, by the public rule: every sum of a printed mean, a band of the policy, or
    /// all where nothing is shown.
    pub(crate) fn sums(&self, cell: &Value, answers: i64) -> BTreeSet<i64> {
        let (low_band, high_band) = self.bands();
        let all = answers * self.lowest..=answers * self.highest;
        let is_low = |sum: &i64| sum - answers * self.lowest <= low_band;
        let is_high = |sum: &i64| answers * self.highest - sum <= high_band;
        match cell["state"].as_str() {
            Some("low") => all.filter(is_low).collect(),
            Some("high") => all.filter(|sum| is_high(sum) && !is_low(sum)).collect(),
            _ => match cell["mean"].as_str().and_then(Printed::read) {
                // Ours says by its state that a sum is in no band. Elsewhere there are no bands.
                Some(mean) if cell["state"] == "published" => mean
                    .sums(answers, self.lowest, self.highest)
                    .into_iter()
                    .filter(|sum| !is_low(sum) && !is_high(sum))
                    .collect(),
                Some(mean) => mean.sums(answers, self.lowest, self.highest),
                None => all.collect(),
            },
        }
    }

    /// How far from the ends of the scale a sum is shown as low and as high.
    fn bands(&self) -> (i64, i64) {
        let policy = &self.document["policy"];
        let insiders = policy["colluding_insiders"].as_i64().unwrap_or(0);
        let band = |insiders| insiders * (self.highest - self.lowest) + 1;
        (band(insiders), band(if policy["strict"] == true { insiders } else { 0 }))
    }

    /// The sums possible for `part` people of a block whose sum is one of these, when the answers of `known` others in
    /// it are known.
    pub(crate) fn part_sums(&self, sums: &BTreeSet<i64>, answers: i64, part: i64, known: &[i64]) -> BTreeSet<i64> {
        let rest = answers - part - i64::try_from(known.len()).unwrap_or(0);
        let own: i64 = known.iter().sum();
        let fits = |part: &i64| {
            sums.iter().any(|sum| (rest * self.lowest..=rest * self.highest).contains(&(sum - own - part)))
        };
        (part * self.lowest..=part * self.highest).filter(fits).collect()
    }

    /// What any one other person in the block may have answered, from the sums alone.
    pub(crate) fn person(&self, sums: &BTreeSet<i64>, answers: i64, known: &[i64]) -> BTreeSet<i64> {
        self.part_sums(sums, answers, 1, known)
    }

    /// What any one other person in the column may have answered, from everything that the row says of it and of the
    /// columns beside it: means, bands, and the distribution of the block, or of all blocks, where one is printed.
    ///
    /// # Errors
    /// When a distribution is printed in a form that the attacker has not been taught to read.
    pub(crate) fn person_in(
        &self,
        row: Row,
        columns: &[Column],
        of: &str,
        known: &[i64],
    ) -> Result<BTreeSet<i64>, Box<dyn Error>> {
        // Ours prints a distribution for each block, others print one over all.
        let of_block =
            self.row(row)["distributions"].as_array().and_then(|all| all.iter().find(|spread| spread["block"] == of));
        let columns = if of_block.is_some() {
            columns.iter().filter(|column| column.id == of).cloned().collect()
        } else {
            columns.to_vec()
        };
        let bins = Self::distribution(of_block.unwrap_or(&self.row(row)["distribution"]))?;
        let sums = |column: &Column| self.sums(self.cell(row, &column.id), column.answers);
        let own = columns.iter().find(|column| column.id == of).ok_or("no such column")?;
        let Some(bins) = bins else {
            return Ok(self.person(&sums(own), own.answers, known));
        };
        // Only blocks whose cell prints a mean are in a distribution.
        let counted = |column: &&Column| self.cell(row, &column.id)["state"] == "published";
        if !counted(&own) {
            return Ok(self.person(&sums(own), own.answers, known));
        }
        let tally = |counts: &[i64]| -> Vec<i64> {
            let of_bin = |bin: &Bin| {
                (self.lowest..)
                    .zip(counts)
                    .filter(|(value, _)| (bin.from..=bin.to).contains(value))
                    .map(|(_, count)| count)
                    .sum()
            };
            bins.iter().map(of_bin).collect()
        };
        // Every way to fill the bins by the blocks beside this one.
        let mut beside: BTreeSet<Vec<i64>> = [vec![0; bins.len()]].into();
        for column in columns.iter().filter(counted).filter(|column| column.id != of) {
            let fillings: BTreeSet<_> = self
                .histograms(column.answers)
                .iter()
                .filter(|(sum, _)| sums(column).contains(sum))
                .map(|(_, counts)| tally(counts))
                .collect();
            beside = beside
                .iter()
                .flat_map(|before| fillings.iter().map(|more| before.iter().zip(more).map(|(a, b)| a + b).collect()))
                .collect();
        }
        let mut possible = BTreeSet::new();
        for (sum, counts) in self.histograms(own.answers) {
            let filled = tally(&counts);
            let rest: Vec<i64> = bins.iter().zip(&filled).map(|(bin, filled)| bin.answers - filled).collect();
            if !sums(own).contains(&sum) || !beside.contains(&rest) {
                continue;
            }
            let others: Vec<(i64, i64)> = (self.lowest..)
                .zip(&counts)
                .map(|(value, count)| {
                    (value, count - i64::try_from(known.iter().filter(|own| **own == value).count()).unwrap_or(0))
                })
                .collect();
            if others.iter().all(|(_, count)| *count >= 0) {
                possible.extend(others.iter().filter(|(_, count)| *count > 0).map(|(value, _)| *value));
            }
        }
        Ok(possible)
    }

    /// Reads a distribution, if one is printed.
    fn distribution(printed: &Value) -> Result<Option<Vec<Bin>>, Box<dyn Error>> {
        let bins = match printed {
            Value::Null => return Ok(None),
            Value::Array(bins) => bins,
            Value::Object(parts) => match parts.get("bins").and_then(Value::as_array) {
                Some(bins) => bins,
                None if parts.contains_key("reason") => return Ok(None),
                None => return Err(format!("teach the attacker to read this distribution: {printed}").into()),
            },
            _ => return Err(format!("teach the attacker to read this distribution: {printed}").into()),
        };
        let read = |bin: &Value, names: &[&str]| names.iter().find_map(|name| bin[*name].as_i64());
        bins.iter()
            .map(|bin| {
                let from = read(bin, &["from", "lowest", "low", "value"]);
                let to = read(bin, &["to", "highest", "high", "value"]);
                let answers = read(bin, &["answers", "count", "people"]);
                match (from, to, answers) {
                    (Some(from), Some(to), Some(answers)) => Ok(Bin { from, to, answers }),
                    _ => Err(format!("teach the attacker to read this bin: {bin}").into()),
                }
            })
            .collect::<Result<Vec<_>, _>>()
            .map(Some)
    }

    /// Every histogram of this many answers, with its sum.
    pub(crate) fn histograms(&self, answers: i64) -> Vec<(i64, Vec<i64>)> {
        let mut partial: Vec<Vec<i64>> = vec![Vec::new()];
        for value in self.lowest..=self.highest {
            partial = partial
                .into_iter()
                .flat_map(|counts| {
                    let left = answers - counts.iter().sum::<i64>();
                    let least = if value == self.highest { left } else { 0 };
                    (least..=left).map(move |count| counts.iter().copied().chain([count]).collect())
                })
                .collect();
        }
        let sum = |counts: &[i64]| (self.lowest..).zip(counts).map(|(value, count)| value * count).sum();
        partial.into_iter().map(|counts| (sum(&counts), counts)).collect()
    }

    /// Every key that occurs anywhere in the document.
    pub(crate) fn keys(&self) -> BTreeSet<String> {
        fn collect(value: &Value, keys: &mut BTreeSet<String>) {
            match value {
                Value::Object(fields) => fields.iter().for_each(|(key, value)| {
                    keys.insert(key.clone());
                    collect(value, keys);
                }),
                Value::Array(items) => items.iter().for_each(|item| collect(item, keys)),
                _ => {}
            }
        }
        let mut keys = BTreeSet::new();
        collect(&self.document, &mut keys);
        keys
    }
}
