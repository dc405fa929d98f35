//! Files made to do harm. None ends the process, takes its memory or its time.

use std::time::{Duration, Instant};

use candour_sheet::{LARGEST_FILE, LARGEST_UNPACKED, MOST_SHEETS, Unreadable, read};
use proptest::prelude::*;

use crate::Outcome;
use crate::made::{compound, old_workbook, old_workbook_of, open_document, packed, record, workbook, workbook_of};

#[test]
fn a_bomb_is_refused_while_it_is_unpacked() -> Outcome {
    let blanks = " ".repeat(LARGEST_UNPACKED * 2);
    let sheet = format!("<worksheet><sheetData><row><c><v>{blanks}1</v></c></row></sheetData></worksheet>");
    let mut bomb = workbook("<sst/>", &sheet)?;
    assert!(bomb.len() < 200_000, "{} bytes", bomb.len());
    assert_eq!(read(&bomb), Err(Unreadable::TooMuch));
    // Beyond the limit it is broken, and nobody gets there to see that.
    let mut broken = bomb.clone();
    let beyond = broken.len() * 3 / 4;
    broken[beyond..beyond + 64].fill(0);
    assert_eq!(read(&broken), Err(Unreadable::TooMuch));
    // What the archive says of its parts is not believed: here each says that it unpacks to one byte.
    let mut lies = 0;
    for at in 0..bomb.len() - 46 {
        for (mark, size) in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)] {
            if bomb[at..].starts_with(mark) {
                bomb[at + size..at + size + 4].copy_from_slice(&1_u32.to_le_bytes());
                lies += 1;
            }
        }
    }
    assert!(lies >= 12, "{lies}");
    assert!(matches!(read(&bomb), Err(Unreadable::TooMuch | Unreadable::Damaged)));
    Ok(())
}

#[test]
fn the_limit_is_for_all_parts_together() -> Outcome {
    let half = " ".repeat(LARGEST_UNPACKED / 2);
    let sheet = format!("<worksheet><sheetData><row><c><v>1</v></c></row></sheetData>{half}</worksheet>");
    assert!(read(&workbook("<sst/>", &sheet)?).is_ok());
    assert_eq!(read(&workbook(&format!("<sst/>{half}"), &sheet)?), Err(Unreadable::TooMuch));
    Ok(())
}

