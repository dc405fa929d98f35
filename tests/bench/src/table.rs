//! Tables in Markdown: the first column is text, the others are figures.

use crate::speak;

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

/// The text of the whole result, printed as it grows.
#[derive(Default)]
pub(crate) struct Paper(String);

impl Paper {
    /// Adds a heading.
    pub(crate) fn heading(&mut self, text: &str) {
        self.add(&format!("### {text}"));
    }

    /// Adds a paragraph or a list.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.add(text);
    }

    /// Adds a table.
    pub(crate) fn table(&mut self, table: &Table) {
        self.add(&table.lines.join("\n"));
    }

    fn add(&mut self, block: &str) {
        speak::line(&format!("{block}\n"));
        if !self.0.is_empty() {
            self.0.push_str("\n\n");
        }
        self.0.push_str(block);
    }
}
