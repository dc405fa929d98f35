//! Ground truth: every data set of a tiny review is released, and data sets that release the same bytes are what a
//! reader cannot tell apart. Nobody may know somebody else's answer in any of them: not an outsider, and not a rater
//! who knows their own answers; but for the highest mark, which a rater may infer unless the policy is strict. Nothing
//! is assumed about the rule.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;

use candour_domain::policy::PolicyRequest;
use serde_json::Value;

use super::naive::Naive;
use crate::world::{Ballot, Outcome, Prepared, World};

type Row = Vec<Option<u8>>;
type Person = (usize, Row);
/// For a kind of people and an item, the answers possible, a bit for each.
type Seen = HashMap<(usize, usize), u16>;
type Published = Result<String, Box<dyn Error>>;

/// A review small enough to try all of its data sets.
#[derive(Clone, Debug)]
struct Tiny {
    points: u8,
    /// The people by group, and for each which items they answer: `xx` both of two, `x-` the first.
    groups: &'static str,
    policy: PolicyRequest,
}

/// What the readers of all releases find out.
#[derive(Debug, Default)]
struct Found {
    data_sets: usize,
    releases: usize,
    /// Answers that an outsider knows: a release, a person and an item.
    by_outsiders: usize,
    /// Answers below the highest mark that insiders know: a release, what they answered, a person and an item.
    by_insiders: usize,
    /// Highest marks that insiders know.
    top_marks: usize,
    /// Releases in which an item cell prints a mean.
    with_means: usize,
    /// Different documents when what cells show, and what is computed from it, is left out.
    outlines: BTreeSet<String>,
}

fn policy(threshold: u32, colluding_insiders: u32, strict: bool) -> PolicyRequest {
    PolicyRequest {
        threshold: Some(threshold),
        colluding_insiders: Some(colluding_insiders),
        strict: Some(strict),
        ..PolicyRequest::default()
    }
}

impl Tiny {
    fn people(&self) -> Vec<(usize, &'static str)> {
        self.groups
            .split('|')
            .enumerate()
            .flat_map(|(group, masks)| masks.split_whitespace().map(move |mask| (group, mask)))
            .collect()
    }

    fn world(&self) -> World {
        let items = self.people().first().map_or(0, |(_, mask)| mask.len());
        let mut world = World::new(&[items], &vec![&[][..]; self.groups.split('|').count()]);
        world.points = self.points;
        world.policy = self.policy;
        world
    }

    /// Every row that somebody with this mask can answer.
    fn rows(&self, mask: &str) -> Vec<Row> {
        mask.chars().fold(vec![Vec::new()], |rows, asked| {
            let answers: Vec<Option<u8>> =
                if asked == 'x' { (1..=self.points).map(Some).collect() } else { vec![None] };
            rows.iter()
                .flat_map(|row| answers.iter().map(|answer| row.iter().copied().chain([*answer]).collect()))
                .collect()
        })
    }

    /// Every data set. With `once`, people of one group who answer the same items are taken in one order only; the rest
    /// follows from `guarantee_the_order_of_ballots_changes_nothing`.
    fn data_sets(&self, once: bool) -> Vec<Vec<Person>> {
        let mut sets: Vec<Vec<Person>> = vec![Vec::new()];
        let mut before = None;
        for (group, mask) in self.people() {
            let rows = self.rows(mask);
            let ordered = once && before == Some((group, mask));
            let extend = |set: &Vec<Person>| {
                let least = if ordered { set.last().map(|(_, row)| row.clone()) } else { None };
                let rows = rows.iter().filter(move |row| least.as_ref().is_none_or(|least| *row >= least));
                rows.map(|row| set.iter().cloned().chain([(group, row.clone())]).collect::<Vec<_>>())
                    .collect::<Vec<_>>()
            };
            sets = sets.iter().flat_map(extend).collect();
            before = Some((group, mask));
        }
        sets
    }

    fn ours(&self) -> Result<impl FnMut(&[Person]) -> Published, Box<dyn Error>> {
        let mut prepared = Prepared::new(&self.world())?;
        Ok(move |people: &[Person]| prepared.publish(people))
    }

