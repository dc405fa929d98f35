//! Tables for people: as wide as they need to be, and on a terminal no wider than it is.

use std::io::IsTerminal;

/// Between two columns.
const GAP: &str = "  ";

/// A table with a line of headings, or what is said instead where there is no row. Of what is too wide for a terminal,
/// the last column is cut short.
pub(super) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]], empty: &str) -> String {
    let width = std::io::stdout().is_terminal().then(terminal_width);
    laid_out(headings, rows, empty, width)
}

fn laid_out<const N: usize>(headings: [&str; N], rows: &[[String; N]], empty: &str, width: Option<usize>) -> String {
    if rows.is_empty() {
        return format!("{empty}\n");
    }
    let headings = headings.map(str::to_owned);
    let every = || std::iter::once(&headings).chain(rows);
    let widths: Vec<usize> =
        (0..N).map(|at| every().filter_map(|row| row.get(at)).map(|cell| length(cell)).max().unwrap_or(0)).collect();
    let line = |row: &[String; N]| {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - length(cell))))
            .collect();
        let line = cells.join(GAP).trim_end().to_owned();
        match width {
            Some(width) if length(&line) > width => line.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
            _ => line,
        }
    };
    every().map(|row| line(row) + "\n").collect()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// What the terminal says of itself by `COLUMNS`, or the usual width.
fn terminal_width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).filter(|width| *width >= 40).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_and_fit() {
        let rows = [["1".to_owned(), "Zoë O’Brien".to_owned()], ["1234".to_owned(), "A".to_owned()]];
        assert_eq!(laid_out(["ID", "NAME"], &rows, "none", None), "ID    NAME\n1     Zoë O’Brien\n1234  A\n");
        assert_eq!(laid_out(["ID", "NAME"], &rows, "none", Some(10)), "ID    NAME\n1     Zoë…\n1234  A\n");
        assert_eq!(laid_out::<2>(["ID", "NAME"], &[], "none yet", Some(10)), "none yet\n");
    }
}
