use candour_domain::roster::{ColumnChoice, GroupWords, KnownBy, Table};
use candour_domain::{GroupId, RaterGroups};
use candour_sheet::{Unreadable, read};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::Outcome;
use crate::made::{compound, old_workbook, open_document, packed, record, workbook};

fn rows(table: &Table) -> Vec<(usize, Vec<&str>)> {
    table.rows.iter().map(|row| (row.number, row.cells.iter().map(String::as_str).collect())).collect()
}

/// `raters.fods` beside them, opened and saved by `LibreOffice` 7.4 as each kind.
#[test]
fn a_workbook_of_a_program_is_read_as_it_is_shown() -> Outcome {
    for (name, bytes) in [
        ("ods", include_bytes!("../files/raters.ods").as_slice()),
        ("xlsx", include_bytes!("../files/raters.xlsx")),
        ("xls", include_bytes!("../files/raters.xls")),
    ] {
        let table = read(bytes).map_err(|error| format!("{name}: {error}"))?;
        assert_eq!(table.sheet.as_deref(), Some("Raters"), "{name}: an empty sheet and a hidden one are passed over");
        assert_eq!(table.other_sheets, ["Old list"], "{name}");
        let expected: [(usize, [&str; 8]); 4] = [
            (1, ["Raters of Jo Mason, spring", "", "", "", "", "", "", ""]),
            (4, ["Forename", "Surname", "E-mail address", "Role", "Since", "Phone", "Years", "Sure"]),
            (5, ["Zoë", "Łukasz-O’Neill", "zoe@trust.uk", "Governors", "01/09/2021", "07700900123", "5.25", "TRUE"]),
            (6, ["Bo", "Lee &   Son", "bo@trust.uk", "SLT", "", "", "#DIV/0!", ""]),
        ];
        assert_eq!(rows(&table), expected.map(|(number, cells)| (number, cells.to_vec())), "{name}");

        let groups = RaterGroups::standard();
        let choice = ColumnChoice::propose(&table, &groups);
        let expected = ColumnChoice {
            header: Some(4),
            name: Some(0),
            last_name: Some(1),
            email: Some(2),
            group: Some(3),
            everybody: None,
        };
        assert_eq!(choice, expected, "{name}");
        let mapping = choice.settle(&table).map_err(|problems| format!("{problems:?}"))?;
        let words = GroupWords::default().of_table(&table, &mapping, &groups);
        let words: Vec<_> = words
            .iter()
            .map(|word| (word.word.as_str(), word.group.as_ref().map(GroupId::as_str), word.known))
            .collect();
        assert_eq!(
            words,
            [("Governors", Some("trustees"), KnownBy::Common), ("SLT", Some("executive_team"), KnownBy::Common)]
        );
    }
    Ok(())
}

#[test]
fn a_workbook_as_excel_writes_it_is_read() -> Outcome {
    let mut book = Workbook::new();
    let dates = Format::new().set_num_format("d mmmm yyyy");
    book.add_worksheet().set_name("Notes")?.set_hidden(true).write(0, 0, "hidden")?;
    let sheet = book.add_worksheet().set_name("List & co")?.set_active(true);
    sheet.write(1, 1, "Name")?.write(1, 2, "Email")?.write(1, 3, "Joined")?.write(1, 4, "Number")?;
    sheet.write(2, 1, "  Ann\nLee ")?.write(2, 2, "ann@trust.uk")?.write(2, 4, 1_234_567_890_123.0)?;
    sheet.write_with_format(2, 3, &ExcelDateTime::from_ymd(2026, 2, 28)?, &dates)?;
    sheet.write_formula(3, 1, Formula::new("=\"B\"&\"o\"").set_result("Bo"))?;
    sheet.write_formula(3, 4, Formula::new("=1/3").set_result("0.333333333333333"))?;
    sheet.write(3, 2, true)?.write(3, 3, "_x000D_ <&>\"'")?;
    let table = read(&book.save_to_buffer()?)?;
    assert_eq!(table.sheet.as_deref(), Some("List & co"));
    assert_eq!(table.other_sheets, [""; 0]);
    assert_eq!(
        rows(&table),
        [
            (2, vec!["", "Name", "Email", "Joined", "Number"]),
            (3, vec!["", "  Ann\nLee ", "ann@trust.uk", "28/02/2026", "1234567890123"]),
            (4, vec!["", "Bo", "TRUE", "_x000D_ <&>\"'", "0.333333333333333"]),
        ]
    );
    Ok(())
}

#[test]
fn rows_and_cells_that_do_not_say_where_they_are_follow_the_one_before() -> Outcome {
    let sheet = "<x:worksheet><x:sheetData><x:row><x:c t='inlineStr'><x:is><x:r><x:t>An</x:t></x:r><x:r><x:t>n</x:t></x:r>\
                 <x:rPh><x:t>loud</x:t></x:rPh></x:is></x:c><x:c/><x:c t='s'><x:v>0</x:v></x:c></x:row><x:row r='7'><x:c \
                 t='s'><x:v>9</x:v></x:c><x:c t='str'><x:f>A1<!-- & --></x:f><x:v>&#x42;o&amp;</x:v></x:c><x:c t='e'><x:v>#N/A\
                 </x:v></x:c></x:row></x:sheetData><x:c><x:v>not a cell</x:v></x:c></x:worksheet>";
    let table = read(&workbook("<sst uniqueCount='99999999999'><si><t>shared</t></si></sst>", sheet)?)?;
    assert_eq!(rows(&table), [(1, vec!["Ann", "", "shared"]), (7, vec!["", "Bo&", "#N/A"])]);
    Ok(())
}

