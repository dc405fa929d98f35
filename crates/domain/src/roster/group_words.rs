//! The words that people write for the groups of a round.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::columns::title;
use super::{GroupColumn, Mapping, Table};
use crate::text::{first_unseen, trim};
use crate::{GroupId, RaterGroup, RaterGroups};

/// The most words that are kept for a trust.
const MOST_WORDS: usize = 200;

/// The longest word that is kept, in characters.
const LONGEST_WORD: usize = 64;

/// Words for one group each, as people in school trusts use them. A word means the group of the round that is called
/// by another word of its line.
const COMMON: [&[&str]; 5] = [
    &[
        "trustee",
        "governor",
        "board",
        "board member",
        "trust board",
        "board of trustee",
        "governing board",
        "governing body",
        "local governor",
        "trustee and governor",
        "board of governor",
        "lgb",
        "local governing body",
        "local board",
        "non executive",
        "non executive director",
        "ned",
    ],
    &[
        "executive team",
        "executive",
        "exec",
        "exec team",
        "executive leader",
        "executive leadership team",
        "elt",
        "slt",
        "senior leadership team",
        "senior leader",
        "senior team",
        "leadership team",
        "leadership",
        "smt",
        "senior management team",
        "trust leader",
        "trust leadership",
        "trust leadership team",
        "central leadership",
        "trust executive",
        "trust executive team",
    ],
    &[
        "headteacher",
        "head",
        "head teacher",
        "principal",
        "head of school",
        "academy head",
        "academy principal",
        "school leader",
        "school head",
        "ht",
        "executive headteacher",
        "executive principal",
    ],
    &[
        "other staff",
        "staff",
        "colleague",
        "employee",
        "teacher",
        "teaching staff",
        "support staff",
        "central staff",
        "central team",
        "team member",
        "school staff",
        "staff member",
        "member of staff",
        "trust staff",
        "direct report",
        "associate staff",
    ],
    &[
        "external partner",
        "external",
        "partner",
        "stakeholder",
        "external stakeholder",
        "local authority",
        "la",
        "union",
        "trade union",
        "supplier",
        "consultant",
        "adviser",
        "dfe",
        "community partner",
        "partner organisation",
        "outside",
        "other external",
    ],
];

/// Which group each word means, where a person has said so. `Debug` shows the words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupWords(BTreeMap<String, GroupId>);

/// A word that is in a list's group column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupWord {
    /// As it is written first.
    pub word: String,
    /// In how many rows it is.
    pub rows: usize,
    /// The group that it means, where that is known.
    pub group: Option<GroupId>,
    /// How that is known.
    pub known: KnownBy,
}

/// How it is known what a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// It is the group's id or title.
    Title,
    /// A person has said so, now or for an earlier list.
    Person,
    /// It is common in school trusts: a proposal that a person should see.
    Common,
    /// It is not known.
    Nothing,
}

impl GroupWords {
    /// Lets a word mean a group. Case, hyphens and blanks make no difference.
    pub fn set(&mut self, word: &str, group: GroupId) {
        let word = title(word);
        if !word.is_empty() {
            self.0.insert(word, group);
        }
    }

    /// Takes back what a word means.
    pub fn unset(&mut self, word: &str) {
        self.0.remove(&title(word));
    }

    /// Takes what somebody has said of the words of a list: that one means a group, or none. Of a word that is not in the
    /// list nothing is taken.
    pub fn say(&mut self, of_list: &[GroupWord], said: &[(String, Option<GroupId>)]) {
        let of_list = titles(of_list);
        for (word, group) in said.iter().filter(|(word, _)| of_list.contains(&title(word))) {
            match group {
                Some(group) => self.set(word, group.clone()),
                None => self.unset(word),
            }
        }
    }

