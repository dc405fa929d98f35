//! The pages of the console when thousands of people are asked, each beside a static page.

use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Instant;

use candour_tests::{Person, Visitor};
use rust_xlsxwriter::Workbook;

use super::Bench;
use super::pages::{Contender, compare};
use crate::numbers::{median, milliseconds};
use crate::static_page::{Page, StaticPages};
use crate::{Engine, Outcome, client, founding};

const CONNECTIONS: [usize; 2] = [1, 8];

/// How many people are asked about one leader.
const PEOPLE: usize = 5_000;

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let site = bench.site(engine)?;
    let trust = founding::trust(&site.server)?;
    let (round, _) = founding::launched(&trust, &mut bench.sink, 1, PEOPLE)?;
    let hr = site.server.signed_in(&trust.id, &Person::called("hr", "staff"))?;
    let review = round.review()?.id.clone();
    let paths = [
        "/".to_owned(),
        "/rounds".to_owned(),
        format!("/rounds/{}", round.id),
        format!("/rounds/{}/shown", round.id),
        format!("/rounds/{}/emails", round.id),
        format!("/rounds/{}/close", round.id),
        format!("/reviews/{review}/raters"),
        format!("/reviews/{review}/raters?page=20"),
        format!("/audit?about=round:{}", round.id),
    ];
    let mut pages = Vec::new();
    for path in &paths {
        pages.push(Page::like(&hr.get(path)?.with(200)?));
    }
    let fixed = StaticPages::start(&pages)?;
    let mut contenders = Vec::new();
    for (at, (path, page)) in paths.iter().zip(&pages).enumerate() {
        let shown = path.replace(&round.id, "{id}").replace(&review, "{id}");
        contenders.push(Contender {
            name: format!("**`GET {shown}`**, {} bytes", page.size()),
            address: site.address()?,
            meter: site.meter()?,
            requests: Rc::new(vec![client::visit(path, &hr.cookies())]),
        });
        contenders.push(fixed.contender(at));
    }
    bench.paper.heading(&format!("Pages of the console, {}", engine.title()));
    compare(bench, &CONNECTIONS, &contenders)?;

    let draft = founding::draft(&trust, 1, 0)?;
    let path = format!("/reviews/{}/raters/list", draft.review()?.id);
    let (mut text, workbook) = ("Name\tEmail\tGroup\n".to_owned(), workbook()?);
    for number in 0..PEOPLE {
        writeln!(text, "Perpetua Lee\t{}\tStaff", founding::colleague(number))?;
    }
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..bench.options.rounds {
        times[0].push(checked(&hr, &path, &text, None)?);
        times[1].push(checked(&hr, &path, "", Some(("raters.xlsx", &workbook)))?);
    }
    let [pasted, uploaded] = times.map(|times| milliseconds(median(times)));
    bench.paper.add(&format!(
        "A list of {PEOPLE} rows is read, checked and shown in {pasted} where it is pasted, and in {uploaded} where it is a \
         workbook of {} bytes.",
        workbook.len()
    ));
    Ok(())
}

/// How long it takes until a list is shown with what is wrong with it, in milliseconds.
fn checked(hr: &Visitor, path: &str, pasted: &str, file: Option<(&str, &[u8])>) -> Outcome<f64> {
    let begun = Instant::now();
    let shown = hr.upload(path, pasted, file)?.with(200)?;
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    shown.says(&[&format!("Add these {PEOPLE} people")])?;
    Ok(took)
}

fn workbook() -> Outcome<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0_u16..).zip(["Name", "Email", "Group"]) {
        sheet.write_string(0, column, name)?;
    }
    for (row, number) in (1_u32..).zip(0..PEOPLE) {
        for (column, text) in (0_u16..).zip(["Perpetua Lee", &founding::colleague(number), "Staff"]) {
            sheet.write_string(row, column, text)?;
        }
    }
    Ok(book.save_to_buffer()?)
}
