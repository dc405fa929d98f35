//! Tables in Markdown: the first column is text, the others are figures.

use std::fmt::{Display, Formatter};

/// A table that grows row by row.
pub(crate) struct Table {
    lines: Vec<String>,
}

impl Table {
    /// Begins a table.
    pub(crate) fn new(columns: &[&str]) -> Self {
        let rule: Vec<&str> = columns.iter().enumerate().map(|(at, _)| if at == 0 { "---" } else { "---:" }).collect();
        Self { lines: vec![format!("| {} |", columns.join(" | ")), format!("| {} |", rule.join(" | "))] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: &[&str]) {
        self.lines.push(format!("| {} |", cells.join(" | ")));
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}
