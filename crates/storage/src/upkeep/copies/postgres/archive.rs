//! What is in an archive of `pg_dump`, as `pg_restore` tells without a server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, BufReader};

use super::programs::{Program, Programs, failed, said};
use crate::upkeep::copies::CopyError;

/// What Candour's tables are made of. Anything else, such as a trigger, somebody has added.
const KINDS: [&str; 6] = ["TABLE DATA", "STATISTICS DATA", "FK CONSTRAINT", "CONSTRAINT", "INDEX", "TABLE"];

/// The longest beginning of a line that is looked at: long enough for a heading and for every row that is read.
const LONGEST: usize = 4096;

/// An archive, and the program that reads it.
pub(super) struct Archive<'a> {
    pub(super) programs: &'a Programs,
    pub(super) file: PathBuf,
}

/// The table of contents.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listing {
    /// The major version of the server it was taken from.
    pub(super) server: u32,
    /// Tables with their schema, whose definition and whose rows are both there.
    pub(super) tables: Vec<(String, String)>,
    /// The lines of what tables are made of, as `pg_restore` takes them.
    pub(super) ours: String,
    /// What else there is.
    pub(super) strange: Vec<String>,
}

/// A table as it is named above its rows, and its columns in their order.
struct Heading {
    table: String,
    columns: Vec<String>,
}

impl Archive<'_> {
    /// Reads the table of contents.
    pub(super) async fn listing(&self) -> Result<Listing, CopyError> {
        let mut command = self.programs.command(Program::Restore);
        let listed = command.arg("--list").arg(&self.file).stdout(Stdio::piped()).output().await;
        let listed = listed.map_err(|error| failed(Program::Restore, error.to_string()))?;
        if listed.status.success() {
            Listing::parse(&String::from_utf8_lossy(&listed.stdout))
                .ok_or_else(|| CopyError::damaged(&self.file, "its contents cannot be read"))
        } else {
            Err(unreadable(&self.file, said(&listed.stderr)))
        }
    }

    /// Reads everything to the end and counts the rows of each table, which shows that all of it can be read.
    pub(super) async fn count(&self) -> Result<BTreeMap<String, u64>, CopyError> {
        let mut counted = BTreeMap::new();
        self.read(None, |heading, row| {
            let count: &mut u64 = counted.entry(heading.table.clone()).or_default();
            *count += u64::from(row.is_some());
        })
        .await?;
        Ok(counted)
    }

    /// The values of one column of a small table, as they are written in an archive.
    pub(super) async fn column(&self, table: &str, column: &str) -> Result<Vec<String>, CopyError> {
        let mut values = Vec::new();
        self.read(Some(table), |heading, row| {
            let at = heading.columns.iter().position(|name| name == column);
            let value = row.zip(at).and_then(|(row, at)| row.split(|byte| *byte == b'\t').nth(at));
            values.extend(value.map(|value| String::from_utf8_lossy(value).into_owned()));
        })
        .await?;
        Ok(values)
    }

    /// Goes through the rows of one table or all; `see` gets each heading without a row, and then each row with its
    /// heading.
    async fn read(&self, table: Option<&str>, see: impl FnMut(&Heading, Option<&[u8]>)) -> Result<(), CopyError> {
        let mut command = self.programs.command(Program::Restore);
        command.arg("--data-only").arg("--file=-").args(table.map(|table| format!("--table={table}")));
        let unstarted = |error: std::io::Error| failed(Program::Restore, error.to_string());
        let mut reading = command.arg(&self.file).stdout(Stdio::piped()).spawn().map_err(unstarted)?;
        let (output, complaints) = (reading.stdout.take(), reading.stderr.take());
        let reader = async {
            match output {
                Some(output) => scan(BufReader::with_capacity(1 << 18, output), see).await,
                None => Ok(true),
            }
        };
        let listener = async {
            let mut text = Vec::new();
            match complaints {
                Some(mut complaints) => complaints.read_to_end(&mut text).await.map(|_| text),
                None => Ok(text),
            }
        };
        let (complete, text) = tokio::join!(reader, listener);
        let (complete, text) = (complete.map_err(unstarted)?, text.map_err(unstarted)?);
        if !reading.wait().await.map_err(unstarted)?.success() {
            return Err(unreadable(&self.file, said(&text)));
        }
        if complete { Ok(()) } else { Err(CopyError::damaged(&self.file, "it ends within a table")) }
    }
}

impl Listing {
    /// Reads what `pg_restore --list` prints: comments, then lines such as `3420; 0 16468 TABLE DATA public raters
    /// candour`.
    fn parse(text: &str) -> Option<Self> {
        let from = text.lines().find_map(|line| line.strip_prefix(";     Dumped from database version: "))?;
        let server = from.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()?;
        let (mut defined, mut filled, mut ours, mut strange) = (Vec::new(), Vec::new(), String::new(), Vec::new());
        for line in text.lines().filter(|line| !line.starts_with(';')) {
            let Some(entry) = line.splitn(4, ' ').nth(3) else { continue };
            let Some((kind, rest)) =
                KINDS.iter().find_map(|kind| Some((*kind, entry.strip_prefix(kind)?.strip_prefix(' ')?)))
            else {
                // Without the owner at its end.
                strange.push(entry.rsplit_once(' ').map_or(entry, |(entry, _)| entry).to_owned());
                continue;
            };
            ours.push_str(line);
            ours.push('\n');
            let mut words = rest.split(' ').map(str::to_owned);
            let name = (words.next()?, words.next()?);
            match kind {
                "TABLE" => defined.push(name),
                "TABLE DATA" => filled.push(name),
                _ => {}
            }
        }
        defined.retain(|name| filled.contains(name));
        Some(Self { server, tables: defined, ours, strange })
    }
}

