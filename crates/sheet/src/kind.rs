//! What a file is, by how it begins and what is in it.

use crate::Unreadable;
use crate::archive::Archive;
use crate::compound::Compound;

/// What can be read.
pub(crate) enum Kind<'a> {
    Xlsx(Archive<'a>),
    Ods(Archive<'a>),
    Xls(Compound<'a>),
    Text,
}

/// How files of other kinds begin.
const OTHERS: [(&[u8], &str); 18] = [
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a text document (.rtf)"),
    (b"\x89PNG", "a picture"),
    (b"\xFF\xD8\xFF", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"BM", "a picture"),
    (b"RIFF", "a picture or a film"),
    (b"\0\0\0\x18ftyp", "a picture or a film"),
    (b"\0\0\0\x1Cftyp", "a picture or a film"),
    (b"\0\0\0\x20ftyp", "a picture or a film"),
    (b"\x1F\x8B", "a packed file"),
    (b"7z\xBC\xAF\x27\x1C", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"PK\x05\x06", "a packed file with nothing in it"),
    (b"BEGIN:VCARD", "a card of contacts"),
    (b"MZ", "a program"),
];

const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

pub(crate) fn of(bytes: &[u8]) -> Result<Kind<'_>, Unreadable> {
    if bytes.starts_with(b"PK\x03\x04") {
        return packed(Archive::open(bytes)?);
    }
    if bytes.starts_with(COMPOUND) {
        return compound(Compound::read(bytes).ok_or(Unreadable::Damaged)?);
    }
    // Workbooks from before 1995 begin with the record that later ones have inside.
    if [b"\x09\0\x04\0", b"\x09\x02\x06\0", b"\x09\x04\x06\0"].iter().any(|begin| bytes.starts_with(*begin)) {
        return Err(Unreadable::OtherTable("a workbook of an Excel from before 1997"));
    }
    // Two letters may begin a text as well.
    let is_text = |begin: &[u8]| begin.len() <= 2 && !bytes.iter().take(512).any(|byte| *byte == 0);
    match OTHERS.iter().find(|(begin, _)| bytes.starts_with(begin) && !is_text(begin)) {
        Some((_, what)) => Err(Unreadable::OtherFile(what)),
        None => Ok(Kind::Text),
    }
}

fn packed(mut archive: Archive<'_>) -> Result<Kind<'_>, Unreadable> {
    let other = |what| Err(Unreadable::OtherFile(what));
    let kind = archive.text("mimetype")?.unwrap_or_default();
    if kind.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
        return Ok(Kind::Ods(archive));
    }
    if kind.starts_with("application/vnd.oasis.opendocument.") {
        return other("an OpenDocument file without a sheet");
    }
    if archive.has("xl/workbook.bin") {
        return Err(Unreadable::OtherTable("a binary Excel workbook (.xlsb)"));
    }
    if archive.has("word/document.xml") {
        return other("a Word document");
    }
    if archive.has("ppt/presentation.xml") {
        return other("a PowerPoint presentation");
    }
    if archive.has("index/document.iwa") || archive.has("index.zip") {
        return Err(Unreadable::Numbers);
    }
    if archive.has("[content_types].xml") || archive.has("xl/workbook.xml") {
        return Ok(Kind::Xlsx(archive));
    }
    other("a packed file (.zip)")
}

fn compound(compound: Compound<'_>) -> Result<Kind<'_>, Unreadable> {
    let has = |name| compound.has(name);
    if has("EncryptedPackage") {
        Err(Unreadable::Password)
    } else if has("Workbook") {
        Ok(Kind::Xls(compound))
    } else if has("Book") {
        Err(Unreadable::OtherTable("a workbook of an Excel from before 1997"))
    } else if has("WordDocument") {
        Err(Unreadable::OtherFile("a Word document"))
    } else if has("PowerPoint Document") {
        Err(Unreadable::OtherFile("a PowerPoint presentation"))
    } else if has("__properties_version1.0") {
        Err(Unreadable::OtherFile("an email saved by Outlook"))
    } else {
        Err(Unreadable::OtherFile("a document of another program"))
    }
}
