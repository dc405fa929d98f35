use candour_domain::roster::{Table, TableRow};
use candour_domain::text::spreadsheet::quoted;
use candour_sheet::{LARGEST_FILE, LONGEST_CELL, Unreadable, read};
use proptest::prelude::*;

use crate::Outcome;

fn cells(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect()
}

#[test]
fn a_text_is_read_in_the_encodings_that_spreadsheets_write() -> Outcome {
    let text = "Name;Email\r\nZoë “Zo” O’Neill;zoe@trust.uk\r\n";
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let windows = b"Name;Email\r\nZo\xEB \x93Zo\x94 O\x92Neill;zoe@trust.uk\r\n".to_vec();
    let files = [
        (text.as_bytes().to_vec(), false),
        (format!("\u{feff}{text}").into_bytes(), false),
        (windows, true),
        ([&b"\xFF\xFE"[..], &wide(u16::to_le_bytes)].concat(), false),
        ([&b"\xFE\xFF"[..], &wide(u16::to_be_bytes)].concat(), false),
        (wide(u16::to_le_bytes), false),
    ];
    for (bytes, guessed) in files {
        let table = read(&bytes)?;
        assert_eq!(cells(&table), [vec!["Name", "Email"], vec!["Zoë “Zo” O’Neill", "zoe@trust.uk"]], "{bytes:?}");
        assert_eq!(table.guessed_letters, guessed, "{bytes:?}");
    }
    Ok(())
}

#[test]
fn a_text_has_bounds() -> Outcome {
    assert_eq!(read(&vec![b'a'; LARGEST_FILE + 1]), Err(Unreadable::TooBig));
    let rows = |count| "Ann,ann@trust.uk\n".repeat(count);
    assert_eq!(read(rows(20_000).as_bytes())?.rows.len(), 20_000);
    assert_eq!(read(rows(20_001).as_bytes()), Err(Unreadable::TooLong));
    let wide = |columns| vec!["x"; columns].join(",");
    assert_eq!(read(wide(50).as_bytes())?.width(), 50);
    assert_eq!(read(wide(51).as_bytes()), Err(Unreadable::TooWide));
    assert_eq!(
        cells(&read(("Ann,x".to_owned() + &",".repeat(300)).as_bytes())?)[0].len(),
        50,
        "empty columns do no harm"
    );
    let long = "é".repeat(LONGEST_CELL + 1);
    assert_eq!(read(format!("{long},x").as_bytes())?.rows[0].cells[0], "é".repeat(LONGEST_CELL) + "…");
    assert_eq!(read(&"é".repeat(LONGEST_CELL).into_bytes())?.rows[0].cells[0].chars().count(), LONGEST_CELL);
    Ok(())
}

#[test]
fn an_open_quote_is_named_with_its_row() {
    let said = read(b"Name,Email\n\"Ann,ann@trust.uk\n").err().map(|error| error.to_string()).unwrap_or_default();
    assert!(said.starts_with("a double quote opens in row 2"), "{said}");
}

/// A text as people have it in a cell, without blanks around it.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z' ,;|\t\"\n@.=+-]{0,20}", "\\PC{0,20}", Just("ann@trust.uk".to_owned()), Just(String::new()),]
        .prop_map(|text| text.trim().to_owned())
}

proptest! {
    #[test]
    fn a_table_written_as_csv_and_read_back_is_the_same(
        rows in prop::collection::vec(prop::collection::vec(cell(), 2..6), 1..12),
        separator in prop::sample::select(vec![',', ';', '\t', '|']),
        mark: bool,
    ) {
        // The text is written as spreadsheets do, with the separator told, since any may stand in a cell.
        let always = |text: &String| {
            let text = quoted(text);
            if text.starts_with('"') { text } else { format!("\"{text}\"") }
        };
        let lines = rows.iter().map(|row| row.iter().map(always).collect::<Vec<_>>().join(&separator.to_string()) + "\r\n");
        let text = format!("{}sep={separator}\r\n{}", if mark { "\u{feff}" } else { "" }, lines.collect::<String>());
        let numbered = (1..).zip(rows).map(|(number, cells)| TableRow { number, cells });
        let table = Table::new(numbered.collect());
        match read(text.as_bytes()) {
            Ok(read) => prop_assert_eq!(read.rows, table.rows),
            Err(error) => prop_assert!(table.rows.is_empty() && error == Unreadable::Empty, "{}", error),
        }
    }
}
