//! Lists of people, from the table to the rows.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const SUBJECT: &str = "ceo@trust.uk";

fn mapping(table: &Table) -> Result<Mapping, String> {
    let choice = ColumnChoice::propose(table, &RaterGroups::standard());
    choice.settle(table).map_err(|problems| format!("{problems:?}"))
}

fn words(table: &Table, mapping: &Mapping) -> GroupWords {
    agreed(GroupWords::default().of_table(table, mapping, &RaterGroups::standard()))
}

/// What somebody says who agrees to every proposal.
fn agreed(proposed: Vec<GroupWord>) -> GroupWords {
    let mut words = GroupWords::default();
    for GroupWord { word, group, .. } in proposed {
        if let Some(group) = group {
            words.set(&word, group);
        }
    }
    words
}

/// A list of these rows, with their numbers.
fn list(rows: &[(usize, RawRow)]) -> Result<Roster, Box<dyn std::error::Error>> {
    let cells = |raw: &RawRow| vec![raw.name.clone(), raw.email.clone(), raw.group.clone()];
    let rows = rows.iter().map(|(number, raw)| TableRow { number: *number, cells: cells(raw) });
    let table = Table::new(rows.collect());
    let choice = ColumnChoice { name: Some(0), email: Some(1), group: Some(2), ..ColumnChoice::default() };
    let mapping = choice.settle(&table).map_err(|problems| format!("{problems:?}"))?;
    Ok(Roster::from_table(&table, &mapping, GroupWords::default())?)
}

fn examine(roster: &Roster, present: &[&str]) -> Result<Examined, InvalidPerson> {
    let present = present.iter().map(|email| Email::parse(email)).collect::<Result<BTreeSet<_>, _>>()?;
    let (groups, subject, kept) = (RaterGroups::standard(), Email::parse(SUBJECT)?, BTreeMap::new());
    Ok(roster.examine(RosterContext {
        groups: &groups,
        subject: &subject,
        present: &present,
        asked: None,
        kept: &kept,
    }))
}

fn raw(name: &str, email: &str, group: &str) -> RawRow {
    RawRow { name: name.to_owned(), email: email.to_owned(), group: group.to_owned() }
}

fn people(examined: &Examined) -> Vec<(usize, &str, &str, &str)> {
    let rater = |row: &'_ CheckedRow| row.rater.is_some();
    let good = examined.rows.iter().filter(|row| rater(row));
    good.filter_map(|row| {
        let rater = row.rater.as_ref()?;
        Some((row.row, rater.person.name.as_str(), rater.person.email.as_str(), rater.group.as_str()))
    })
    .collect()
}

#[test]
fn a_list_in_any_words_becomes_raters() -> Outcome {
    let lists = [
        "Forename\tSurname\tE-mail address\tRole\nAnn\tLee\tann@trust.uk\tGovernors\nBo\t\tbo@trust.uk\tSLT\n",
        "Rater group,Work email,Full name\nTrustee,ann@trust.uk,Ann Lee\nexec team,bo@trust.uk,Bo\n",
        "Raters of Jo,,,\n,,,\nNo.,Name (as they sign),School email*,Relationship\n1,Ann Lee,ann@trust.uk,board \
         member\n2,Bo,bo@trust.uk,Senior Leadership Team\n",
        "Kontakt;Wohin;Wer\nAnn Lee;ann@trust.uk;Trustees\nBo;bo@trust.uk;Executive team\n",
        "ann@trust.uk,Ann Lee,governor\nbo@trust.uk,Bo,ELT\n",
        "Lee,Ann,ann@trust.uk,x1\n",
    ];
    for text in lists.iter().take(5) {
        let table = Table::from_text(text)?;
        let mapping = mapping(&table)?;
        let roster = Roster::from_table(&table, &mapping, words(&table, &mapping))?;
        let examined = examine(&roster, &[])?;
        let found: Vec<_> = people(&examined).into_iter().map(|(_, name, email, group)| (name, email, group)).collect();
        assert_eq!(
            found,
            [("Ann Lee", "ann@trust.uk", "trustees"), ("Bo", "bo@trust.uk", "executive_team")],
            "{text:?}: {mapping:?}"
        );
    }
    let table = Table::from_text(lists[5])?;
    let choice = ColumnChoice::propose(&table, &RaterGroups::standard());
    assert_eq!((choice.header, choice.name, choice.last_name, choice.email), (None, Some(0), Some(1), Some(2)));
    assert_eq!(choice.settle(&table), Err(vec![ColumnProblem::NoGroup]));
    Ok(())
}