    fn naive(&self, decimals: u32) -> impl FnMut(&[Person]) -> Published {
        let (empty, rule) = (self.world(), Naive::new(self.policy.threshold.unwrap_or(4) as usize, decimals));
        move |people: &[Person]| {
            let mut world = empty.clone();
            for (group, row) in people {
                world.groups[*group].push(Ballot { answers: row.clone(), comments: Vec::new() });
            }
            Ok(rule.publish(&world))
        }
    }

    /// Tries every data set, with everybody in their own place.
    fn try_all(&self, mut release: impl FnMut(&[Person]) -> Published) -> Result<Found, Box<dyn Error>> {
        let sets = self.data_sets(false);
        let mut found = Found { data_sets: sets.len(), ..Found::default() };
        let releases = found.sort(&sets, &mut release)?;
        let people = self.people();
        let coalitions = coalitions(people.len(), self.policy.colluding_insiders.unwrap_or(1) as usize);
        for alike in &releases {
            for coalition in &coalitions {
                let mut possible: HashMap<Vec<&Row>, Vec<u16>> = HashMap::new();
                for set in alike {
                    let known = coalition.iter().map(|&at| &set[at].1).collect();
                    let seen = possible.entry(known).or_default();
                    let answers =
                        set.iter().flat_map(|(_, row)| row).map(|answer| answer.map_or(0, |answer| 1 << answer));
                    seen.resize(people.len() * people[0].1.len(), 0);
                    seen.iter_mut().zip(answers).for_each(|(seen, answer)| *seen |= answer);
                }
                for seen in possible.values() {
                    let others = seen.chunks(people[0].1.len()).enumerate().filter(|(at, _)| !coalition.contains(at));
                    found.judge(others.flat_map(|(_, answers)| answers).copied(), coalition.is_empty(), self.points);
                }
            }
        }
        Ok(found)
    }

    /// Tries every data set, people who cannot be told apart by group and mask in one order only; for one insider.
    fn try_once(&self, mut release: impl FnMut(&[Person]) -> Published) -> Result<Found, Box<dyn Error>> {
        let sets = self.data_sets(true);
        let mut found = Found { data_sets: sets.len(), ..Found::default() };
        let releases = found.sort(&sets, &mut release)?;
        let people = self.people();
        let kind = |at: usize| people.iter().position(|person| *person == people[at]).unwrap_or(at);
        for alike in &releases {
            let mut possible: HashMap<Option<(usize, &Row)>, Seen> = HashMap::new();
            for set in alike {
                for insider in std::iter::once(None).chain((0..people.len()).map(Some)) {
                    let seen = possible.entry(insider.map(|at| (kind(at), &set[at].1))).or_default();
                    for (at, (_, row)) in set.iter().enumerate().filter(|(at, _)| Some(*at) != insider) {
                        for (item, answer) in row.iter().enumerate() {
                            *seen.entry((kind(at), item)).or_default() |= answer.map_or(0, |answer| 1 << answer);
                        }
                    }
                }
            }
            for (insider, seen) in &possible {
                found.judge(seen.values().copied(), insider.is_none(), self.points);
            }
        }
        Ok(found)
    }
}

impl Found {
    /// Releases every data set and puts those together that release the same bytes.
    fn sort<'a>(
        &mut self,
        sets: &'a [Vec<Person>],
        release: &mut impl FnMut(&[Person]) -> Published,
    ) -> Result<Vec<Vec<&'a Vec<Person>>>, Box<dyn Error>> {
        let mut alike: HashMap<String, Vec<&Vec<Person>>> = HashMap::new();
        for set in sets {
            alike.entry(release(set)?).or_default().push(set);
        }
        self.releases = alike.len();
        for text in alike.keys() {
            let document: Value = serde_json::from_str(text)?;
            let items = document["competencies"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|row| row["items"].as_array())
                .flatten();
            let mut cells = items.filter_map(|item| item["cells"].as_array()).flatten();
            self.with_means += usize::from(cells.any(|cell| cell["mean"].is_string()));
            self.outlines.insert(outline(&document).to_string());
        }
        Ok(alike.into_values().collect())
    }

    /// Counts the answers, as sets of bits of what is possible, of which only one is left.
    fn judge(&mut self, possible: impl Iterator<Item = u16>, outsider: bool, points: u8) {
        for answers in possible.filter(|answers| answers.is_power_of_two()) {
            *if outsider {
                &mut self.by_outsiders
            } else if answers == 1 << points {
                &mut self.top_marks
            } else {
                &mut self.by_insiders
            } += 1;
        }
    }
}