#[test]
fn an_archive_has_a_most_of_parts() -> Outcome {
    let names: Vec<String> = (0..=2_000).map(|at| format!("part{at}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(read(&packed(&parts)?), Err(Unreadable::TooMuch));
    let mut claims = packed(&parts[..3])?;
    let at = claims.len() - 22;
    let end = [
        &b"PK\x06\x06"[..],
        &44_u64.to_le_bytes(),
        &[0; 12],
        &[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0].repeat(2),
        &[0; 16],
    ]
    .concat();
    claims.splice(at..at, end);
    assert_eq!(read(&claims), Err(Unreadable::TooMuch), "a number of parts that is only claimed");
    Ok(())
}

#[test]
fn what_a_workbook_claims_is_not_believed() -> Outcome {
    let one = "<worksheet><dimension ref='A1:XFD1048576'/><sheetData><row r='1048576'><c r='B1048576'><v>1</v></c></row></sheetData></worksheet>";
    for count in ["99999999999", "18446744073709551615", "-1"] {
        let table = read(&workbook(&format!("<sst count='{count}' uniqueCount='{count}'/>"), one)?)?;
        assert_eq!((table.rows.len(), table.rows[0].number, table.width()), (1, 1_048_576, 2));
    }
    let far =
        |cell: &str| format!("<worksheet><sheetData><row><c r='{cell}'><v>1</v></c></row></sheetData></worksheet>");
    assert_eq!(read(&workbook("<sst/>", &far("XFD1"))?), Err(Unreadable::TooWide));
    assert!(read(&workbook("<sst/>", &far("A18446744073709551615"))?).is_ok());
    Ok(())
}

#[test]
fn repetitions_are_counted_before_they_are_made() -> Outcome {
    let cell = |columns: &str, text: &str| {
        format!(
            "<table:table-cell table:number-columns-repeated='{columns}'><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |rows: &str, cells: &str| {
        format!("<table:table-row table:number-rows-repeated='{rows}'>{cells}</table:table-row>")
    };
    let file = |sheet: &str| open_document("<m/>", sheet);
    let most = usize::MAX.to_string();
    assert_eq!(read(&file(&row("1048576", &cell("1", "x")))?), Err(Unreadable::TooLong));
    assert_eq!(read(&file(&row("1", &cell("16384", "x")))?), Err(Unreadable::TooWide));
    assert_eq!(read(&file(&row(&most, &cell(&most, "x")))?), Err(Unreadable::TooWide));
    let later = row(&most, &cell(&most, "")) + &row(&most, &cell("1", "x")) + &row("2", &cell("1", "x"));
    assert!(matches!(read(&file(&later)?), Err(Unreadable::TooLong | Unreadable::NothingVisible)));
    // A long text in as many cells as there may be.
    let long = row("20000", &cell("50", &"x".repeat(1000)));
    assert_eq!(read(&file(&long)?), Err(Unreadable::TooMuch));
    let blanks = "<text:s text:c='999999999'/>".repeat(10_000);
    assert!(
        read(&file(&row("1", &format!("<table:table-cell><text:p>x{blanks}</text:p></table:table-cell>")))?).is_ok()
    );
    Ok(())
}

#[test]
fn a_long_text_that_cells_share_is_counted_in_each() -> Outcome {
    let cells: String = (0..50).map(|_| "<c t='s'><v>0</v></c>").collect();
    let sheet =
        format!("<worksheet><sheetData>{}</sheetData></worksheet>", format!("<row>{cells}</row>").repeat(5_000));
    let texts = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(10_000_000));
    assert_eq!(read(&workbook(&texts, &sheet)?), Err(Unreadable::TooMuch));
    Ok(())
}

#[test]
fn a_workbook_has_a_most_of_sheets() -> Outcome {
    let sheet = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>";
    let table = read(&workbook_of(MOST_SHEETS, "<sst/>", sheet)?)?;
    assert_eq!((table.rows.len(), table.other_sheets.len()), (1, MOST_SHEETS - 1));
    assert_eq!(read(&workbook_of(MOST_SHEETS + 1, "<sst/>", sheet)?), Err(Unreadable::TooMuch));
    assert_eq!(read(&old_workbook_of(MOST_SHEETS + 1, &[], &[])), Err(Unreadable::TooMuch));
    let mut open = "<table:table><table:table-row/></table:table>".repeat(MOST_SHEETS);
    open.insert_str(0, "</table:table>");
    open.push_str("<table:table>");
    assert_eq!(read(&open_document("<m/>", &open)?), Err(Unreadable::TooMuch));
    Ok(())
}

#[test]
fn sheets_that_are_the_same_part_are_not_unpacked_without_end() -> Outcome {
    let blanks = " ".repeat(LARGEST_UNPACKED / 4);
    let sheet = format!("<worksheet><sheetData>{blanks}<row><c><v>1</v></c></row></sheetData></worksheet>");
    let table = read(&workbook_of(MOST_SHEETS, "<sst/>", &sheet)?)?;
    assert_eq!((table.rows.len(), table.other_sheets.len()), (1, MOST_SHEETS - 1), "those beyond are named unread");
    // Where none of them has a cell, the limit ends it.
    let empty = format!("<worksheet><sheetData>{blanks}</sheetData></worksheet>");
    assert_eq!(read(&workbook_of(MOST_SHEETS, "<sst/>", &empty)?), Err(Unreadable::TooMuch));
    assert_eq!(read(&old_workbook_of(2, &[], &[])), Err(Unreadable::Damaged));
    Ok(())
}

#[test]
fn blank_cells_are_not_put_anywhere_however_often_they_are_repeated() -> Outcome {
    let blank = "<table:table-cell table:number-columns-repeated='50'><text:p> </text:p></table:table-cell>";
    let row = format!("<table:table-row table:number-rows-repeated='20000'>{blank}</table:table-row>");
    assert_eq!(read(&open_document("<m/>", &row.repeat(5_000))?), Err(Unreadable::NothingVisible));
    Ok(())
}

#[test]
fn sectors_that_lead_in_a_circle_end() {
    let begin = Instant::now();
    for to in [2, 3, 9, 1, 0] {
        let circle = compound("Workbook", &vec![0; 40_000], to);
        assert_eq!(read(&circle), Err(Unreadable::Damaged));
    }
    // The directory leads to itself, and says that its stream has 4 GB.
    let mut circle = compound("Workbook", &vec![0; 40_000], 2);
    circle[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
    circle[1024 + 128 + 120..1024 + 128 + 124].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(read(&circle), Err(Unreadable::Damaged));
    assert!(begin.elapsed() < Duration::from_secs(2));
}

#[test]
fn cells_far_apart_in_an_old_workbook_take_no_room_between_them() -> Outcome {
    let number = |row: u16, column: u8| {
        record(0x0203, &[&row.to_le_bytes()[..], &[column, 0, 0, 0], &1_f64.to_le_bytes()].concat())
    };
    let table = read(&old_workbook(&[], &[number(0, 0), number(u16::MAX, 49)].concat()))?;
    assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 65_536]);
    assert_eq!(read(&old_workbook(&[], &number(0, 50))), Err(Unreadable::TooWide));
    Ok(())
}

#[test]
fn many_attributes_and_much_nesting_take_no_square_of_time() -> Outcome {
    let attributes: String = (0..200_000).map(|at| " a=''".replace('a', &format!("a{at}"))).collect();
    let nested = "<a>".repeat(500_000);
    let begin = Instant::now();
    let sheet = format!(
        "<worksheet{attributes}><sheetData><row{attributes}><c r='A1'><v>1</v></c></row></sheetData></worksheet>"
    );
    assert!(read(&workbook("<sst/>", &sheet)?).is_ok());
    assert_eq!(read(&workbook("<sst/>", &nested)?), Err(Unreadable::Damaged));
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    Ok(())
}

#[test]
fn a_text_of_separators_alone_is_nothing() {
    let begin = Instant::now();
    for only in [",", ";\n", "\t", "\"", "\"\"", "\n", "@,", "x,", "=\"\"\n"] {
        let file = only.repeat(LARGEST_FILE / 10 / only.len());
        let _ = read(file.as_bytes());
    }
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
}

proptest! {
    #[test]
    fn nothing_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read(&bytes);
    }

    #[test]
    fn nothing_panics_on_a_workbook_that_was_changed(
        which in 0_usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        cuts: bool,
    ) {
        let old = old_workbook(&record(0x00FC, b"\x01\0\0\0\x01\0\0\0\x03\0\0Ann"), &record(0x00FD, &[0; 10]));
        let mut file = match which {
            0 => include_bytes!("../files/raters.ods").to_vec(),
            1 => include_bytes!("../files/raters.xlsx").to_vec(),
            2 => include_bytes!("../files/raters.xls").to_vec(),
            _ => old,
        };
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if cuts {
            file.truncate(cut.index(file.len()));
        }
        let _ = read(&file);
    }

    #[test]
    fn nothing_panics_on_a_sheet_of_any_elements(
        parts in prop::collection::vec(prop::sample::select(vec![
            "<row>", "<row r='0'>", "</row>", "<c r='A1' t='s'>", "<c r='B0'>", "<c s='9' t='b'>", "</c>", "<v>", "</v>", "<v>7",
            "<is>", "</is>", "<t>", "</t>", "<f>", "</f>", "&#0;", "&#x110000;", "&x;", "&", "<![CDATA[x]]>", "1e999", "<sheetData>",
            "</sheetData>", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "<", "<table:table-row table:number-rows-repeated='-1'>",
            "<table:table-cell table:number-columns-repeated='3'>", "</table:table-cell>", "</table:table-row>", "<text:p>x", "</text:p>",
            "<office:annotation>", "</office:annotation>", "<table:table>", "</table:table>",
        ]), 0..40),
    ) {
        let sheet = parts.concat();
        let made = workbook("<sst><si><t>a</t></si></sst>", &format!("<sheetData>{sheet}</sheetData>"));
        let _ = made.map(|file| read(&file));
        let _ = open_document("<m/>", &sheet).map(|file| read(&file));
    }
}
