//! The release rule of many products, for comparison: a group below `k` is hidden and stays in the total.

use serde_json::{Map, Value, json};

use crate::world::{Ballot, World};

/// "Hide below k, keep in the total." A competency is the mean of the raters' own means; all raters are everybody who
/// answered, the named chair included. The number of answers is printed beside every mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Naive {
    pub(crate) threshold: usize,
    /// Decimals of every printed number.
    pub(crate) decimals: u32,
    pub(crate) habits: &'static [Habit],
}

/// What such products do besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Looks at the size of the group only, not at how many answered the item.
    IgnoresMissingAnswers,
    /// A competency is the mean of its items' means, the hidden ones included.
    ItemMeans,
    /// When one group is hidden, hides the smallest of the others too, and keeps both in the total.
    DropsNextSmallest,
    /// Hides a cell in which everybody gave the same answer, and says so.
    HidesUnanimous,
    /// Prints the standard deviation.
    Spread,
    /// Prints the lowest and the highest answer.
    Extremes,
    /// Prints how often each answer was given.
    Distribution,
    /// Prints the share of the two highest answers in per cent.
    Favourable,
    /// Lists the items of a competency from the best to the worst, by means that are not rounded.
    Ranks,
    /// Lists comments in the order in which they came, with a running number and the time.
    OrderOfArrival,
}

/// A fraction of whole numbers; the denominator is positive.
type Fraction = (i64, i64);

impl Naive {
    pub(crate) fn new(threshold: usize, decimals: u32) -> Self {
        Self { threshold, decimals, habits: &[] }
    }

    pub(crate) fn with(mut self, habits: &'static [Habit]) -> Self {
        self.habits = habits;
        self
    }

    /// The published document, as text.
    pub(crate) fn publish(self, world: &World) -> String {
        let mut columns: Vec<(String, &[Ballot], bool)> = world
            .groups
            .iter()
            .enumerate()
            .map(|(at, ballots)| (format!("g{at}"), ballots.as_slice(), false))
            .collect();
        columns.push(("chair".to_owned(), world.chair.as_slice(), true));
        let hidden = self.hidden(&columns);
        let is_open = |column: &(String, &[Ballot], bool)| column.2 || !hidden.contains(&column.0);
        let everybody: Vec<&Ballot> = columns.iter().flat_map(|column| column.1).collect();
        let mut place = 0;
        let mut competencies = Vec::new();
        for &size in &world.sizes {
            let places: Vec<usize> = (place..place + size).collect();
            place += size;
            let row = |places: &[usize]| {
                let shown = columns.iter().filter(|column| !column.1.is_empty());
                let cells: Vec<Value> = shown
                    .map(|column| {
                        let ballots: Vec<&Ballot> = column.1.iter().collect();
                        let enough = column.2 || places.len() > 1 || self.enough(&ballots, places[0]);
                        let mut cell = if is_open(column) && enough {
                            self.cell(&ballots, places, world.points)
                        } else {
                            Map::new()
                        };
                        cell.insert("block".to_owned(), json!(column.0));
                        Value::Object(cell)
                    })
                    .collect();
                json!({"cells": cells, "all": self.cell(&everybody, places, world.points)})
            };
            let mut competency = row(&places);
            competency["items"] = places.iter().map(|&place| row(&[place])).collect();
            if self.has(Habit::Ranks) {
                competency["ranks"] = ranks(&everybody, &places);
            }
            competencies.push(competency);
        }
        let groups: Vec<_> = columns
            .iter()
            .map(|(id, ballots, named)| json!({"id": id, "responded": ballots.len(), "named": named}))
            .collect();
        let scale: Vec<_> = (1..=world.points).map(|value| json!({"value": value})).collect();
        let prompts =
            ["keep", "more"].map(|prompt| json!({"prompt": prompt, "comments": self.comments(&everybody, prompt)}));
        json!({
            "scale": scale, "policy": {"threshold": self.threshold}, "groups": groups, "competencies": competencies, "comments": prompts,
        })
        .to_string()
    }

    fn has(self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }

    fn enough(self, ballots: &[&Ballot], place: usize) -> bool {
        self.has(Habit::IgnoresMissingAnswers) || answers(ballots, place).len() >= self.threshold
    }

    fn hidden(self, columns: &[(String, &[Ballot], bool)]) -> Vec<String> {
        let mut sizes: Vec<_> =
            columns.iter().filter(|column| !column.2).map(|column| (column.1.len(), column.0.clone())).collect();
        sizes.sort();
        let mut hidden: Vec<_> =
            sizes.iter().filter(|(size, _)| *size < self.threshold).map(|(_, id)| id.clone()).collect();
        if hidden.len() == 1 && self.has(Habit::DropsNextSmallest) {
            hidden.extend(sizes.iter().find(|(size, _)| *size >= self.threshold).map(|(_, id)| id.clone()));
        }
        hidden
    }

