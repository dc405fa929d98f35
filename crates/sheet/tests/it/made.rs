//! Files made byte by byte, where no program would write them so.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// A packed file with these parts.
pub(crate) fn packed(parts: &[(&str, &[u8])]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// An Excel workbook with these texts for cells to share and this for its one sheet.
pub(crate) fn workbook(texts: &str, sheet: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    workbook_of(1, texts, sheet)
}

/// An Excel workbook with so many sheets, of which each is the same part.
pub(crate) fn workbook_of(sheets: usize, texts: &str, sheet: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let listed = |at| format!("<sheet name=\"S{at}\" sheetId=\"{at}\" r:id=\"s{at}\"/>");
    let listed = (0..sheets).map(listed).collect::<String>();

    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation =
        |id: &str, to: &str, what: &str| format!("<Relationship Id=\"{id}\" Type=\"{kind}/{what}\" Target=\"{to}\"/>");
    let relations = |all: String| format!("<Relationships>{all}</Relationships>");
    packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", relations(relation("a", "xl/workbook.xml", "officeDocument")).as_bytes()),
        ("xl/workbook.xml", format!("<workbook><sheets>{listed}</sheets></workbook>").as_bytes()),
        (
            "xl/_rels/workbook.xml.rels",
            relations(
                (0..sheets)
                    .map(|at| relation(&format!("s{at}"), "worksheets/sheet1.xml", "worksheet"))
                    .collect::<String>()
                    + &relation("t", "/xl/sharedStrings.xml", "sharedStrings"),
            )
            .as_bytes(),
        ),
        ("xl/sharedStrings.xml", texts.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// A spreadsheet of `OpenDocument` with this for its one sheet.
pub(crate) fn open_document(manifest: &str, sheet: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    packed(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", format!("<d><table:table table:name=\"S\">{sheet}</table:table></d>").as_bytes()),
    ])
}

/// A container of old files with one stream, of which each sector leads to the next, or to this one.
pub(crate) fn compound(name: &str, stream: &[u8], last_leads_to: u32) -> Vec<u8> {
    let mut stream = stream.to_vec();
    stream.resize(stream.len().max(4096).next_multiple_of(512), 0);
    let sectors = stream.len() / 512;
    let mut header = vec![0_u8; 512];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    put(24, &[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    put(44, &1_u32.to_le_bytes());
    put(48, &1_u32.to_le_bytes());
    put(60, &u32::MAX.wrapping_sub(1).to_le_bytes());
    put(68, &u32::MAX.wrapping_sub(1).to_le_bytes());
    put(76, &0_u32.to_le_bytes());
    for at in 1..109 {
        put(76 + at * 4, &u32::MAX.to_le_bytes());
    }
    // Sector 0 says which leads where, 1 is the directory, the stream follows.
    let mut next = vec![0xFFFF_FFFD_u32, 0xFFFF_FFFE];
    next.extend((0..sectors).map(|at| u32::try_from(at + 3).unwrap_or(u32::MAX)));
    if let Some(last) = next.last_mut() {
        *last = last_leads_to;
    }
    next.resize(128, u32::MAX);
    let entry = |name: &str, kind: u8, start: u32, size: usize| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(entry.len() + 2).unwrap_or(0);
        entry.resize(128, 0);
        entry[64..66].copy_from_slice(&length.to_le_bytes());
        entry[66] = kind;
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes());
        entry
    };
    let mut directory = entry("Root Entry", 5, 0xFFFF_FFFE, 0);
    directory.extend(entry(name, 2, 2, stream.len()));
    directory.resize(512, 0);
    let next = next.into_iter().flat_map(u32::to_le_bytes);
    header.into_iter().chain(next).chain(directory).chain(stream).collect()
}

/// One record of an old workbook.
pub(crate) fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

/// An old workbook with one sheet that has these records.
pub(crate) fn old_workbook(globals: &[u8], cells: &[u8]) -> Vec<u8> {
    old_workbook_of(1, globals, cells)
}

/// An old workbook that names its one sheet so often.
pub(crate) fn old_workbook_of(sheets: usize, globals: &[u8], cells: &[u8]) -> Vec<u8> {
    let begin = record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0]);
    let sheet = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat());
    let end = record(0x000A, &[]);
    let before = begin.len() + sheet(0).len() * sheets + globals.len() + end.len();
    let at = u32::try_from(before).unwrap_or(0);
    let named = sheet(at).repeat(sheets);
    compound("Workbook", &[&begin[..], &named, globals, &end, &begin, cells, &end].concat(), 0xFFFF_FFFE)
}
