use std::collections::{BTreeMap, BTreeSet};

use super::group_words::find_group;
use super::*;
use crate::RaterGroup;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const SUBJECT: &str = "ceo@trust.uk";

fn check_beside(roster: &Roster, present: &[&str]) -> Result<(Vec<RosterRow>, Vec<RosterError>), InvalidPerson> {
    let present = present.iter().map(|email| Email::parse(email)).collect::<Result<BTreeSet<_>, _>>()?;
    let (groups, subject, kept) = (RaterGroups::standard(), Email::parse(SUBJECT)?, BTreeMap::new());
    Ok(roster.check(RosterContext { groups: &groups, subject: &subject, present: &present, asked: None, kept: &kept }))
}

fn check(csv: &str) -> Result<(Vec<RosterRow>, Vec<RosterError>), Box<dyn std::error::Error>> {
    Ok(check_beside(&Roster::from_csv(csv.as_bytes())?, &[SUBJECT])?)
}

fn good(rows: &[RosterRow]) -> Vec<(&str, &str, &str)> {
    rows.iter().map(|row| (row.person.name.as_str(), row.person.email.as_str(), row.group.as_str())).collect()
}

fn places(errors: &[RosterError]) -> Vec<(usize, &str)> {
    errors.iter().map(|error| (error.row, error.field)).collect()
}

fn unreadable(csv: &[u8]) -> Option<UnreadableRoster> {
    Roster::from_csv(csv).err()
}

#[test]
fn every_way_a_spreadsheet_saves_a_list_reads_alike() -> Outcome {
    let files = [
        "name,email,group\nAnn Lee,ann@trust.uk,trustees\nBo,bo@trust.uk,staff\n",
        "\u{feff}name,email,group\r\nAnn Lee,ann@trust.uk,trustees\r\nBo,bo@trust.uk,staff",
        "Name;Email;Group\r\nAnn Lee;ann@trust.uk;trustees\r\nBo;bo@trust.uk;staff\r\n",
        "\u{feff}name\temail\tgroup\nAnn Lee\tann@trust.uk\ttrustees\nBo\tbo@trust.uk\tstaff\n",
        "name,email,group\rAnn Lee,ann@trust.uk,trustees\rBo,bo@trust.uk,staff\r",
        "\"name\",\"email\",\"group\"\n\"Ann Lee\",\"ann@trust.uk\",\"trustees\"\n\"Bo\",\"bo@trust.uk\",\"staff\"\n",
        "group, EMAIL ,name\n Trustees , Ann@Trust.uk , Ann Lee \nstaff,bo@trust.uk,Bo\n",
        "id,name,email,group,note\n1,Ann Lee,ann@trust.uk,trustees,\"new, since May\"\n2,Bo,bo@trust.uk,staff\n",
    ];
    for file in files {
        let (rows, errors) = check(file)?;
        assert_eq!(errors, [], "{file:?}");
        assert_eq!(good(&rows), [("Ann Lee", "ann@trust.uk", "trustees"), ("Bo", "bo@trust.uk", "staff")], "{file:?}");
    }
    Ok(())
}

