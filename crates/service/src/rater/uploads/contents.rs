//! What is in a list that has been uploaded, and how somebody has said it is to be read.

use std::collections::{BTreeMap, BTreeSet};

use candour_domain::roster::table::cut;
use candour_domain::roster::{
    ColumnChoice, ColumnProblem, GroupWords, Mapping, RawRow, RememberedList, Roster, Table, TableRow, UnreadableRoster,
};
use candour_domain::{GroupId, RaterGroups, UploadId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::Error;

/// A list that has been uploaded. `Debug` is left out on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct UploadedList {
    /// Its id.
    pub id: UploadId,
    /// What is in it.
    pub table: Table,
    /// What its columns are, as proposed or chosen.
    pub columns: ColumnChoice,
    /// What words for groups mean, as somebody has said, now or for an earlier list.
    pub words: GroupWords,
    /// What they mean without anything that was said of this list.
    remembered: GroupWords,
    /// Whether somebody has been through the words of this list.
    pub words_seen: bool,
    /// Rows as somebody has corrected them, by their numbers.
    pub corrected: BTreeMap<usize, RawRow>,
    /// The numbers of rows that are to be left out.
    pub left_out: BTreeSet<usize>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    rows: Vec<(usize, Vec<String>)>,
    sheet: Option<String>,
    other_sheets: Vec<String>,
    guessed_letters: bool,
    header: Option<usize>,
    name: Option<usize>,
    last_name: Option<usize>,
    email: Option<usize>,
    group: Option<usize>,
    everybody: Option<GroupId>,
    words: GroupWords,
    #[serde(default)]
    remembered: GroupWords,
    words_seen: bool,
    corrected: BTreeMap<usize, RawRow>,
    left_out: BTreeSet<usize>,
}

impl UploadedList {
    /// One that has just arrived, with what its columns and words seem to be.
    pub(super) fn new(id: UploadId, table: Table, remembered: &RememberedList, groups: &RaterGroups) -> Self {
        let (columns, words) = (remembered.choice(&table, groups), remembered.words(groups));
        let (corrected, left_out) = (BTreeMap::new(), BTreeSet::new());
        Self { id, table, columns, remembered: words.clone(), words, words_seen: false, corrected, left_out }
    }

    /// The columns, if everything is there and no column stands for two things.
    ///
    /// # Errors
    /// Every [`ColumnProblem`].
    pub fn mapping(&self) -> Result<Mapping, Vec<ColumnProblem>> {
        self.columns.clone().settle(&self.table)
    }

    /// Chooses columns. What was said of words and rows is forgotten where another column was meant: the words may have
    /// been people's names.
    pub fn choose(&mut self, columns: &ColumnChoice) {
        if *columns != self.columns {
            self.columns = columns.clone();
            self.words = self.remembered.clone();
            self.words_seen = false;
            self.corrected.clear();
            self.left_out.clear();
        }
    }

    /// Takes what words in the column of groups mean, as somebody has said: a group, or none.
    pub fn say(&mut self, said: &[(String, Option<GroupId>)], groups: &RaterGroups) {
        if let Ok(mapping) = self.mapping() {
            let of_list = self.words.of_table(&self.table, &mapping, groups);
            self.words.say(&of_list, said);
            self.words_seen = true;
        }
    }

    /// Takes rows as somebody has corrected them, by their numbers; those with `None` or with nothing in them are left
    /// out.
    pub fn correct(&mut self, rows: &[(usize, Option<RawRow>)]) {
        for (number, raw) in rows {
            if self.table.rows.binary_search_by_key(number, |row| row.number).is_err() {
                continue;
            }
            match raw.as_ref().filter(|raw| !raw.is_blank()) {
                None => {
                    self.left_out.insert(*number);
                }
                Some(raw) => {
                    let [name, email, group] = [&raw.name, &raw.email, &raw.group].map(|text| cut(text.clone()));
                    self.corrected.insert(*number, RawRow { name, email, group });
                }
            }
        }
    }

    /// Takes back every row that was left out.
    pub fn put_back(&mut self) {
        self.left_out.clear();
    }

    /// Its rows as they are to be checked.
    ///
    /// # Errors
    /// [`UnreadableRoster::Empty`] and [`UnreadableRoster::TooLong`].
    pub fn roster(&self, mapping: &Mapping) -> Result<Roster, UnreadableRoster> {
        let roster = Roster::from_table(&self.table, mapping, self.words.clone())?;
        Ok(roster.corrected(&self.corrected, &self.left_out))
    }