/// Every set of at most `most` people.
fn coalitions(people: usize, most: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    let mut last = all.clone();
    for _ in 0..most {
        last = last
            .iter()
            .flat_map(|set| (set.last().map_or(0, |at| at + 1)..people).map(|at| [set.as_slice(), &[at]].concat()))
            .collect();
        all.extend(last.iter().cloned());
    }
    all
}

/// A document without what its cells show and what is computed from that. What is left may depend on counts only.
fn outline(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let shown = ["published", "low", "high"].map(Value::from);
            let computed =
                ["mean", "gap", "quadrant", "distributions", "favourable", "approximate", "top_mark_inferences"];
            let kept = fields.iter().filter(|(key, _)| !computed.contains(&key.as_str()));
            kept.map(|(key, value)| (key.clone(), if shown.contains(value) { "shown".into() } else { outline(value) }))
                .collect()
        }
        Value::Array(items) => items.iter().map(outline).collect(),
        other => other.clone(),
    }
}

/// What must hold of ours, whatever the review.
fn assert_safe(tiny: &Tiny, found: &Found) {
    let strict = tiny.policy.strict == Some(true);
    assert_eq!((found.by_outsiders, found.by_insiders), (0, 0), "{tiny:?}");
    assert_eq!(
        found.top_marks == 0,
        strict,
        "{tiny:?}: by default a rater may infer the highest mark, and nothing else"
    );
    assert!(found.with_means > 0, "{tiny:?}: where nothing but bands is shown, nothing is tried");
    assert_eq!(
        found.outlines.len(),
        1,
        "{tiny:?}: what is hidden, and everything that is no cell, depends on counts only"
    );
}

#[test]
fn guarantee_nobody_knows_an_answer_in_any_data_set_of_two_items() -> Outcome {
    for (groups, threshold, strict, data_sets) in [
        ("xx xx xx xx", 4, false, 6561),
        ("xx xx xx xx", 4, true, 6561),
        ("xx xx | xx -x", 3, false, 2187),
        ("xx xx | x- x-", 4, false, 729),
        ("x- xx | xx -x", 3, false, 729),
    ] {
        let tiny = Tiny { points: 3, groups, policy: policy(threshold, 1, strict) };
        let found = tiny.try_all(tiny.ours()?)?;
        assert_eq!(found.data_sets, data_sets);
        assert_safe(&tiny, &found);
    }
    Ok(())
}

#[test]
fn guarantee_nobody_knows_an_answer_in_any_data_set_of_one_item() -> Outcome {
    for (points, groups, threshold, data_sets) in [
        (3, "x x x x | x x x", 3, 2187),
        (3, "x x x x | x x x", 4, 2187),
        (3, "x x x | x x x - -", 4, 729),
        (4, "x x x | x x x", 3, 4096),
        (4, "x x x x x | -", 4, 1024),
        (5, "x x x", 3, 125),
        (5, "x x x | x x", 4, 3125),
    ] {
        let tiny = Tiny { points, groups, policy: policy(threshold, 1, false) };
        let found = tiny.try_all(tiny.ours()?)?;
        assert_eq!(found.data_sets, data_sets);
        assert_safe(&tiny, &found);
    }
    Ok(())
}

#[test]
fn guarantee_two_raters_who_pool_what_they_know_find_out_no_more_where_the_policy_counts_on_it() -> Outcome {
    for (points, groups, threshold, strict) in
        [(3, "x x x x x", 4, false), (3, "x x x x x x", 4, true), (5, "x x x x", 4, false), (5, "x x x x x", 5, true)]
    {
        let tiny = Tiny { points, groups, policy: policy(threshold, 2, strict) };
        assert_safe(&tiny, &tiny.try_all(tiny.ours()?)?);
    }
    let unforeseen = Tiny { points: 5, groups: "x x x x", policy: policy(4, 1, false) };
    let mut of_two = unforeseen.clone();
    of_two.policy.colluding_insiders = Some(2);
    let found = of_two.try_all(unforeseen.ours()?)?;
    assert!(found.by_insiders > 0, "more raters than the policy counts on do find out more");
    Ok(())
}

