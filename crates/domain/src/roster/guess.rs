//! What the columns of a table seem to be: a proposal for somebody to look at.

use super::ColumnChoice;
use super::columns::{Fit, Held, called, known_fields};
use super::group_words::is_group_word;
use super::table::{Table, TableRow};
use crate::{Email, RaterGroups};

/// Among how many rows the header is looked for, and into how many it is looked at what is in a column.
const LOOKED_AT: usize = 10;
const LOOKED_INTO: usize = 50;

/// The columns by their titles, and those that no title tells by what is in them.
pub(super) fn propose(table: &Table, groups: &RaterGroups) -> ColumnChoice {
    let header = header(table);
    let titles = header.and_then(|number| table.rows.iter().find(|row| row.number == number));
    let titles: &[String] = titles.map_or(&[], |row| &row.cells);
    let best = |held| called(titles, held).into_iter().min();
    let at = |held| best(held).map(|(_, at)| at);
    let mut choice = ColumnChoice { header, group: at(Held::Group), ..ColumnChoice::default() };
    // "First name" has the word "name" in it.
    match (best(Held::Name), at(Held::First), at(Held::Last)) {
        (Some((Fit::Holds, _)) | None, Some(first), Some(last)) => {
            (choice.name, choice.last_name) = (Some(first), Some(last));
        }
        (Some((_, name)), ..) => choice.name = Some(name),
        (None, first, last) => choice.name = first.or(last),
    }
    let taken = |choice: &ColumnChoice, at: usize| {
        [choice.name, choice.last_name, choice.email, choice.group].contains(&Some(at))
    };
    let rows: Vec<&TableRow> = table.below(header).take(LOOKED_INTO).collect();
    let free = |choice: &ColumnChoice| (0..table.width()).filter(|at| !taken(choice, *at)).collect::<Vec<_>>();
    let content = Content { rows: &rows, groups };
    // A column "Address" may hold streets, and one "Email" nothing.
    let mut by_title = called(titles, Held::Email);
    by_title.sort_unstable();
    let has_address = |at: &usize| column(&rows, *at).any(|text| text.contains('@'));
    choice.email = by_title.iter().map(|(_, at)| *at).find(has_address);
    if choice.email.is_none() {
        let found = free(&choice).into_iter().find(|at| content.mostly(*at, is_address));
        choice.email = found.or(at(Held::Email));
    }
    if choice.group.is_none() {
        choice.group =
            free(&choice).into_iter().find(|at| content.mostly(*at, |text| is_group_word(content.groups, text)));
    }
    if choice.name.is_none() {
        let free = free(&choice);
        let whole = free.iter().find(|at| content.mostly(**at, |text| is_name(text) && text.contains(' ')));
        let mut parts = free.iter().filter(|at| content.mostly(**at, is_name));
        match (whole, parts.next(), parts.next()) {
            (Some(name), ..) => choice.name = Some(*name),
            (None, first, last) => (choice.name, choice.last_name) = (first.copied(), last.copied()),
        }
    }
    choice
}

/// The row of titles: the one among the first that tells most columns, without an address in it. Where none tells any,
/// the first row is one if a column has addresses everywhere but there.
fn header(table: &Table) -> Option<usize> {
    let first = || table.rows.iter().take(LOOKED_AT).take_while(|row| !row.cells.iter().any(|cell| cell.contains('@')));
    let best =
        first().map(|row| (known_fields(&row.cells), row.number)).max_by_key(|(known, row)| (*known, usize::MAX - row));
    match best {
        Some((2.., number)) => Some(number),
        // One title alone, such as "Name", may be the text of a cell above the list.
        Some((1, number)) if table.rows.first().is_some_and(|row| row.number == number) => Some(number),
        Some(_) => {
            let (row, below) = table.rows.split_first()?;
            let rows: Vec<&TableRow> = below.iter().take(LOOKED_INTO).collect();
            let addresses = |at: usize| column(&rows, at).filter(|text| is_address(text)).count() * 2 > rows.len();
            (0..table.width()).any(|at| addresses(at) && row.filled(at).is_some()).then_some(row.number)
        }
        None => None,
    }
}

struct Content<'a> {
    rows: &'a [&'a TableRow],
    groups: &'a RaterGroups,
}

impl Content<'_> {
    /// Whether this is true of more than half of the texts in a column.
    fn mostly(&self, at: usize, is: impl Fn(&str) -> bool) -> bool {
        let all = column(self.rows, at).count();
        column(self.rows, at).filter(|text| is(text)).count() * 2 > all
    }
}

fn column<'a>(rows: &'a [&'a TableRow], at: usize) -> impl Iterator<Item = &'a str> {
    rows.iter().filter_map(move |row| row.filled(at))
}

fn is_address(text: &str) -> bool {
    text.contains('@') && Email::parse(text).is_ok()
}

fn is_name(text: &str) -> bool {
    let within = |c: char| c.is_alphabetic() || " .'’-,\u{a0}".contains(c);
    text.starts_with(char::is_alphabetic) && text.chars().all(within) && text.split_whitespace().count() <= 5
}
