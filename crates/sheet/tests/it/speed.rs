//! A long list does not keep anybody waiting. The limits are far above what it takes, for machines with much to do.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use candour_domain::roster::{ColumnChoice, GroupWords, Roster, RosterContext, RowState};
use candour_domain::{Email, RaterGroups};
use candour_sheet::read;
use rust_xlsxwriter::Workbook;

use crate::Outcome;

const ROWS: usize = 5_000;

fn line(at: usize) -> [String; 4] {
    let group = ["Governor", "SLT", "Headteacher", "Teaching staff"][at % 4];
    [format!("Ann{at}"), format!("Lee-{at}"), format!("ann.lee{at}@trust.uk"), group.to_owned()]
}

#[test]
fn a_long_list_is_read_and_checked_soon() -> Outcome {
    let header = ["First name", "Last name", "Work email", "Role"].map(str::to_owned);
    let lines: Vec<[String; 4]> = std::iter::once(header).chain((0..ROWS).map(line)).collect();
    let csv: String = lines.iter().map(|line| line.join(",") + "\r\n").collect();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(&lines) {
        for (column, cell) in (0..).zip(line) {
            sheet.write(row, column, cell)?;
        }
    }
    let (groups, subject) = (RaterGroups::standard(), Email::parse("jo@trust.uk")?);
    for (kind, file) in [("csv", csv.into_bytes()), ("xlsx", book.save_to_buffer()?)] {
        let begin = Instant::now();
        let table = read(&file)?;
        let reading = begin.elapsed();
        let mapping =
            ColumnChoice::propose(&table, &groups).settle(&table).map_err(|problems| format!("{problems:?}"))?;
        let mut words = GroupWords::default();
        for proposed in words.of_table(&table, &mapping, &groups) {
            proposed.group.into_iter().for_each(|group| words.set(&proposed.word, group));
        }
        let (present, kept) = (BTreeSet::new(), BTreeMap::new());
        let context = RosterContext { groups: &groups, subject: &subject, present: &present, asked: None, kept: &kept };
        let examined = Roster::from_table(&table, &mapping, words)?.examine(context);
        assert_eq!(examined.count(RowState::Good), ROWS);
        let all = begin.elapsed();
        assert!(all < Duration::from_secs(20), "{kind}: {all:?}, of which reading took {reading:?}");
    }
    Ok(())
}
