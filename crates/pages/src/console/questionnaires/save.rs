//! From the form to a questionnaire: ids for what is new, and what is wrong with which field.

use std::collections::BTreeSet;

use candour_domain::framework::{FrameworkContent, FrameworkDocument, FrameworkError};
use candour_domain::scale::{LONGEST_LABEL, ScalePoint};
use candour_domain::{Competency, CompetencyId, Framework, GroupId, Item, ItemId, Prompt, PromptId, Scale};

use super::Found;
use super::sheet::{Line, Part, Sheet};
use crate::console::form::Wrong;
use crate::frame::{Said, Say};

/// Room that is left in a key or an id for a number.
const LONGEST_NAME: usize = 48;

/// The questionnaire that the form describes.
///
/// What was there keeps its id, by which rounds are compared. What is new gets one that no version has had.
///
/// # Errors
/// Everything that is wrong, each with its field.
pub(super) fn content(say: Say, sheet: &Sheet, found: &Found, is_other: bool) -> Result<FrameworkContent, Vec<Wrong>> {
    let mut errors = Vec::new();
    let (key, key_is_bad) =
        if is_other { other_key(&sheet.title, found) } else { (found.framework.key().to_owned(), false) };
    if key_is_bad {
        errors.push(Wrong::at("title", Said::of(say.edit_wrong_key())));
    }
    let mut ids = Ids::of(found);
    let competencies = sheet.parts.iter().filter_map(|part| ids.part(part)).collect();
    let prompts = sheet.prompts.iter().filter_map(|line| ids.prompt(line)).collect();
    let Some(scale) = scale(say, sheet, found.framework.scale(), &mut errors) else { return Err(errors) };
    let document = FrameworkDocument {
        key,
        title: sheet.title.clone(),
        minutes: sheet.minutes.trim().parse().unwrap_or_default(),
        scale,
        competencies,
        prompts,
    };
    match FrameworkContent::parse(document) {
        Ok(content) if errors.is_empty() => Ok(content),
        Ok(_) => Err(errors),
        Err(refused) => {
            errors.extend(refused.into_iter().map(|error| wrong(say, error)));
            Err(errors)
        }
    }
}

/// Whether two questionnaires ask the same in the same words, whatever the ids of what they ask.
pub(super) fn reads_alike(one: &FrameworkContent, other: &FrameworkContent) -> bool {
    let plain = |content: &FrameworkContent| {
        let document = content.document().clone();
        let parts: Vec<_> = document
            .competencies
            .into_iter()
            .map(|part| {
                (part.title, part.items.into_iter().map(|item| (item.own, item.others, item.asks)).collect::<Vec<_>>())
            })
            .collect();
        let prompts: Vec<_> = document.prompts.into_iter().map(|prompt| (prompt.own, prompt.others)).collect();
        (document.title, document.minutes, document.scale, parts, prompts)
    };
    plain(one) == plain(other)
}

/// The scale with its words as typed. What is wrong with them is noted, and they stand in for themselves no longer.
fn scale(say: Say, sheet: &Sheet, before: &Scale, errors: &mut Vec<Wrong>) -> Option<Scale> {
    let mut label = |field: String, text: &str| {
        let fits = !text.trim().is_empty() && text.chars().count() <= LONGEST_LABEL;
        if !fits {
            errors.push(Wrong::at(field, Said::of(say.edit_wrong_label())));
        }
        if fits { text.to_owned() } else { "-".to_owned() }
    };
    let points = before.points().iter().enumerate().map(|(at, point)| {
        let text = sheet.labels.get(at).map_or("", String::as_str);
        ScalePoint { value: point.value, label: label(format!("label.{at}"), text) }
    });
    let points = points.collect();
    let not_observed = label("not-observed".to_owned(), &sheet.not_observed);
    let scale = Scale::new(points, not_observed).ok()?;
    Some(match before.harmful_end() {
        Some(end) => scale.with_harmful_end(end),
        None => scale,
    })
}

/// Ids: those that the version before has, and new ones.
struct Ids<'a> {
    before: &'a Framework,
    /// Every id that a version of the questionnaire has had.
    taken: BTreeSet<String>,
}

impl<'a> Ids<'a> {
    fn of(found: &'a Found) -> Self {
        let mut taken = BTreeSet::new();
        for version in &found.family {
            taken.extend(version.competencies().iter().map(|competency| competency.id.to_string()));
            taken.extend(version.items().map(|item| item.id.to_string()));
            taken.extend(version.prompts().iter().map(|prompt| prompt.id.to_string()));
        }
        Self { before: &found.framework, taken }
    }

    fn part(&mut self, part: &Part) -> Option<Competency> {
        let known = self.before.competencies().iter().find(|competency| competency.id.as_str() == part.id);
        let id = match known {
            Some(competency) => competency.id.clone(),
            None => CompetencyId::parse(&self.new_name(&part.title, "part")).ok()?,
        };
        let items = part.lines.iter().filter_map(|line| self.item(line, id.as_str())).collect();
        Some(Competency { id, title: part.title.clone(), items })
    }