    /// The group of the round that a word stands for: what a person has said, else the one of this id or title.
    #[must_use]
    pub fn find<'a>(&self, word: &str, groups: &'a RaterGroups) -> Option<&'a RaterGroup> {
        let said = self.meaning(word).and_then(|group| groups.find(group.as_str()));
        said.or_else(|| find_group(groups, word))
    }

    /// The group that a word means, where a person has said so.
    #[must_use]
    pub fn meaning(&self, word: &str) -> Option<&GroupId> {
        if self.0.is_empty() { None } else { self.0.get(&title(word)) }
    }

    /// The words that can be kept for another list: those for groups of this round, without any that is long or could
    /// be an address, as where a person chose the wrong column first. Where there are too many, those of this list go
    /// before those of earlier ones.
    ///
    /// # Guarantee
    /// No word in it has an `@`.
    #[must_use]
    pub fn to_keep(&self, of_list: &[GroupWord], groups: &RaterGroups) -> Self {
        let of_list = titles(of_list);
        let fits = |(word, group): &(&String, &GroupId)| {
            !word.contains('@') && word.chars().count() <= LONGEST_WORD && groups.find(group.as_str()).is_some()
        };
        let (first, rest): (Vec<_>, Vec<_>) =
            self.0.iter().filter(fits).partition(|(word, _)| of_list.contains(word.as_str()));
        let kept = first.into_iter().chain(rest).take(MOST_WORDS);
        Self(kept.map(|(word, group)| (word.clone(), group.clone())).collect())
    }

    /// Every distinct word of the mapped column in the order of the table, and what it means: what a person has said,
    /// else the group of this id or title, else what is common. A common word is never a proposal for a named group,
    /// whose members the report names: somebody has to say that.
    #[must_use]
    pub fn of_table(&self, table: &Table, mapping: &Mapping, groups: &RaterGroups) -> Vec<GroupWord> {
        let GroupColumn::Column(at) = *mapping.group() else { return Vec::new() };
        let (mut words, mut places): (Vec<GroupWord>, BTreeMap<String, usize>) = (Vec::new(), BTreeMap::new());
        for written in table.below(mapping.header()).filter_map(|row| row.filled(at)) {
            let place = *places.entry(title(written)).or_insert_with(|| {
                let (group, known) = self.known(written, groups);
                words.push(GroupWord { word: written.to_owned(), rows: 0, group, known });
                words.len() - 1
            });
            if let Some(word) = words.get_mut(place) {
                word.rows += 1;
            }
        }
        words
    }

    fn known(&self, word: &str, groups: &RaterGroups) -> (Option<GroupId>, KnownBy) {
        let chosen = self.meaning(word).and_then(|group| groups.find(group.as_str()));
        let named = || find_group(groups, word);
        let common = || common(groups, word);
        let (found, known) = match (chosen, named) {
            (Some(group), _) => (Some(group), KnownBy::Person),
            (None, named) => match named() {
                Some(group) => (Some(group), KnownBy::Title),
                None => (common(), KnownBy::Common),
            },
        };
        (found.map(|group| group.id.clone()), if found.is_some() { known } else { KnownBy::Nothing })
    }
}

/// The words of a list as they are kept.
fn titles(of_list: &[GroupWord]) -> BTreeSet<String> {
    of_list.iter().map(|word| title(&word.word)).collect()
}

/// Whether a text is the name of a group or a word for one.
pub(super) fn is_group_word(groups: &RaterGroups, text: &str) -> bool {
    find_group(groups, text).is_some() || common(groups, text).is_some()
}

/// The group that somebody means: by its id, or by its title as they see it, in any case, in the plural or not.
pub(super) fn find_group<'a>(groups: &'a RaterGroups, wanted: &str) -> Option<&'a RaterGroup> {
    if first_unseen(wanted).is_some() {
        return None;
    }
    let (id, written, one) = (wanted.to_lowercase(), title(wanted), singular(wanted));
    if written.is_empty() {
        return None;
    }
    groups
        .find(&id)
        .or_else(|| only(groups, |group| title(group.id.as_str()) == written || title(&group.title) == written))
        .or_else(|| only(groups, |group| singular(group.id.as_str()) == one || singular(&group.title) == one))
}

/// The anonymous group that is called by a word with the same meaning.
fn common<'a>(groups: &'a RaterGroups, wanted: &str) -> Option<&'a RaterGroup> {
    if first_unseen(wanted).is_some() || trim(wanted).is_empty() {
        return None;
    }
    let word = singular(wanted);
    let alike = COMMON.iter().find(|words| words.contains(&word.as_str()))?;
    let called = |name: &str| alike.contains(&singular(name).as_str());
    only(groups, |group| called(group.id.as_str()) || called(&group.title)).filter(|group| !group.named)
}

/// The one group of which this is true: where two could be meant, neither is.
fn only(groups: &RaterGroups, matches: impl Fn(&RaterGroup) -> bool) -> Option<&RaterGroup> {
    let mut found = groups.as_slice().iter().filter(|group| matches(group));
    found.next().filter(|_| found.next().is_none())
}

fn singular(text: &str) -> String {
    let words = title(text);
    let words: Vec<_> = words.split(' ').map(|word| word.strip_suffix('s').unwrap_or(word)).collect();
    words.join(" ")
}