#[test]
fn a_header_is_never_a_rater_and_a_rater_never_a_header() -> Outcome {
    let header = |text: &str| -> Result<_, UnreadableRoster> {
        Ok(ColumnChoice::propose(&Table::from_text(text)?, &RaterGroups::standard()).header)
    };
    assert_eq!(header("Name,Email\nAnn,ann@trust.uk\n")?, Some(1));
    assert_eq!(header("Name: raters for Jo\n\nWho,Address,Type\nAnn,ann@trust.uk,staff\n")?, Some(3));
    assert_eq!(header("Ann,ann@trust.uk\nBo,bo@trust.uk\n")?, None);
    assert_eq!(header("A,B\nAnn,ann@trust.uk\nBo,bo@trust.uk\n")?, Some(1), "no known word, and no address");
    assert_eq!(header("Role,Mail@Name\nstaff,ann@trust.uk\n")?, None, "an address-like cell is none of a header");
    assert_eq!(header("Ann,Lee\nBo,Day\n")?, None);
    Ok(())
}

#[test]
fn a_column_called_address_may_hold_streets() -> Outcome {
    for (text, email) in [
        ("Name,Address,Reach them at\nAnn,1 High Street,ann@trust.uk\n", 2),
        ("Name,Email,Work email\nAnn,,ann@trust.uk\n", 2),
        ("Name,Manager email,Email\nAnn,boss@trust.uk,ann@trust.uk\n", 2),
        ("Name,Email,Other\nAnn,none,none\n", 1),
    ] {
        let choice = ColumnChoice::propose(&Table::from_text(text)?, &RaterGroups::standard());
        assert_eq!(choice.email, Some(email), "{text}");
    }
    Ok(())
}

#[test]
fn errors_of_columns_come_before_those_of_rows() -> Outcome {
    let settle = |text: &str| -> Result<Vec<ColumnProblem>, UnreadableRoster> {
        let table = Table::from_text(text)?;
        Ok(ColumnChoice::propose(&table, &RaterGroups::standard()).settle(&table).err().unwrap_or_default())
    };
    assert_eq!(settle("Name,Group\n,nobody\n")?, [ColumnProblem::NoEmail]);
    assert_eq!(settle("Name,Email,Group\nAnn,none,staff\n")?, [ColumnProblem::NoAddresses("B".to_owned())]);
    assert_eq!(settle("Name,Email,Group\n")?, [ColumnProblem::NoRows]);
    assert_eq!(settle("12,34\n56,78\n")?, [ColumnProblem::NoName, ColumnProblem::NoEmail, ColumnProblem::NoGroup]);
    assert_eq!(ColumnProblem::NoEmail.field(), "email");
    Ok(())
}

#[test]
fn a_person_can_choose_other_columns_by_letter_or_heading() -> Outcome {
    let groups = RaterGroups::standard();
    let table = Table::from_text("Manager email,Name,Email\nboss@trust.uk,Ann,ann@trust.uk\n")?;
    let typed = |name: &str, email: &str, everybody: &str| TypedColumns {
        header: "1".to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        everybody: everybody.to_owned(),
        ..TypedColumns::default()
    };
    let choice = ColumnChoice::typed(&table, &groups, &typed("b", " manager EMAIL ", "staff"))
        .map_err(|problems| format!("{problems:?}"))?;
    assert_eq!((choice.name, choice.email), (Some(1), Some(0)));
    let mapping = choice.clone().settle(&table).map_err(|problems| format!("{problems:?}"))?;
    let examined = examine(&Roster::from_table(&table, &mapping, GroupWords::default())?, &[])?;
    assert_eq!(people(&examined), [(2, "Ann", "boss@trust.uk", "staff")]);

    let wrong = TypedColumns { header: "7".to_owned(), ..typed("Z", "D", "friends") };
    let problems = ColumnChoice::typed(&table, &groups, &wrong).err().unwrap_or_default();
    let unknown = |field, typed: &str| ColumnProblem::Unknown { field, typed: typed.to_owned() };
    assert_eq!(
        problems,
        [
            ColumnProblem::Header("7".to_owned()),
            unknown("name", "Z"),
            unknown("email", "D"),
            ColumnProblem::Group("friends".to_owned())
        ]
    );
    let twice = ColumnChoice { name: Some(2), email: Some(2), ..choice };
    let twice = twice.settle(&table).err().unwrap_or_default();
    assert_eq!(twice, [ColumnProblem::Twice { field: "email", letter: "C".to_owned() }]);
    Ok(())
}

