//! Which column is which.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_domain::RaterGroup;
use candour_domain::roster::table::letter;
use candour_domain::roster::{ColumnChoice, ColumnProblem, TableColumn, TableRow, TypedColumns};
use candour_service::app::App;

use super::{Checked, change};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::raters::words;
use crate::console::see_other;
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// Rows that show how a list begins.
const SHOWN: usize = 6;

/// Columns that show it.
const COLUMNS_SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "raters/columns.html")]
struct ColumnsPage<'a> {
    frame: Console<'a>,
    checked: &'a Checked,
    columns: Vec<TableColumn>,
    typed: Typed,
    errors: Vec<Wrong>,
}

/// A field with a column in it.
struct Choice {
    id: &'static str,
    label: Said,
}

impl ColumnsPage<'_> {
    fn choices(&self) -> [Choice; 4] {
        let say = self.frame.say;
        [
            Choice { id: "name", label: Said::of(say.list_column_name()) },
            Choice { id: "last_name", label: Said::of(say.list_column_last()) },
            Choice { id: "email", label: Said::of(say.list_column_email()) },
            Choice { id: "group", label: Said::of(say.list_column_group()) },
        ]
    }

    /// A column as it is chosen from: its letter, what the list calls it, and what is in it.
    fn name(column: &TableColumn) -> String {
        let shortened = |text: &String| {
            let short: String = text.chars().take(40).collect();
            if short.len() < text.len() { short + "…" } else { short }
        };
        let inside: Vec<String> = column.samples.iter().map(shortened).collect();
        match (column.heading.as_str(), inside.as_slice()) {
            ("", []) => column.letter.clone(),
            ("", inside) => format!("{}: {}", column.letter, inside.join(", ")),
            (_, []) => format!("{}: {}", column.letter, shortened(&column.heading)),
            (_, inside) => format!("{}: {} ({})", column.letter, shortened(&column.heading), inside.join(", ")),
        }
    }

    fn rows(&self) -> &[TableRow] {
        let rows = &self.checked.list.table.rows;
        rows.get(..SHOWN.min(rows.len())).unwrap_or_default()
    }

    fn letters(&self) -> Vec<String> {
        (0..self.columns.len().min(COLUMNS_SHOWN)).map(letter).collect()
    }

    fn cell(row: &TableRow, at: usize) -> &str {
        row.cells.get(at).map_or("", String::as_str)
    }

    fn groups(&self) -> Vec<&RaterGroup> {
        self.checked.found.groups().collect()
    }
}

/// The form, with what is wrong with the choice as it stands, or with the rows that it leads to.
pub(super) async fn page(
    app: &App,
    who: &SignedIn,
    checked: &Checked,
    (problems, too_long): (Vec<ColumnProblem>, bool),
) -> HttpResponse {
    let (say, choice) = (Console::nobodys().say, &checked.list.columns);
    let column = |at: Option<usize>| at.map(letter).unwrap_or_default();
    let header = choice.header.map(|number| number.to_string()).unwrap_or_default();
    let everybody = choice.everybody.as_ref().map(ToString::to_string).unwrap_or_default();
    let fields = [
        ("header", header),
        ("name", column(choice.name)),
        ("last_name", column(choice.last_name)),
        ("email", column(choice.email)),
        ("group", column(choice.group)),
        ("everybody", everybody),
    ];
    let typed = Typed::of(&fields.each_ref().map(|(name, value)| (*name, value.as_str())));
    let mut errors: Vec<Wrong> = problems.iter().map(|problem| words::column_problem(say, problem)).collect();
    if too_long {
        errors.push(Wrong::at("header", Said::of(say.list_too_long())));
    }
    show(app, who, checked, typed, (StatusCode::OK, errors)).await
}

/// Takes what was chosen, or says what is wrong with it.
pub(super) async fn choose(app: &App, who: &SignedIn, checked: &Checked, typed: &Typed) -> HttpResponse {
    let say = Console::nobodys().say;
    let field = |name: &str| typed.get(name).to_owned();
    let columns = TypedColumns {
        header: field("header"),
        name: field("name"),
        last_name: field("last_name"),
        email: field("email"),
        group: field("group"),
        everybody: field("everybody"),
    };
    let table = &checked.list.table;
    let chosen = ColumnChoice::typed(table, &checked.found.round.record().groups, &columns);
    let settled = chosen.and_then(|choice| choice.clone().settle(table).map(|_mapping| choice));
    match settled {
        Ok(choice) => {
            let changed = change(app, who, checked, move |list| list.choose(&choice)).await;
            changed.map_or_else(|failed| failed, |()| see_other(&checked.path()))
        }
        Err(problems) => {
            let errors: Vec<Wrong> = problems.iter().map(|problem| words::column_problem(say, problem)).collect();
            let names = ["header", "name", "last_name", "email", "group", "everybody"];
            let typed = Typed::of(&names.map(|name| (name, typed.get(name))));
            show(app, who, checked, typed, (form::status(&errors), errors)).await
        }
    }
}

async fn show(
    app: &App,
    who: &SignedIn,
    checked: &Checked,
    typed: Typed,
    (status, errors): (StatusCode, Vec<Wrong>),
) -> HttpResponse {
    let frame = Console::of(app, Some(who)).await;
    let header = typed.get("header").trim().parse().ok();
    let columns = checked.list.table.columns(header);
    html(status, &ColumnsPage { frame, checked, columns, typed, errors })
}