    /// What is printed of these raters on these items.
    fn cell(self, ballots: &[&Ballot], places: &[usize], points: u8) -> Map<String, Value> {
        let mut cell = Map::new();
        let given: Vec<i64> = places.iter().flat_map(|&place| answers(ballots, place)).collect();
        if given.is_empty() {
            return cell;
        }
        if self.has(Habit::HidesUnanimous) && given.iter().all(|answer| *answer == given[0]) {
            cell.insert("reason".to_owned(), json!("no_variation"));
            return cell;
        }
        let mean = if self.has(Habit::ItemMeans) {
            mean(places.iter().filter_map(|&place| mean(answers(ballots, place).into_iter().map(|answer| (answer, 1)))))
        } else {
            mean(ballots.iter().filter_map(|ballot| {
                let own: Vec<i64> =
                    places.iter().filter_map(|&place| ballot.answers.get(place).copied()?.map(i64::from)).collect();
                mean(own.into_iter().map(|answer| (answer, 1)))
            }))
        };
        cell.insert("answers".to_owned(), json!(given.len()));
        cell.insert("mean".to_owned(), json!(mean.map(|mean| self.printed(mean))));
        for habit in self.habits {
            let (name, value) = match habit {
                Habit::Spread => ("sd", spread(&given).map_or(Value::Null, Value::String)),
                Habit::Extremes => ("extremes", json!([given.iter().min(), given.iter().max()])),
                Habit::Distribution => {
                    let bin = |value: i64| json!({"from": value, "to": value, "answers": given.iter().filter(|answer| **answer == value).count()});
                    ("distribution", (1..=i64::from(points)).map(bin).collect())
                }
                Habit::Favourable => {
                    let favourable = given.iter().filter(|answer| **answer >= i64::from(points) - 1).count();
                    ("favourable", json!(100 * favourable / given.len()))
                }
                _ => continue,
            };
            cell.insert(name.to_owned(), value);
        }
        cell
    }

    fn comments(self, ballots: &[&Ballot], prompt: &str) -> Vec<Value> {
        let said = ballots.iter().flat_map(|ballot| &ballot.comments).filter(|(asked, _)| *asked == prompt);
        said.enumerate()
            .map(|(at, (_, text))| {
                if self.has(Habit::OrderOfArrival) {
                    json!({"id": at + 1, "at": at + 1, "text": text})
                } else {
                    json!({"text": text})
                }
            })
            .collect()
    }

    /// A fraction, half up.
    fn printed(self, (numerator, denominator): Fraction) -> String {
        let unit = 10_i64.pow(self.decimals);
        let units = (2 * numerator * unit + denominator) / (2 * denominator);
        format!("{}.{:0width$}", units / unit, units % unit, width = self.decimals as usize)
    }
}

fn answers(ballots: &[&Ballot], place: usize) -> Vec<i64> {
    ballots.iter().filter_map(|ballot| ballot.answers.get(place).copied()?.map(i64::from)).collect()
}

/// The items, best first.
fn ranks(ballots: &[&Ballot], places: &[usize]) -> Value {
    let mut items: Vec<_> =
        places.iter().map(|&place| (answers(ballots, place).iter().sum::<i64>(), place - places[0])).collect();
    items.sort_by_key(|(sum, place)| (-sum, *place));
    items.into_iter().map(|(_, place)| place).collect()
}

fn mean(values: impl Iterator<Item = Fraction>) -> Option<Fraction> {
    let mut count = 0;
    let (numerator, denominator) = values.fold((0, 1), |(sum, of), (numerator, denominator)| {
        count += 1;
        if of == denominator {
            (sum + numerator, of)
        } else {
            reduced((sum * denominator + numerator * of, of * denominator))
        }
    });
    (count > 0).then_some((numerator, denominator * count))
}

fn reduced((numerator, denominator): Fraction) -> Fraction {
    let (mut a, mut b) = (numerator.abs(), denominator);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (numerator / a, denominator / a)
}

/// The standard deviation (n - 1) to two decimals in whole numbers; `None` for one answer.
pub(crate) fn spread(given: &[i64]) -> Option<String> {
    let n = i64::try_from(given.len()).ok()?;
    let (sum, squares) = (given.iter().sum::<i64>(), given.iter().map(|answer| answer * answer).sum::<i64>());
    if n < 2 {
        return None;
    }
    // The largest t with t - 1/2 <= 100 SD, where SD squared is (n squares - sum²) / (n (n - 1)).
    let fits = |t: i64| (2 * t - 1).pow(2) * n * (n - 1) <= 40_000 * (n * squares - sum * sum);
    let hundredths = (1..1000).take_while(|&t| fits(t)).last().unwrap_or(0);
    Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
}