#[test]
fn words_for_groups_are_proposed_and_the_rest_remain() -> Outcome {
    let table = Table::from_text(
        "Name,Email,Role\nA,a@b.uk,Governor\nB,b@b.uk,governors\nC,c@b.uk,Heads\nD,d@b.uk,Headteacher\nE,e@b.uk,Friend\nF,\
         f@b.uk,\nG,g@b.uk,Chair of governors\nH,h@b.uk,Chair of trustees\nI,i@b.uk,partner\n",
    )?;
    let (mapping, groups) = (mapping(&table)?, RaterGroups::standard());
    let mut chosen = GroupWords::default();
    chosen.set("friend", GroupId::parse("external")?);
    let found = chosen.of_table(&table, &mapping, &groups);
    let found: Vec<_> = found
        .iter()
        .map(|word| (word.word.as_str(), word.rows, word.group.as_ref().map(GroupId::as_str), word.known))
        .collect();
    assert_eq!(
        found,
        [
            ("Governor", 1, Some("trustees"), KnownBy::Common),
            ("governors", 1, Some("trustees"), KnownBy::Common),
            ("Heads", 1, Some("headteachers"), KnownBy::Common),
            ("Headteacher", 1, Some("headteachers"), KnownBy::Title),
            ("Friend", 1, Some("external"), KnownBy::Person),
            ("Chair of governors", 1, None, KnownBy::Nothing),
            ("Chair of trustees", 1, Some("chair"), KnownBy::Title),
            ("partner", 1, Some("external"), KnownBy::Common),
        ]
    );
    let roster = Roster::from_table(&table, &mapping, agreed(chosen.of_table(&table, &mapping, &groups)))?;
    let bad: Vec<_> =
        examine(&roster, &[])?.rows.into_iter().filter(|row| row.state() == RowState::Bad).map(|row| row.row).collect();
    assert_eq!(bad, [7, 8]);
    Ok(())
}

#[test]
fn guarantee_no_common_word_proposes_a_named_group() -> Outcome {
    let mut groups: Vec<_> = RaterGroups::standard().into();
    for group in groups.iter_mut().filter(|group| group.id.as_str() != "staff") {
        group.named = true;
    }
    let groups = RaterGroups::new(groups)?;
    let table =
        Table::from_text("Name,Email,Role\nA,a@b.uk,Governor\nB,b@b.uk,SLT\nC,c@b.uk,Colleague\nD,d@b.uk,Trustee\n")?;
    let found = GroupWords::default().of_table(&table, &mapping(&table)?, &groups);
    let found: Vec<_> = found.iter().map(|word| word.group.as_ref().map(GroupId::as_str)).collect();
    assert_eq!(found, [None, None, Some("staff"), Some("trustees")], "only its own title means a named group");
    Ok(())
}

