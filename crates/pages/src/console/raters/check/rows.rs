//! Every row of a list, what is wrong with it, and fields to put it right.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_domain::access::permission;
use candour_domain::roster::table::letter;
use candour_domain::roster::{
    CheckedRow, Examined, GroupColumn, ImportMode, Mapping, NameColumns, RawRow, RememberedList, Roster, RowState,
};
use candour_domain::{RaterGroup, Role};
use candour_service::app::App;
use candour_service::asked::RequestKey;
use candour_service::condition::tag_of;
use candour_service::error::Error;
use candour_service::rater::import_raters::{self, Imported};
use candour_service::rater::uploads;

use super::{Checked, adding};
use crate::console::Closed;
use crate::console::form::{Typed, Wrong};
use crate::console::frame::Console;
use crate::console::raters::{ON_A_PAGE, Place, path, words};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// Rows to put right on one page.
const TO_FIX: usize = 50;

#[derive(Template)]
#[template(path = "raters/rows.html")]
struct RowsPage<'a> {
    frame: Console<'a>,
    checked: &'a Checked,
    columns: Said,
    good: usize,
    bad: usize,
    repeats: usize,
    left_out: usize,
    fixes: Vec<Fix<'a>>,
    others: Vec<&'a CheckedRow>,
    errors: Vec<Wrong>,
    seen: String,
    at: Place,
}

/// A row to put right.
struct Fix<'a> {
    row: &'a CheckedRow,
    /// Of the row as a whole.
    problem: Option<Said>,
    name: Option<Said>,
    email: Option<Said>,
    group: Option<Said>,
    /// The group as it stands, if it is one.
    is_in: Option<&'a RaterGroup>,
}

impl RowsPage<'_> {
    fn groups(&self) -> Vec<&RaterGroup> {
        self.checked.found.groups().collect()
    }

    fn has_more(&self) -> bool {
        self.bad > self.fixes.len()
    }

    fn is_group(fix: &Fix<'_>, group: &RaterGroup) -> bool {
        fix.is_in.is_some_and(|found| found.id == group.id)
    }

    fn others_of(names: &[String]) -> String {
        names.join(", ")
    }

    fn is_good(row: &CheckedRow) -> bool {
        row.state() == RowState::Good
    }

    /// The group of a row as the round calls it.
    fn group_of(&self, row: &CheckedRow) -> String {
        let groups = &self.checked.found.round.record().groups;
        let found = self.checked.list.words.find(&row.raw.group, groups);
        found.map_or_else(|| row.raw.group.clone(), |group| group.title.clone())
    }

    fn why(&self, row: &CheckedRow) -> Option<Said> {
        let groups = &self.checked.found.round.record().groups;
        row.problems.first().map(|wrong| words::problem(self.frame.say, groups, &wrong.problem))
    }
}

/// The page: what has to be put right first, then every other row.
pub(super) async fn page(
    app: &App,
    who: &SignedIn,
    checked: &Checked,
    (mapping, examined): (&Mapping, &Examined),
    (wanted, notice): (usize, Option<Said>),
) -> HttpResponse {
    let frame = Console::of(app, Some(who)).await;
    let say = frame.say;
    let groups = &checked.found.round.record().groups;
    let bad: Vec<&CheckedRow> = examined.rows.iter().filter(|row| row.state() == RowState::Bad).collect();
    let others: Vec<&CheckedRow> = examined.rows.iter().filter(|row| row.state() != RowState::Bad).collect();
    let fix = |row: &&'_ CheckedRow| {
        let of = |field: &str| {
            let wrong = row.problems.iter().find(|wrong| wrong.field == field);
            wrong.map(|wrong| words::problem(say, groups, &wrong.problem))
        };
        (of("row"), of("name"), of("email"), of("group"))
    };
    let fixes: Vec<Fix<'_>> = bad
        .iter()
        .take(TO_FIX)
        .map(|row| {
            let (problem, name, email, group) = fix(row);
            Fix { row, problem, name, email, group, is_in: checked.list.words.find(&row.raw.group, groups) }
        })
        .collect();
    let errors = fixes.iter().flat_map(|one| {
        let row = one.row.row;
        one.row.problems.iter().map(move |wrong| {
            let field = if wrong.field == "row" { format!("name-{row}") } else { format!("{}-{row}", wrong.field) };
            let text = words::problem(say, groups, &wrong.problem);
            Wrong::at(field, Said::of(say.list_fix_row_wrong().row(row).problem(text)))
        })
    });
    let at = Place::of(wanted, others.len());
    let page = RowsPage {
        columns: columns(&frame, checked, mapping),
        good: examined.count(RowState::Good),
        bad: bad.len(),
        repeats: examined.count(RowState::LeftOut),
        left_out: checked.list.left_out.len(),
        errors: errors.collect(),
        others: others.iter().copied().skip(at.first()).take(ON_A_PAGE).collect(),
        fixes,
        seen: seen(examined),
        at,
        checked,
        frame: frame.saying(notice),
    };
    html(StatusCode::OK, &page)
}