    pub(super) fn to_json(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (table, columns) = (self.table.clone(), self.columns.clone());
        let kept = Kept {
            rows: table.rows.into_iter().map(|row| (row.number, row.cells)).collect(),
            sheet: table.sheet,
            other_sheets: table.other_sheets,
            guessed_letters: table.guessed_letters,
            header: columns.header,
            name: columns.name,
            last_name: columns.last_name,
            email: columns.email,
            group: columns.group,
            everybody: columns.everybody,
            words: self.words.clone(),
            remembered: self.remembered.clone(),
            words_seen: self.words_seen,
            corrected: self.corrected.clone(),
            left_out: self.left_out.clone(),
        };
        Ok(Zeroizing::new(serde_json::to_vec(&kept)?))
    }

    pub(super) fn from_json(id: UploadId, json: &[u8]) -> Result<Self, Error> {
        let kept: Kept = serde_json::from_slice(json)?;
        let table = Table {
            rows: kept.rows.into_iter().map(|(number, cells)| TableRow { number, cells }).collect(),
            sheet: kept.sheet,
            other_sheets: kept.other_sheets,
            guessed_letters: kept.guessed_letters,
        };
        let columns = ColumnChoice {
            header: kept.header,
            name: kept.name,
            last_name: kept.last_name,
            email: kept.email,
            group: kept.group,
            everybody: kept.everybody,
        };
        let Kept { words, remembered, words_seen, corrected, left_out, .. } = kept;
        Ok(Self { id, table, columns, words, remembered, words_seen, corrected, left_out })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_back_as_it_was() -> Result<(), Box<dyn std::error::Error>> {
        let table = Table::from_text("Name,Email,Group\nAnn,ann@trust.uk,Board\nBo,bo@,x\n")?;
        let (groups, id) = (RaterGroups::standard(), UploadId::from_random([7; 16]));
        let mut list = UploadedList::new(id, table, &RememberedList::default(), &groups);
        list.words.set("Board", GroupId::parse("trustees")?);
        list.corrected.insert(3, RawRow { name: "Bo".into(), email: "bo@trust.uk".into(), group: "staff".into() });
        list.left_out.insert(2);
        let read = UploadedList::from_json(id, &list.to_json()?)?;
        assert!(read == list);
        let mapping = read.mapping().map_err(|problems| format!("{problems:?}"))?;
        assert!(read.roster(&mapping).is_ok());
        Ok(())
    }

    #[test]
    fn what_was_said_of_another_column_is_forgotten() -> Result<(), Box<dyn std::error::Error>> {
        let table = Table::from_text("Name,Email,Group\nAnn,ann@trust.uk,Board\nBo,bo@trust.uk,x\n")?;
        let (groups, staff) = (RaterGroups::standard(), GroupId::parse("staff")?);
        let id = UploadId::from_random([7; 16]);
        let remembered: RememberedList = serde_json::from_str(r#"{"words":{"earlier":"staff"}}"#)?;
        let mut list = UploadedList::new(id, table, &remembered, &groups);
        let right = list.columns.clone();
        let mut names = right.clone();
        (names.name, names.group) = (Some(2), Some(0));
        list.choose(&names);
        list.say(&[("Ann".to_owned(), Some(staff.clone())), ("x".to_owned(), Some(staff.clone()))], &groups);
        assert!(list.words.meaning("ann").is_some() && list.words.meaning("x").is_none(), "x is in another column");
        list.choose(&right);
        assert!(list.words.meaning("ann").is_none() && list.words.meaning("earlier").is_some());
        list.say(&[("x".to_owned(), Some(staff)), ("Ann".to_owned(), None)], &groups);
        let mapping = list.mapping().map_err(|problems| format!("{problems:?}"))?;
        let kept = serde_json::to_string(&RememberedList::of(&list.table, &mapping, &list.words, &groups))?;
        assert!(kept.contains(r#""words":{"earlier":"staff","x":"staff"}"#), "{kept}");
        Ok(())
    }

    #[test]
    fn only_rows_of_the_list_are_corrected_and_what_is_left_out_comes_back() -> Result<(), Box<dyn std::error::Error>> {
        let table = Table::from_text("Name,Email,Group\nAnn,ann@trust.uk,staff\nBo,bo@,staff\n")?;
        let id = UploadId::from_random([7; 16]);
        let mut list = UploadedList::new(id, table, &RememberedList::default(), &RaterGroups::standard());
        let raw = |name: &str| Some(RawRow { name: name.to_owned(), ..RawRow::default() });
        list.correct(&[(2, raw(" ")), (3, raw(&"x".repeat(5_000))), (4, raw("Cy")), (99, None), (1, None)]);
        assert_eq!(list.left_out, [1, 2].into());
        assert_eq!(list.corrected.iter().map(|(row, raw)| (*row, raw.name.len())).collect::<Vec<_>>(), [(3, 1_003)]);
        list.put_back();
        assert!(list.left_out.is_empty());
        Ok(())
    }
}