/// Larger reviews: every data set, but people of one group who answer the same items in one order only.
#[test]
fn guarantee_nobody_knows_an_answer_in_any_data_set_of_two_blocks() -> Outcome {
    for (points, groups, threshold, data_sets) in [
        (3, "xx xx xx | x- x- x-", 3, 165 * 10),
        (2, "xx xx xx xx xx | xx xx xx xx xx", 5, 56 * 56),
        (3, "x x x x x | x x x x x", 4, 21 * 21),
        (4, "x x x x x | x x x x x", 5, 56 * 56),
        (5, "x x x x | x x x x x", 4, 70 * 126),
        (5, "x x x x x | x x x x x", 4, 126 * 126),
        (5, "x x x x x x x x x x", 4, 1001),
    ] {
        let tiny = Tiny { points, groups, policy: policy(threshold, 1, false) };
        let found = tiny.try_once(tiny.ours()?)?;
        assert_eq!(found.data_sets, data_sets);
        assert_safe(&tiny, &found);
    }
    Ok(())
}

/// The same trial finds out a great deal from a rule that keeps hidden groups in the total.
#[test]
fn the_same_trial_finds_answers_in_the_releases_of_a_naive_rule() -> Outcome {
    for (points, groups, threshold, by_outsiders, by_insiders) in
        [(3, "xx xx xx | xx", 3, 1638, 13338), (3, "x- xx xx xx", 3, 399, 3096), (5, "x x x x | x", 4, 125, 1360)]
    {
        let tiny = Tiny { points, groups, policy: policy(threshold, 1, false) };
        let found = tiny.try_all(tiny.naive(1))?;
        assert_eq!((found.by_outsiders, found.by_insiders), (by_outsiders, by_insiders), "{tiny:?}");
    }
    Ok(())
}

/// Why a result does not say how often a rater could infer that all others gave the highest mark: of three people with
/// a sum of 13, none of whom could, nobody gave a 3, so the person who gave the 5 knows both 4s.
#[test]
fn the_number_of_top_mark_inferences_would_itself_give_answers_away() -> Outcome {
    let tiny = Tiny { points: 5, groups: "x x x", policy: policy(3, 1, false) };
    let mut release = tiny.ours()?;
    let with_number = |people: &[Person]| {
        let others_gave_the_top =
            |at: usize| people.iter().enumerate().all(|(other, (_, row))| other == at || row[0] == Some(5));
        let mut document: Value = serde_json::from_str(&release(people)?)?;
        let printed = document["competencies"][0]["items"][0]["cells"][0]["mean"].is_string();
        let inferences =
            (0..people.len()).filter(|at| printed && others_gave_the_top(*at)).count() * (people.len() - 1);
        document["audit"] = serde_json::json!({"top_mark_inferences": inferences});
        Ok(document.to_string())
    };
    let found = tiny.try_all(with_number)?;
    assert!(found.by_insiders > 0, "{found:?}");
    assert_eq!(tiny.try_all(tiny.ours()?)?.by_insiders, 0);
    Ok(())
}

/// Every policy, and scales of 2 to 5 points, over the smallest reviews: also where the two bands are so wide that they
/// meet.
#[test]
fn guarantee_nobody_knows_an_answer_under_any_policy_and_on_any_scale() -> Outcome {
    for (points, groups) in
        (2..=5).flat_map(|points| ["x x x", "x x x x", "x x | x x x", "x x x | x x x"].map(|groups| (points, groups)))
    {
        let people = groups.matches('x').count();
        if usize::from(points).pow(u32::try_from(people)?) > 1100 {
            continue;
        }
        for threshold in 3..=u32::try_from(people)? {
            for (insiders, strict) in (1..=threshold - 2).flat_map(|insiders| [(insiders, false), (insiders, true)]) {
                let tiny = Tiny { points, groups, policy: policy(threshold, insiders, strict) };
                let found = tiny.try_all(tiny.ours()?)?;
                assert_eq!((found.by_outsiders, found.by_insiders), (0, 0), "{tiny:?}");
                assert!(!strict || found.top_marks == 0, "{tiny:?}: {} highest marks are known", found.top_marks);
                assert_eq!(found.outlines.len(), 1, "{tiny:?}");
            }
        }
    }
    Ok(())
}