#[test]
fn a_list_is_read_as_the_one_before() -> Outcome {
    let groups = RaterGroups::standard();
    let first = Table::from_text("Wer,Wohin,Manager email,Was\nAnn,ann@trust.uk,x@trust.uk,Freund\n")?;
    let choice =
        ColumnChoice { header: Some(1), name: Some(0), email: Some(1), group: Some(3), ..ColumnChoice::default() };
    let mapping = choice.settle(&first).map_err(|problems| format!("{problems:?}"))?;
    let mut words = GroupWords::default();
    words.set("Freund", GroupId::parse("external")?);
    words.set("ann@trust.uk", GroupId::parse("staff")?);
    words.set("gone", GroupId::parse("no_such_group")?);
    let kept = serde_json::to_string(&RememberedList::of(&first, &mapping, &words, &groups))?;
    assert_eq!(kept, r#"{"name":["Wer"],"email":"Wohin","group":"Was","words":{"freund":"external"}}"#);

    let kept: RememberedList = serde_json::from_str(&kept)?;
    let next = Table::from_text("Was,Manager email,Wohin,Wer\nFREUND,x@trust.uk,bo@trust.uk,Bo\n")?;
    let mapping = kept.choice(&next, &groups).settle(&next).map_err(|problems| format!("{problems:?}"))?;
    let examined = examine(&Roster::from_table(&next, &mapping, kept.words(&groups))?, &[])?;
    assert_eq!(people(&examined), [(2, "Bo", "bo@trust.uk", "external")]);
    let other: RememberedList = serde_json::from_str("{}")?;
    let usual = Table::from_text("Name,Email\nAnn,ann@trust.uk\n")?;
    assert_eq!(other.choice(&usual, &groups), ColumnChoice::propose(&usual, &groups));
    Ok(())
}

#[test]
fn every_word_can_be_said_and_those_of_the_list_are_remembered_first() -> Outcome {
    let (groups, staff) = (RaterGroups::standard(), GroupId::parse("staff")?);
    let row = |at| format!("A,a{at}@b.uk,new word {at}\n");
    let rows = (0..250).map(row).collect::<String>();
    let table = Table::from_text(&("Name,Email,Role\n".to_owned() + &rows))?;
    let mapping = mapping(&table)?;
    let mut words = GroupWords::default();
    for at in 0..200 {
        words.set(&format!("earlier word {at}"), staff.clone());
    }
    let earlier = RememberedList::of(&table, &mapping, &words, &groups).words(&groups);
    assert_eq!(earlier, words, "words of earlier lists stay");
    for at in 0..150 {
        words.set(&format!("New word {at}"), staff.clone());
    }
    assert!((0..150).all(|at| words.meaning(&format!("new word {at}")).is_some()), "also beyond what is kept");
    let kept = RememberedList::of(&table, &mapping, &words, &groups).words(&groups);
    assert!((0..150).all(|at| kept.meaning(&format!("new word {at}")).is_some()));
    assert_eq!((0..200).filter(|at| kept.meaning(&format!("earlier word {at}")).is_some()).count(), 50);
    Ok(())
}

#[test]
fn a_text_has_bounds_before_it_is_a_table() -> Outcome {
    use delimited::MOST_FIELDS;
    use table::{LONGEST_CELL, MOST_COLUMNS, MOST_ROWS};

    let read = |text: &str| Delimited::read(text).map(|read| read.rows);
    assert_eq!(read(&"x\n".repeat(MOST_ROWS))?.len(), MOST_ROWS);
    assert_eq!(read(&"x\n".repeat(MOST_ROWS + 1)), Err(UnreadableRoster::TooLong));
    assert_eq!(read(&vec!["x"; MOST_FIELDS].join(","))?[0].cells.len(), MOST_FIELDS);
    assert_eq!(read(&vec!["x"; MOST_FIELDS + 1].join(",")), Err(UnreadableRoster::TooWide));
    assert_eq!(read(&("x".to_owned() + &",".repeat(50_000)))?[0].cells.len(), MOST_COLUMNS, "empty ones do no harm");
    let wide = vec!["x"; MOST_FIELDS].join(",") + "\n";
    assert_eq!(read(&wide.repeat(MOST_ROWS * MOST_COLUMNS / MOST_FIELDS + 1)), Err(UnreadableRoster::TooWide));
    assert_eq!(read(&"x".repeat(LONGEST_CELL * 2))?[0].cells[0].chars().count(), LONGEST_CELL + 1);
    Ok(())
}

#[test]
fn a_repeat_is_a_warning_and_another_group_an_error() -> Outcome {
    let rows = [
        (4, raw("Ann", "ann@trust.uk", "staff")),
        (5, raw("  ", "", "\u{200b}")),
        (9, raw("Ann", "ANN@trust.uk", "Other staff")),
        (10, raw("Ann", "ann+1@trust.uk", "trustees")),
        (11, raw("Bo", "bo@trust.uk", "staff")),
        (12, raw("C\u{202e}y", "cy@", "friends")),
        (13, raw("=HYPERLINK(\"x\")", "di@trust.uk", "staff")),
    ];
    let examined = examine(&list(&rows)?, &["bo@trust.uk"])?;
    let states: Vec<_> = examined.rows.iter().map(|row| (row.row, row.state())).collect();
    assert_eq!(
        states,
        [
            (4, RowState::Good),
            (9, RowState::LeftOut),
            (10, RowState::Bad),
            (11, RowState::LeftOut),
            (12, RowState::Bad),
            (13, RowState::Good)
        ]
    );
    assert_eq!(examined.rows[1].problems[0].problem, RosterProblem::DuplicateRow(4), "the warning names the other row");
    let fields: Vec<_> = examined.rows[4].problems.iter().map(|found| found.field).collect();
    assert_eq!(fields, ["name", "email", "group"], "every cell has its own error");

    // What is left to import has no error, by the check of the import itself.
    let good = examined.good().ok_or("nobody")?;
    let (groups, subject, present) = (RaterGroups::standard(), Email::parse(SUBJECT)?, BTreeSet::new());
    let context =
        RosterContext { groups: &groups, subject: &subject, present: &present, asked: None, kept: &BTreeMap::new() };
    let (added, errors) = good.check(context);
    assert_eq!((added.len(), errors), (2, vec![]));
    Ok(())
}

#[test]
fn the_file_of_problems_is_safe_to_open_and_reads_back() -> Outcome {
    let rows = [
        (2, raw("'Abd Lee", "=cmd|' /C calc'!A0", "007")),
        (3, raw("Ann", "ann@trust.uk", "staff")),
        (4, raw("Bo, \"B\"", "bo@", "staff")),
    ];
    let examined = examine(&list(&rows)?, &[])?;
    let file = examined.problem_file();
    assert!(file.starts_with("\u{feff}name,email,group,problem\r\n''Abd Lee,'=cmd|' /C calc'!A0,'007,"), "{file}");
    assert!(!file.contains("ann@trust.uk") && file.contains("email: this is not an email address"), "{file}");
    let table = Table::from_text(&file)?;
    let mapping = mapping(&table)?;
    let again = examine(&Roster::from_table(&table, &mapping, GroupWords::default())?, &[])?;
    let typed = |examined: &Examined| examined.rows.iter().map(|row| row.raw.clone()).collect::<Vec<_>>();
    assert_eq!(typed(&again), [rows[0].1.clone(), rows[2].1.clone()]);
    Ok(())
}

#[test]
fn a_row_with_more_cells_than_the_header_is_wrong_as_a_whole() -> Outcome {
    let table =
        Table::from_text("Name,Email,Group\nLee, Ann,ann@trust.uk,staff\nBo,bo@trust.uk\nCy,cy@trust.uk,staff,,\n")?;
    let roster = Roster::from_table(&table, &mapping(&table)?, GroupWords::default())?;
    let found: Vec<_> = examine(&roster, &[])?
        .rows
        .into_iter()
        .map(|row| (row.row, row.problems.first().map(|found| found.field)))
        .collect();
    assert_eq!(found, [(2, Some("row")), (3, Some("group")), (4, None)], "what a short row lacks is empty");
    Ok(())
}

proptest! {
    #[test]
    fn guarantee_nothing_that_is_kept_has_an_address_in_it(
        cells in prop::collection::vec(prop::collection::vec("[a-z@. ]{0,8}", 4), 1..5),
        header in prop::option::of(1_usize..4),
        said in prop::collection::vec("[a-z@. ]{0,8}", 0..4),
    ) {
        let rows = (1..).zip(cells).map(|(number, cells)| TableRow { number, cells }).collect();
        let (table, groups) = (Table::new(rows), RaterGroups::standard());
        let choice = ColumnChoice { header, name: Some(0), last_name: Some(1), email: Some(2), group: Some(3), everybody: None };
        if let Ok(mapping) = choice.settle(&table) {
            let mut words = GroupWords::default();
            for (word, group) in said.iter().zip(GroupId::parse("staff").into_iter().cycle()) {
                words.set(word, group);
            }
            let kept = RememberedList::of(&table, &mapping, &words, &groups);
            prop_assert!(!serde_json::to_string(&kept).unwrap_or_default().contains('@'));
        }
    }

    #[test]
    fn proposing_never_panics(text in "[\\PC,;\t\n\"|@]{0,200}") {
        if let Ok(table) = Table::from_text(&text) {
            let groups = RaterGroups::standard();
            let choice = ColumnChoice::propose(&table, &groups);
            if let Ok(mapping) = choice.settle(&table) {
                let roster = Roster::from_table(&table, &mapping, words(&table, &mapping));
                prop_assert!(roster.is_ok());
            }
        }
    }
}

#[test]
fn rows_are_corrected_and_left_out_by_their_numbers() -> Outcome {
    let text =
        "name,email,group\nAnn,ann@,staff\nBo,bo@trust.uk,staff\nCy,cy@trust.uk,staff,more\nDi,di@trust.uk,staff\n";
    let table = Table::from_text(text)?;
    let roster = Roster::from_table(&table, &mapping(&table)?, GroupWords::default())?;
    let before = examine(&roster, &[])?;
    assert_eq!((before.count(RowState::Good), before.count(RowState::Bad)), (2, 2));
    let rows = [
        (2, raw("Ann", "ann@trust.uk", "staff")),
        (4, raw("Cy", "cy@trust.uk", "trustees")),
        (5, raw(" ", "", "")),
        (99, raw("Nobody", "nobody@trust.uk", "staff")),
    ];
    let after = examine(&roster.corrected(&rows.into(), &[3].into()), &[])?;
    assert_eq!(people(&after), [(2, "Ann", "ann@trust.uk", "staff"), (4, "Cy", "cy@trust.uk", "trustees")]);
    assert_eq!(after.rows.len(), 2, "what is left out or empty is no row any more");
    Ok(())
}
