//! What people call the columns of a list.

use super::{RawRow, RosterProblem, UnreadableRoster};
use crate::text::{as_seen, trim};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    Name,
    First,
    Last,
    Email,
    Group,
}

/// How well a title says what its column holds, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is the column's own name.
    Own,
    /// It is another name of it.
    Usual,
    /// It may be, where no other column is.
    Perhaps,
    /// Such a word is in it: enough to propose, not to go by.
    Holds,
}

/// The names of one kind of column.
struct Names {
    held: Held,
    own: &'static str,
    usual: &'static [&'static str],
    perhaps: &'static [&'static str],
    holds: &'static [&'static str],
}

const NAMES: [Names; 5] = [
    Names {
        held: Held::Name,
        own: "name",
        usual: &["full name", "fullname", "rater", "rater name", "display name"],
        perhaps: &[
            "person",
            "respondent",
            "reviewer",
            "colleague",
            "contact",
            "contact name",
            "staff name",
            "employee",
            "employee name",
            "participant",
            "who",
            "names",
        ],
        holds: &["name"],
    },
    Names {
        held: Held::First,
        own: "first name",
        usual: &["firstname", "forename", "given name"],
        perhaps: &[
            "first",
            "forenames",
            "given names",
            "preferred name",
            "preferred forename",
            "known as",
            "christian name",
        ],
        holds: &["forename", "first name"],
    },
    Names {
        held: Held::Last,
        own: "last name",
        usual: &["lastname", "surname", "family name"],
        perhaps: &["last", "second name", "legal surname", "preferred surname"],
        holds: &["surname", "last name"],
    },
    Names {
        held: Held::Email,
        own: "email",
        usual: &[
            "e mail",
            "mail",
            "email address",
            "e mail address",
            "mail address",
            "emailaddress",
            "work email",
            "work e mail",
            "work mail",
            "work email address",
        ],
        perhaps: &[
            "emails",
            "address",
            "addresses",
            "school email",
            "school email address",
            "trust email",
            "contact email",
            "email id",
            "primary email",
            "work e mail address",
            "user principal name",
            "username",
            "email 1",
        ],
        holds: &["email", "mail"],
    },
    Names {
        held: Held::Group,
        own: "group",
        usual: &["rater group", "group id", "group name"],
        perhaps: &[
            "role",
            "rater role",
            "type",
            "rater type",
            "category",
            "rater category",
            "relationship",
            "relation",
            "groups",
            "relationship to subject",
            "capacity",
            "job role",
            "position",
        ],
        holds: &["group", "relationship", "role"],
    },
];

/// Where the columns are.
pub(super) struct Columns {
    name: Vec<usize>,
    email: usize,
    group: usize,
    width: usize,
}

impl Columns {
    /// The columns as a program's list names them: what is in doubt is an error.
    pub(super) fn of(header: &[String]) -> Result<Self, UnreadableRoster> {
        let find = |held| {
            let found: Vec<_> = called(header, held).into_iter().filter(|(fit, _)| *fit < Fit::Holds).collect();
            let best = found.iter().map(|(fit, _)| *fit).min();
            let mut best = found.iter().filter(|(fit, _)| Some(*fit) == best).map(|(_, at)| *at);
            match (best.next(), best.next()) {
                (found, None) => Ok(found),
                _ => Err(UnreadableRoster::HeaderTwice(own(held))),
            }
        };
        let needed = |held| find(held)?.ok_or(UnreadableRoster::Header { column: own(held) });
        let name = match (find(Held::Name)?, find(Held::First)?, find(Held::Last)?) {
            (Some(name), ..) => vec![name],
            (None, Some(first), Some(last)) => vec![first, last],
            _ => return Err(UnreadableRoster::Header { column: own(Held::Name) }),
        };
        Ok(Self { name, email: needed(Held::Email)?, group: needed(Held::Group)?, width: header.len() })
    }

    /// A row as it was typed; or why its fields cannot be told apart.
    pub(super) fn row(&self, cells: &[String]) -> (RawRow, Option<RosterProblem>) {
        let needed = self.name.iter().copied().chain([self.email, self.group]).max().unwrap_or(0) + 1;
        let fits = cells.len() >= needed && cells.iter().skip(self.width).all(String::is_empty);
        let problem = RosterProblem::Fields { expected: self.width, found: cells.len() };
        (raw_row(cells, &self.name, self.email, Some(self.group)), (!fits).then_some(problem))
    }
}

/// The cells of a row that are a rater's; of a name in several columns the parts with blanks between them.
pub(super) fn raw_row(cells: &[String], name: &[usize], email: usize, group: Option<usize>) -> RawRow {
    let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
    let name: Vec<_> = name.iter().map(|at| cell(*at)).filter(|part| !trim(part).is_empty()).collect();
    RawRow { name: name.join(" "), email: cell(email), group: group.map(cell).unwrap_or_default() }
}

/// The columns whose titles say that they hold this, and how well they say it.
pub(super) fn called(header: &[String], held: Held) -> Vec<(Fit, usize)> {
    let names = NAMES.iter().filter(|names| names.held == held);
    names.flat_map(|names| header.iter().enumerate().filter_map(|(at, title)| Some((names.fit(title)?, at)))).collect()
}

/// How many of the fields of a list are known by these titles.
pub(super) fn known_fields(titles: &[String]) -> usize {
    let known = |names: &&Names| titles.iter().any(|title| names.fit(title).is_some_and(|fit| fit < Fit::Holds));
    NAMES.iter().filter(known).count()
}

/// A title of a column, or a group as people write it, for comparing: without what nobody sees, in lower case, in
/// words.
pub(super) fn title(text: &str) -> String {
    let text = as_seen(text).to_lowercase().replace(['_', '-', '.'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A title without what is in brackets and without marks such as `*` at its end.
fn bare(text: &str) -> String {
    let before = text.split(['(', '[']).next().filter(|before| !trim(before).is_empty()).unwrap_or(text);
    title(before.trim_end_matches([' ', '*', ':', '?']))
}

fn own(held: Held) -> &'static str {
    NAMES.iter().find(|names| names.held == held).map_or("row", |names| names.own)
}

impl Names {
    /// How well a column's title says that it is this one. With brackets around a part it says it less well.
    fn fit(&self, text: &str) -> Option<Fit> {
        let bare = bare(text);
        let among = |names: &[&str], title: &str| names.contains(&title);
        let written = title(text);
        if written == self.own {
            Some(Fit::Own)
        } else if among(self.usual, &written) {
            Some(Fit::Usual)
        } else if bare == self.own || among(self.usual, &bare) || among(self.perhaps, &bare) {
            Some(Fit::Perhaps)
        } else {
            let words = format!(" {bare} ");
            self.holds.iter().any(|word| words.contains(&format!(" {word} "))).then_some(Fit::Holds)
        }
    }
}