#[test]
fn an_old_workbook_has_texts_that_go_on_in_the_next_record() -> Outcome {
    let mut wide = vec![1_u8];
    wide.extend("ł, and the rest".encode_utf16().flat_map(u16::to_le_bytes));
    let texts = [
        // Two texts: one with marks behind it, one that turns wide in the next record.
        record(
            0x00FC,
            &[&[2, 0, 0, 0, 2, 0, 0, 0][..], &[3, 0, 8, 1, 0], b"Ann", &[0, 0, 1, 0], &[20, 0, 0], b"begin"].concat(),
        ),
        record(0x003C, &wide),
    ]
    .concat();
    let shared = |column: u8, text: u8| record(0x00FD, &[0, 0, column, 0, 0, 0, text, 0, 0, 0]);
    let cells = [
        shared(0, 0),
        shared(1, 1),
        shared(2, 9),
        // Several numbers, a float and a whole one divided by a hundred, and the text of a formula.
        record(0x00BD, &[1, 0, 0, 0, 0, 0, 0, 0, 0x14, 0x40, 0, 0, 0xCB, 0x04, 0, 0, 1, 0]),
        record(0x0006, &[1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        record(0x0207, &[2, 0, 0, b'B', b'o']),
        record(0x0205, &[1, 0, 3, 0, 0, 0, 0x2A, 1]),
    ]
    .concat();
    let table = read(&old_workbook(&texts, &cells))?;
    assert_eq!(rows(&table), [(1, vec!["Ann", "beginł, and the rest", "", ""]), (2, vec!["5", "3.06", "Bo", "#N/A"])]);
    Ok(())
}

#[test]
fn a_protected_workbook_asks_for_one_without_a_password() -> Outcome {
    let encrypted = "<m><file-entry><manifest:encryption-data/></file-entry></m>";
    let files = [
        compound("EncryptedPackage", b"sealed", 0xFFFF_FFFE),
        old_workbook(&record(0x002F, &[1, 0, 1, 0, 1, 0]), &[]),
        open_document(encrypted, "")?,
    ];
    for file in files {
        assert_eq!(read(&file), Err(Unreadable::Password));
    }
    Ok(())
}

#[test]
fn a_file_of_another_kind_is_called_what_it_is() -> Outcome {
    let word = packed(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")])?;
    let text = packed(&[("mimetype", b"application/vnd.oasis.opendocument.text")])?;
    let binary = packed(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.bin", b"")])?;
    let numbers = packed(&[("Index/Document.iwa", b"")])?;
    let photos = packed(&[("photos/1.jpg", b"")])?;
    let html =
        "\u{feff}\n<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table><tr><td>Ann</td></tr></table>";
    let xml = "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>";
    for (bytes, what) in [
        (b"%PDF-1.7\n".as_slice(), "this is a PDF, and no list"),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF", "this is a picture, and no list"),
        (b"{\\rtf1 Ann}", "this is a text document (.rtf), and no list"),
        (&word, "this is a Word document, and no list"),
        (&compound("WordDocument", b"", 0xFFFF_FFFE), "this is a Word document, and no list"),
        (&text, "this is an OpenDocument file without a sheet"),
        (&binary, "this is a binary Excel workbook (.xlsb); open it"),
        (&numbers, "this is a document of Apple Numbers or Pages; open it"),
        (&photos, "this is a packed file (.zip), and no list"),
        (html.as_bytes(), "this is a web page, whatever it is called; open it"),
        (xml.as_bytes(), "this is a spreadsheet in XML, as Excel 2003 saved it; open it"),
        (b"\x09\x04\x06\0\0\x05\x10\0", "this is a workbook of an Excel from before 1997; open it"),
        (b"", "the file is empty; send"),
        (b" \r\n\t\n", "the file is empty; send"),
        (b"\xEF\xBB\xBF", "the file is empty; send"),
        (b"\x7FELF\x02\x01\x01\0\0\0", "this is no text and no workbook; send"),
    ] {
        let said = read(bytes).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said.starts_with(what), "{said:?} is not {what:?}");
    }
    Ok(())
}

#[test]
fn a_workbook_without_a_visible_text_says_so() -> Outcome {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Empty")?;
    book.add_worksheet().set_name("Hidden")?.set_very_hidden(true).write(0, 0, "Ann")?;
    assert_eq!(read(&book.save_to_buffer()?), Err(Unreadable::NothingVisible));
    Ok(())
}

#[test]
fn every_error_says_what_to_do() {
    let errors = [
        Unreadable::TooBig,
        Unreadable::Empty,
        Unreadable::NothingVisible,
        Unreadable::Password,
        Unreadable::OtherFile("a PDF"),
        Unreadable::OtherTable("a web page"),
        Unreadable::Numbers,
        Unreadable::NotText,
        Unreadable::TooMuch,
        Unreadable::TooLong,
        Unreadable::TooWide,
        Unreadable::Damaged,
    ];
    for said in errors.map(|error| error.to_string()) {
        let (_, what_to_do) = said.split_once("; ").unwrap_or_default();
        let first = what_to_do.split(' ').next().unwrap_or_default();
        assert!(["send", "show", "save", "open", "delete"].contains(&first), "{said}");
        assert!(said.starts_with(char::is_lowercase) && !said.ends_with('.'), "{said}");
    }
}