/// Which columns are which, in a sentence.
fn columns(frame: &Console<'_>, checked: &Checked, mapping: &Mapping) -> Said {
    let say = frame.say;
    let name = match mapping.name() {
        NameColumns::Whole(at) => Said::of(letter(at).as_str()),
        NameColumns::Parts { first, last } => {
            Said::of(say.list_columns_two().first(letter(first).as_str()).last(letter(last).as_str()))
        }
    };
    let email = letter(mapping.email());
    match mapping.group() {
        GroupColumn::Column(at) => {
            Said::of(say.list_columns_are().name(name).email(email.as_str()).group(letter(*at).as_str()))
        }
        GroupColumn::Everybody(group) => {
            let group = checked.found.round.record().groups.find(group.as_str());
            let title = group.map_or("", |group| group.title.as_str());
            Said::of(say.list_columns_everybody().name(name).email(email.as_str()).group(title))
        }
    }
}

/// Stands for the good rows, so that what is imported is what was shown.
pub(super) fn seen(examined: &Examined) -> String {
    let good = examined.rows.iter().filter_map(|row| row.rater.as_ref());
    let lines = good.map(|rater| {
        format!("{}\n{}\n{}\n", rater.person.name.as_str(), rater.person.email.as_str(), rater.group.as_str())
    });
    tag_of(&lines.collect::<String>())
}

/// The rows of a form as they were put right, and `None` for those that are to be left out. A page has no more of them.
pub(super) fn corrected(typed: &Typed) -> Vec<(usize, Option<RawRow>)> {
    let row = |number: usize| {
        let field = |name: &str| typed.get(&format!("{name}-{number}")).to_owned();
        let raw = RawRow { name: field("name"), email: field("email"), group: field("group") };
        (number, (field("out") != "yes").then_some(raw))
    };
    typed.all("row").take(TO_FIX).filter_map(|number| number.parse().ok()).map(row).collect()
}

/// Adds the good rows, all of them or none, and erases the list. Gives where that is said.
pub(super) async fn import(
    app: &App,
    who: &SignedIn,
    (checked, mapping): (&Checked, &Mapping),
    good: Roster,
    key: RequestKey,
) -> Result<String, Closed> {
    let (review, list) = (checked.found.review.id, &checked.list);
    let at = move |made: &Imported| format!("/reviews/{review}/raters?done=imported&number={}", made.added);
    let asked = who.ask_once::<permission::AddRaters, Imported>(Role::Administrator, key, at)?;
    let answered = import_raters::import_raters(app, asked, review, good, ImportMode::All).await?;
    let groups = &checked.found.round.record().groups;
    let remembered = RememberedList::of(&list.table, mapping, &list.words, groups);
    match uploads::erase(app, &adding(who)?, review, list.id, Some(remembered)).await {
        // The people are on the list. What is left of their upload goes with the next sweep.
        Ok(()) | Err(Error::NotFound | Error::Storage(_)) => {}
        Err(why) => return Err(why.into()),
    }
    Ok(answered.answer.location.unwrap_or_else(|| path(&checked.found)))
}

#[cfg(test)]
mod tests {
    use actix_web::web::Bytes;

    use super::*;

    #[test]
    fn a_form_has_no_more_rows_than_its_page() {
        let many = "row=7&".repeat(100_000) + "name-7=Ann&email-7=a%40b.uk&group-7=staff&row=8&out-8=yes";
        let rows = corrected(&Typed::parse(&Bytes::from(many)));
        assert_eq!(rows.len(), TO_FIX);
        let few = "row=7&name-7=Ann&row=x&row=8&out-8=yes";
        let rows = corrected(&Typed::parse(&Bytes::from(few)));
        let found: Vec<_> = rows.iter().map(|(row, raw)| (*row, raw.as_ref().map(|raw| raw.name.as_str()))).collect();
        assert_eq!(found, [(7, Some("Ann")), (8, None)]);
    }
}