    fn item(&mut self, line: &Line, part: &str) -> Option<Item> {
        let id = match self.before.item(&line.id) {
            Some(item) => item.id.clone(),
            None => ItemId::parse(&self.new_number(part)).ok()?,
        };
        let asks = line.asks.iter().filter_map(|group| GroupId::parse(group).ok()).collect();
        let asks = in_order(asks, self.before.item(&line.id));
        Some(Item { id, own: line.own.clone(), others: line.others.clone(), asks })
    }

    fn prompt(&mut self, line: &Line) -> Option<Prompt> {
        let known = self.before.prompts().iter().find(|prompt| prompt.id.as_str() == line.id);
        let id = match known {
            Some(prompt) => prompt.id.clone(),
            None => PromptId::parse(&self.new_number("question")).ok()?,
        };
        Some(Prompt { id, own: line.own.clone(), others: line.others.clone() })
    }

    /// A name from a title, with a number where it is taken.
    fn new_name(&mut self, title: &str, otherwise: &str) -> String {
        let name = slug(title).unwrap_or_else(|| otherwise.to_owned());
        if self.taken.insert(name.clone()) { name } else { self.new_number(&name) }
    }

    /// The name with the next number that nothing has had.
    fn new_number(&mut self, name: &str) -> String {
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let numbered = |number: &usize| format!("{name}.{number}");
        let number =
            (1..=self.taken.len() + 1).find(|number| !self.taken.contains(&numbered(number))).unwrap_or_default();
        self.taken.insert(numbered(&number));
        numbered(&number)
    }
}

/// The groups in the order in which the version before has them, so that what was not changed stays as it was.
fn in_order(asks: Vec<GroupId>, before: Option<&Item>) -> Vec<GroupId> {
    let Some(before) = before else { return asks };
    let (mut kept, mut new): (Vec<_>, Vec<_>) = asks.into_iter().partition(|group| before.asks.contains(group));
    kept.sort_by_key(|group| before.asks.iter().position(|asked| asked == group));
    kept.append(&mut new);
    kept
}

/// The key of another questionnaire, from its title, and whether nothing could be made of that.
fn other_key(title: &str, found: &Found) -> (String, bool) {
    let Some(name) = slug(title) else { return ("questionnaire".to_owned(), true) };
    let is_taken = |key: &str| key == found.framework.key() || found.others.iter().any(|other| other.key() == key);
    let numbered = (2..=found.others.len() + 3).map(|number| format!("{name}-{number}"));
    let key = std::iter::once(name.clone()).chain(numbered).find(|key| !is_taken(key));
    (key.unwrap_or(name), false)
}

/// A title as a name: small letters and digits, with hyphens between.
fn slug(title: &str) -> Option<String> {
    let words = title.to_lowercase();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-");
    let name = name.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let name: String = name.chars().take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}

/// What the domain says of a place in the document, said of a field of the form.
fn wrong(say: Say, error: FrameworkError) -> Wrong {
    let path: Vec<&str> = error.pointer.split('/').skip(1).collect();
    let field = match *path.as_slice() {
        ["scale", "points", at, ..] => format!("label.{at}"),
        ["scale", ..] => "not-observed".to_owned(),
        ["competencies", part, "items", line, field] => format!("c.{part}.{line}.{}", named(field)),
        ["competencies", part, "items"] => format!("add.c.{part}"),
        ["competencies", part, field] => format!("c.{part}.{}", named(field)),
        ["competencies"] => "add.c".to_owned(),
        ["prompts", line, field] => format!("p.{line}.{}", named(field)),
        ["prompts"] => "add.p".to_owned(),
        ["key"] => "title".to_owned(),
        _ => path.join("."),
    };
    let text = match *path.as_slice() {
        ["minutes"] => Some(Said::of(say.edit_wrong_minutes())),
        ["key"] => Some(Said::of(say.edit_wrong_key())),
        ["competencies"] => Some(Said::of(say.edit_wrong_no_parts())),
        ["competencies", _, "items"] => Some(Said::of(say.edit_wrong_no_items())),
        // Of a character that nobody sees, the domain knows which it is.
        _ if !error.message.starts_with("give ") => None,
        ["title"] => Some(Said::of(say.edit_wrong_title())),
        [.., "title"] => Some(Said::of(say.edit_wrong_heading())),
        [.., "others"] => Some(Said::of(say.edit_wrong_others())),
        [.., "self"] => Some(Said::of(say.edit_wrong_own())),
        _ => None,
    };
    let text = text.unwrap_or_else(|| Wrong::of("", error).text);
    Wrong::at(field, text)
}

fn named(field: &str) -> &str {
    if field == "self" { "own" } else { field }
}