impl Heading {
    /// Reads `COPY public.raters (organisation_id, id, …) FROM stdin;`.
    fn parse(line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?.strip_prefix("COPY ")?.strip_suffix(") FROM stdin;")?;
        let (table, columns) = line.split_once(" (")?;
        Some(Self { table: table.to_owned(), columns: columns.split(", ").map(str::to_owned).collect() })
    }
}

/// Goes through the rows that are printed; says whether no table was left in the middle.
async fn scan(
    mut output: impl AsyncBufRead + Unpin,
    mut see: impl FnMut(&Heading, Option<&[u8]>),
) -> std::io::Result<bool> {
    let (mut line, mut within): (Vec<u8>, Option<Heading>) = (Vec::new(), None);
    loop {
        let piece = output.fill_buf().await?;
        if piece.is_empty() {
            return Ok(within.is_none());
        }
        let length = piece.len();
        let mut rest = piece;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            lengthen(&mut line, &rest[..end]);
            rest = &rest[end + 1..];
            within = match within.take() {
                Some(_) if line == b"\\." => None,
                Some(heading) => {
                    see(&heading, Some(&line));
                    Some(heading)
                }
                None => Heading::parse(&line).inspect(|heading| see(heading, None)),
            };
            line.clear();
        }
        lengthen(&mut line, rest);
        output.consume(length);
    }
}

fn lengthen(line: &mut Vec<u8>, piece: &[u8]) {
    line.extend_from_slice(&piece[..piece.len().min(LONGEST.saturating_sub(line.len()))]);
}

/// An archive that `pg_restore` does not read is of a later version, or damaged.
fn unreadable(file: &Path, said: String) -> CopyError {
    if said.starts_with("unsupported version") {
        let advice =
            "was written by a later pg_dump; set CANDOUR_POSTGRES_TOOLS to the folder of a pg_restore of that version";
        return CopyError::Unfit(format!("{} {advice}", file.display()));
    }
    CopyError::damaged(file, said)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &str = ";
; Archive created at 2026-11-25 13:41:48 UTC
;     Dumped from database version: 15.18 (Debian 15.18-0+deb12u1)
;     Dumped by pg_dump version: 16.1
;
215; 1259 16396 TABLE public organisations candour
220; 1259 16468 TABLE public raters candour
3419; 0 16396 TABLE DATA public organisations candour
3268; 2606 16402 CONSTRAINT public organisations organisations_pkey candour
3275; 2606 16479 FK CONSTRAINT public raters raters_fkey candour
3276; 2620 16480 TRIGGER public ballots when_it_came candour
";

    #[test]
    fn a_listing_names_tables_that_have_their_rows_and_what_does_not_belong() {
        let listing = Listing::parse(LISTED);
        let tables = vec![("public".to_owned(), "organisations".to_owned())];
        let ours = LISTED.lines().filter(|line| !line.starts_with(';') && !line.contains("TRIGGER"));
        let ours = ours.collect::<Vec<_>>().join("\n") + "\n";
        assert_eq!(
            listing,
            Some(Listing { server: 15, tables, ours, strange: vec!["TRIGGER public ballots when_it_came".to_owned()] })
        );
        assert_eq!(Listing::parse("nothing"), None);
    }

    const PRINTED: &str = "SET x;\nCOPY public.raters (id, name) FROM stdin;\na\tAnn\nb\tCOPY public.other (id) FROM \
     stdin;\n\\.\n\nCOPY public.empty (id) FROM stdin;\n\\.\n";

    async fn seen(text: &str, capacity: usize) -> std::io::Result<(Vec<String>, bool)> {
        let mut seen = Vec::new();
        let complete = scan(BufReader::with_capacity(capacity, text.as_bytes()), |heading, row| {
            seen.push(format!("{} {} {}", heading.table, heading.columns.len(), row.map_or(0, <[u8]>::len)));
        })
        .await?;
        Ok((seen, complete))
    }

    #[tokio::test]
    async fn rows_are_told_from_headings_wherever_a_piece_ends() -> std::io::Result<()> {
        let whole = ["public.raters 2 0", "public.raters 2 5", "public.raters 2 36", "public.empty 1 0"];
        for capacity in [1, 2, 7, 64, 4096] {
            let (rows, complete) = seen(PRINTED, capacity).await?;
            assert_eq!(rows, whole, "{capacity}");
            assert!(complete);
        }
        let cut = &PRINTED[..PRINTED.len() - 3];
        assert!(!seen(cut, 64).await?.1);
        let long = format!("COPY a.b (c) FROM stdin;\n{}\n\\.\n", "x".repeat(100_000));
        assert_eq!(seen(&long, 512).await?.0, ["a.b 1 0".to_owned(), format!("a.b 1 {LONGEST}")]);
        Ok(())
    }
}