#[test]
fn quoted_fields_hold_separators_and_quotes() -> Outcome {
    let (rows, errors) = check("name,email,group\n\"Lee, Ann \"\"Annie\"\"\",ann@trust.uk,trustees\n")?;
    assert_eq!((good(&rows), errors), (vec![("Lee, Ann \"Annie\"", "ann@trust.uk", "trustees")], vec![]));
    Ok(())
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts_them() -> Outcome {
    for end in ["\n", "\r\n", "\r"] {
        let lines = [
            "name,email,group,note",
            "",
            "Ann,ann@trust.uk,trustees,\"two\nlines, and\r\na third\"",
            ",,,",
            "   ",
            "",
            "",
            "Bo,bo@,trustees,",
            "Cy,cy@trust.uk,nobody,",
            "",
            "\"Di\ndi\",di@trust.uk,staff,",
        ];
        let (rows, errors) = check(&lines.join(end))?;
        assert_eq!(rows.len(), 1, "{end:?}");
        assert_eq!(places(&errors), [(8, "email"), (9, "group"), (11, "name")], "{end:?}");
    }
    let (_, errors) = check("\n\nname,email,group\nBo,bo@,trustees\n")?;
    assert_eq!(places(&errors), [(4, "email")], "blank lines above the header count too");
    Ok(())
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    assert_eq!(unreadable(b""), Some(UnreadableRoster::Empty));
    assert_eq!(unreadable(b"\xEF\xBB\xBF\r\n \r\n"), Some(UnreadableRoster::Empty));
    assert_eq!(unreadable(b"name,email,group\n"), Some(UnreadableRoster::Empty));
    assert_eq!(unreadable(b"name,email\nAnn,ann@trust.uk\n"), Some(UnreadableRoster::Header { column: "group" }));
    assert_eq!(unreadable(b"Ann,ann@trust.uk,trustees\n"), Some(UnreadableRoster::Header { column: "name" }));
    assert_eq!(unreadable(b"name,email,group,Email\nA,a@b.uk,staff,\n"), Some(UnreadableRoster::HeaderTwice("email")));
    let windows = b"name,email,group\r\nAnn,ann@trust.uk,trustees\r\nZo\xEB,zoe@trust.uk,staff\r\n";
    assert_eq!(unreadable(windows), Some(UnreadableRoster::Encoding { line: 3 }));
    assert_eq!(unreadable(b"\xFF\xFEn\0a\0m\0e\0"), Some(UnreadableRoster::Utf16));
    let open = b"name,email,group\n\nAnn,ann@trust.uk,trustees\n\"Bo,bo@trust.uk,staff\nCy,cy@trust.uk,staff\n";
    assert_eq!(unreadable(open), Some(UnreadableRoster::Quote { row: 4 }));
}

#[test]
fn a_list_has_a_longest_length() {
    let rows = |count| vec![RawRow::default(); count];
    assert!(Roster::from_json(rows(LONGEST_ROSTER)).is_ok());
    assert_eq!(Roster::from_json(rows(LONGEST_ROSTER + 1)), Err(UnreadableRoster::TooLong));
    assert_eq!(Roster::from_json(Vec::new()), Err(UnreadableRoster::Empty));
}

#[test]
fn a_ragged_row_is_reported_whole() -> Outcome {
    let (rows, errors) = check(
        "name,email,group\nAnn,ann@trust.uk\nBo,bo@trust.uk,staff,,\nLee, \
         Cy,cy@trust.uk,staff\nDi\nEd,ed@trust.uk,staff,x\nFi,fi@trust.uk,staff\n",
    )?;
    assert_eq!(
        good(&rows),
        [("Bo", "bo@trust.uk", "staff"), ("Fi", "fi@trust.uk", "staff")],
        "empty fields at the end do no harm"
    );
    let fields = |row, found| RosterError {
        format: RosterFormat::Csv,
        row,
        field: "row",
        problem: RosterProblem::Fields { expected: 3, found },
    };
    assert_eq!(errors, [fields(2, 2), fields(4, 4), fields(5, 1), fields(6, 4)]);
    Ok(())
}

#[test]
fn each_field_has_its_own_error() -> Outcome {
    let (rows, errors) =
        check("name,email,group\n,ann@trust.uk,staff\nBo,,staff\nCy,cy@trust.uk,\nDi,di at trust,governors\n")?;
    assert_eq!(rows, []);
    assert_eq!(places(&errors), [(2, "name"), (3, "email"), (4, "group"), (5, "email"), (5, "group")]);
    let problems: Vec<_> = errors.into_iter().map(|error| error.problem).collect();
    let known = "chair, trustees, executive_team, headteachers, staff, external".to_owned();
    assert_eq!(
        problems,
        [
            RosterProblem::Person(InvalidPerson::NameMissing),
            RosterProblem::Person(InvalidPerson::EmailMissing),
            RosterProblem::GroupMissing(known.clone()),
            RosterProblem::Person(InvalidPerson::EmailSyntax),
            RosterProblem::GroupUnknown { group: "governors".to_owned(), known },
        ]
    );
    Ok(())
}

#[test]
fn nobody_is_asked_twice() -> Outcome {
    let (rows, errors) =
        check("name,email,group\nAnn,ann@trust.uk,staff\nAnn,ANN@trust.uk,trustees\nAnn,ann@trust.uk,staff\n")?;
    assert_eq!(good(&rows), [("Ann", "ann@trust.uk", "staff")]);
    let twice =
        |row| RosterError { format: RosterFormat::Csv, row, field: "email", problem: RosterProblem::DuplicateRow(2) };
    assert_eq!(errors, [twice(3), twice(4)]);
    let list =
        Roster::from_json(vec![RawRow { name: "Ann".into(), email: "ann@trust.uk".into(), group: "staff".into() }])?;
    let (rows, errors) = check_beside(&list, &[SUBJECT, "ann@trust.uk"])?;
    assert_eq!(rows, []);
    assert_eq!(
        errors,
        [RosterError { format: RosterFormat::Json, row: 1, field: "email", problem: RosterProblem::AlreadyRater }]
    );
    Ok(())
}

#[test]
fn the_subject_rates_only_themselves_and_nobody_else_does() -> Outcome {
    let csv = "name,email,group\nJo,CEO@trust.uk,trustees\nAnn,ann@trust.uk,self\n";
    let (rows, errors) = check(csv)?;
    assert_eq!(rows, []);
    let problems: Vec<_> = errors.iter().map(|error| (error.row, error.field, error.problem.clone())).collect();
    assert_eq!(problems, [(2, "email", RosterProblem::Subject), (3, "group", RosterProblem::NotSubject)]);
    let own = Roster::from_csv(b"name,email,group\nJo,ceo@trust.uk,self\n")?;
    assert_eq!(
        check_beside(&own, &[SUBJECT])?.1.into_iter().map(|error| error.problem).collect::<Vec<_>>(),
        [RosterProblem::AlreadyRater]
    );
    assert_eq!(good(&check_beside(&own, &[])?.0), [("Jo", SUBJECT, "self")]);
    Ok(())
}

#[test]
fn one_mailbox_is_asked_once_however_its_address_is_written() -> Outcome {
    let csv = "name,email,group\nAnn,ann@trust.uk,staff\nAnn,ann+1@trust.uk,trustees\nPat,p.at@gmail.com,staff\nPat,pat+x@googlemail.com,staff\n\
        An,an.n@trust.uk,staff\n";
    let (rows, errors) = check(csv)?;
    assert_eq!(
        rows.iter().map(|row| row.person.email.as_str()).collect::<Vec<_>>(),
        ["ann@trust.uk", "p.at@gmail.com", "an.n@trust.uk"]
    );
    let problems: Vec<_> = errors.into_iter().map(|error| (error.row, error.field, error.problem)).collect();
    assert_eq!(
        problems,
        [(3, "email", RosterProblem::SameMailboxRow(2)), (5, "email", RosterProblem::SameMailboxRow(4))]
    );

    let list = Roster::from_csv(
        b"name,email,group\nAnn,ann+2@trust.uk,staff\nJo,ceo+board@trust.uk,trustees\nJo,ceo+own@trust.uk,self\n",
    )?;
    let (rows, errors) = check_beside(&list, &[SUBJECT, "ann+1@trust.uk"])?;
    assert_eq!(rows, []);
    let problems: Vec<_> = errors.into_iter().map(|error| (error.row, error.field, error.problem)).collect();
    let subject = [(3, "email", RosterProblem::Subject), (4, "email", RosterProblem::SameMailboxRow(3))];
    assert_eq!(problems, [vec![(2, "email", RosterProblem::SameMailbox)], subject.into()].concat());
    Ok(())
}

#[test]
fn a_group_that_was_not_asked_at_launch_takes_nobody() -> Outcome {
    let roster = Roster::from_csv(b"name,email,group\nAnn,ann@trust.uk,staff\nBo,bo@trust.uk,trustees\n")?;
    let asked = ["self", "staff"].into_iter().map(GroupId::parse).collect::<Result<BTreeSet<_>, _>>()?;
    let (groups, subject, present) = (RaterGroups::standard(), Email::parse(SUBJECT)?, BTreeSet::new());
    let context = RosterContext {
        groups: &groups,
        subject: &subject,
        present: &present,
        asked: Some(&asked),
        kept: &BTreeMap::new(),
    };
    let (rows, errors) = roster.check(context);
    assert_eq!(good(&rows), [("Ann", "ann@trust.uk", "staff")]);
    let problems: Vec<_> = errors.into_iter().map(|error| (error.row, error.field, error.problem)).collect();
    assert_eq!(problems, [(3, "group", RosterProblem::GroupNotAsked(GroupId::parse("trustees")?))]);
    Ok(())
}

#[test]
fn somebody_whose_address_was_refused_is_added_again_in_the_same_group() -> Outcome {
    let kept: BTreeMap<_, _> = [(Email::parse("ann@trust.uk")?, GroupId::parse("staff")?)].into();
    let (groups, subject, present) = (RaterGroups::standard(), Email::parse(SUBJECT)?, BTreeSet::new());
    let check = |csv: &str| -> Result<_, UnreadableRoster> {
        let context = RosterContext { groups: &groups, subject: &subject, present: &present, asked: None, kept: &kept };
        Ok(Roster::from_csv(csv.as_bytes())?.check(context))
    };
    assert_eq!(good(&check("name,email,group\nAnn,Ann@trust.uk,staff\n")?.0), [("Ann", "ann@trust.uk", "staff")]);
    let (rows, errors) = check("name,email,group\nAnn,ann@trust.uk,trustees\n")?;
    assert_eq!((rows, places(&errors)), (vec![], vec![(2, "group")]));
    Ok(())
}

#[test]
fn only_a_list_in_json_is_pointed_into() -> Outcome {
    let row = RawRow { name: "Bo".to_owned(), email: "bo@".to_owned(), group: "staff".to_owned() };
    let good = RawRow { email: "ann@trust.uk".to_owned(), ..row.clone() };
    let (_, in_json) = check_beside(&Roster::from_json(vec![good, row])?, &[])?;
    let (_, in_csv) = check("name,email,group\nAnn,ann@trust.uk,staff\nBo,bo@,staff\n")?;
    assert_eq!(places(&in_json), [(2, "email")]);
    assert_eq!(in_json.iter().map(RosterError::pointer).collect::<Vec<_>>(), [Some("/1/email".to_owned())]);
    assert_eq!(places(&in_csv), [(3, "email")]);
    assert_eq!(in_csv.iter().map(RosterError::pointer).collect::<Vec<_>>(), [None]);
    Ok(())
}

#[test]
fn columns_are_known_by_what_people_call_them() -> Outcome {
    let files = [
        "First name,Last name,Email Address,Group\nAnn,Lee,ann@trust.uk,trustees\nBo,,bo@trust.uk,staff\n",
        "Surname;Forename;Work email;Rater group\nLee;Ann;ann@trust.uk;trustees\n;Bo;bo@trust.uk;staff\n",
        "sep=;\r\nFull name;Mail;Group\r\nAnn Lee;ann@trust.uk;trustees\r\nBo;bo@trust.uk;staff\r\n",
        "\u{feff}\"sep=,\"\nname,email,group\nAnn Lee,ann@trust.uk,trustees\nBo,bo@trust.uk,staff\n",
        "na\u{200b}me,\u{feff}e-mail,group\u{a0}\nAnn Lee,ann@trust.uk,trustees\nBo,bo@trust.uk,staff\n",
        "name|email|group\nAnn Lee|ann@trust.uk|trustees\nBo|bo@trust.uk|staff\n",
        // More commas than tabs, and only the tabs yield the columns.
        "name (as they sign, first and last, please),x\tname\temail\tgroup\nx\tAnn \
         Lee\tann@trust.uk\ttrustees\nx\tBo\tbo@trust.uk\tstaff\n",
        "name, email, group, note\n\"Ann Lee\", \"ann@trust.uk\", \"trustees\", \"new, since May\"\nBo,  bo@trust.uk \
         ,staff, \"\"\n",
    ];
    for file in files {
        let (rows, errors) = check(file)?;
        assert_eq!(errors, [], "{file:?}");
        assert_eq!(good(&rows), [("Ann Lee", "ann@trust.uk", "trustees"), ("Bo", "bo@trust.uk", "staff")], "{file:?}");
    }
    assert_eq!(
        unreadable(b"First name,email,group\nAnn,ann@trust.uk,staff\n"),
        Some(UnreadableRoster::Header { column: "name" })
    );
    assert_eq!(
        unreadable(b"name,mail,work email,group\nA,a@b.uk,,staff\n"),
        Some(UnreadableRoster::HeaderTwice("email"))
    );
    let (_, errors) = check("sep=;\nname;email;group\nBo;bo@;staff\n")?;
    assert_eq!(places(&errors), [(2, "email")], "a spreadsheet shows no row for the separator");
    Ok(())
}

#[test]
fn a_group_is_known_by_its_title_as_people_see_it() -> Outcome {
    let meant = [
        ("Executive team", "executive_team"),
        ("executive-team", "executive_team"),
        ("OTHER STAFF", "staff"),
        ("Trustee", "trustees"),
        ("Headteacher", "headteachers"),
        ("External partner", "external"),
        ("chair of trustees", "chair"),
        (" Trustees\u{a0}", "trustees"),
    ];
    for (written, group) in meant {
        let (rows, errors) = check(&format!("name,email,group\nAnn,ann@trust.uk,{written}\n"))?;
        assert_eq!((good(&rows), errors), (vec![("Ann", "ann@trust.uk", group)], vec![]), "{written}");
    }
    let (_, errors) = check(
        "name,email,group\nAnn,ann@trust.uk,tru\u{200b}stees\nBo,bo@trust.uk,\u{200b}\nCy,cy@trust.uk,governors\n",
    )?;
    assert_eq!(places(&errors), [(2, "group"), (3, "group"), (4, "group")]);
    let said = errors[0].problem.to_string();
    assert_eq!(
        said,
        "the group is not as it looks: character 4 is a zero-width space (U+200B), which nobody sees; delete it"
    );
    assert!(matches!(errors[1].problem, RosterProblem::GroupMissing(_)), "{errors:?}");
    // Of two groups with one title, neither is meant.
    let mut groups: Vec<RaterGroup> = RaterGroups::standard().into();
    groups[5].title = "Trustees".to_owned();
    let groups = RaterGroups::new(groups)?;
    assert_eq!(find_group(&groups, "trustee").map(|group| group.id.as_str()), None);
    assert_eq!(find_group(&groups, "trustees").map(|group| group.id.as_str()), Some("trustees"));
    Ok(())
}

#[test]
fn an_address_that_is_not_as_it_looks_is_refused_by_row() -> Outcome {
    let csv = "name,email,group\nIpek,İpek@trust.example,staff\nAnn,ann@tr\u{200b}ust.uk,staff\nBo,oz@192.168.0.1,staff\nC\u{202e}y,cy@trust.uk,staff\n\
        Di,di@müller.example,staff\nDi,di@xn--mller-kva.example,staff\n";
    let (rows, errors) = check(csv)?;
    assert_eq!(good(&rows), [("Di", "di@xn--mller-kva.example", "staff")]);
    assert_eq!(places(&errors), [(2, "email"), (3, "email"), (4, "email"), (5, "name"), (7, "email")]);
    assert_eq!(errors[0].problem, RosterProblem::Person(InvalidPerson::EmailLetter('İ')));
    assert!(
        errors[1].problem.to_string().contains("character 7 is a zero-width space (U+200B)"),
        "{}",
        errors[1].problem
    );
    assert_eq!(errors[4].problem, RosterProblem::DuplicateRow(6));
    Ok(())
}

#[test]
fn a_file_of_another_kind_is_called_what_it_is() {
    for (bytes, what) in [
        (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml".as_slice(), "this is an Excel workbook (.xlsx)"),
        (
            b"PK\x03\x04\x14\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "this is an OpenDocument spreadsheet (.ods)",
        ),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", "this is an old Excel workbook (.xls)"),
        (b"%PDF-1.7\n", "this is a PDF"),
    ] {
        let said = unreadable(bytes).map(|error| error.to_string()).unwrap_or_default();
        assert!(said.starts_with(what) && said.contains("save the sheet as \"CSV UTF-8"), "{said}");
    }
    let wide: Vec<u8> =
        "name,email,group\nAnn,ann@trust.uk,staff\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = "name,email,group\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [wide.as_slice(), &big, b"\xFF\xFEn\0", b"\xFE\xFF\0n"] {
        assert_eq!(unreadable(bytes), Some(UnreadableRoster::Utf16));
    }
}
