//! A result as CSV.

use candour_analytics::document::{BlockCell, Comment, CompetencyResult, Distribution, NamedMean};
use candour_analytics::{Cell, ReviewResult};

const HEADER: [&str; 11] =
    ["level", "competency_id", "competency", "item_id", "text", "column", "state", "value", "reason", "name", "points"];

/// Writes a result as CSV (RFC 4180: UTF-8, CRLF, quotes where needed), one row for each number or comment.
///
/// `level` is one of
/// - `group`: how many people of the group in `column` were asked, and how many answered where the result says so;
/// - `block`: how many people of the block in `column` answered;
/// - `competency` and `item`: `column` is a block's id, `all`, a named group's id, or for competencies `gap`, `quadrant` and `change` (since
///   the round before); `state` is `published`, `approximate` (the middle of a band stands for a figure that it is made of), `low`, `high`,
///   `suppressed` (with the `reason`) or `named` (with the `name`);
/// - `distribution`: `column` is a block's id, `points` a stretch of the scale such as `1 to 3` or `5`, `value` how many answers of the block
///   to the item lie in it; or `points` is `favourable` or `unfavourable`, and `value` their share in per cent;
/// - `comment`: `item_id` and `text` are the prompt's, `column` is `all` or a named group's id, `state` is `published`, `named` or
///   `redacted`;
/// - `audit`: `column` is `items` where anything is shown and `nothing` otherwise, `value` how many checks the auditor made.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe in front.
#[must_use]
pub fn to_csv(result: &ReviewResult) -> String {
    let mut csv = Table(String::new());
    csv.row(&HEADER);
    for group in &result.groups {
        csv.row(&["group", "", "", "", &group.title, group.id.as_str(), "asked", &group.invited.to_string(), "", "", ""]);
        if let Some(responded) = group.responded {
            csv.row(&["group", "", "", "", &group.title, group.id.as_str(), "answered", &responded.to_string(), "", "", ""]);
        }
    }
    for block in &result.blocks {
        let responded = block.responded.to_string();
        csv.row(&["block", "", "", "", &block.title, &block.id, "published", &responded, "", "", ""]);
    }
    for competency in &result.competencies {
        let at = Place { level: "competency", competency, item: "", text: "" };
        csv.cells(at, &competency.cells, competency.all, &competency.named);
        // All three are made from the figure over all blocks.
        let state = state(competency.all);
        if let Some(gap) = competency.gap {
            csv.number(at, "gap", (state, &gap.to_string()), "", "");
        }
        if let Some(quadrant) = competency.quadrant {
            csv.number(at, "quadrant", (state, quadrant.as_str()), "", "");
        }
        if let Some(change) = competency.change {
            csv.number(at, "change", (state, change.as_str()), "", "");
        }
        for item in &competency.items {
            let at = Place { level: "item", competency, item: item.id.as_str(), text: &item.text };
            csv.cells(at, &item.cells, item.all, &item.named);
            for distribution in &item.distributions {
                csv.distribution(at, distribution);
            }
        }
    }
    for prompt in &result.comments {
        let mut comment = |column: &str, state: &str, comment: &Comment, name: &str| {
            let state = if comment.redacted { "redacted" } else { state };
            let text = comment.text.as_deref().unwrap_or_default();
            csv.row(&["comment", "", "", prompt.prompt.as_str(), &prompt.text, column, state, text, "", name, ""]);
        };
        for pooled in &prompt.comments {
            comment("all", "published", pooled, "");
        }
        for named in &prompt.named {
            comment(named.group.as_str(), "named", &named.comment, named.name.as_str());
        }
    }
    if let Some(audit) = result.audit {
        csv.row(&["audit", "", "", "", "", audit.level.as_str(), "published", &audit.checks.to_string(), "", "", ""]);
    }
    csv.0
}

/// What a row of numbers is about.
#[derive(Clone, Copy)]
struct Place<'a> {
    level: &'a str,
    competency: &'a CompetencyResult,
    item: &'a str,
    text: &'a str,
}

struct Table(String);

impl Table {
    fn cells(&mut self, at: Place<'_>, cells: &[BlockCell], all: Cell, named: &[NamedMean]) {
        for (column, cell) in cells.iter().map(|cell| (cell.block.as_str(), cell.cell)).chain([("all", all)]) {
            let mean = cell.mean().map(String::from).unwrap_or_default();
            let reason = cell.reason().map_or("", candour_analytics::SuppressionReason::as_str);
            self.number(at, column, (state(cell), &mean), reason, "");
        }
        for named in named {
            self.number(at, named.group.as_str(), ("named", &named.mean.to_string()), "", named.name.as_str());
        }
    }

    fn distribution(&mut self, at: Place<'_>, distribution: &Distribution) {
        let at = Place { level: "distribution", ..at };
        for bin in &distribution.bins {
            // "1-3" would be a date to a spreadsheet.
            let points = if bin.from == bin.to { bin.from.to_string() } else { format!("{} to {}", bin.from, bin.to) };
            self.points(at, &distribution.block, &points, bin.count);
        }
        for (points, share) in [("favourable", distribution.favourable), ("unfavourable", distribution.unfavourable)] {
            if let Some(share) = share {
                self.points(at, &distribution.block, points, share);
            }
        }
    }

    fn points(&mut self, at: Place<'_>, block: &str, points: &str, value: u32) {
        let Place { level, competency, item, text } = at;
        let value = value.to_string();
        self.row(&[level, competency.id.as_str(), &competency.title, item, text, block, "published", &value, "", "", points]);
    }

    fn number(&mut self, at: Place<'_>, column: &str, (state, value): (&str, &str), reason: &str, name: &str) {
        let Place { level, competency, item, text } = at;
        self.row(&[level, competency.id.as_str(), &competency.title, item, text, column, state, value, reason, name, ""]);
    }

    fn row(&mut self, fields: &[&str; HEADER.len()]) {
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            self.0.push_str(&quoted(&harmless(field)));
        }
        self.0.push_str("\r\n");
    }
}

/// What kind of thing a cell shows, and whether its mean is approximate.
fn state(cell: Cell) -> &'static str {
    if cell.is_approximate() { "approximate" } else { cell.state().as_str() }
}

/// The text with an apostrophe in front if a spreadsheet would take it for a formula; plain numbers stay numbers.
fn harmless(text: &str) -> String {
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && !is_number { format!("'{text}") } else { text.to_owned() }
}

/// The text between double quotes if it needs them.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_text_and_a_number_stays_a_number() {
        for formula in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "-", "- kind to all", "=", "\n=1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for plain in ["-0.4", "3.8", "+1", "", "Listens = good", "too_few_answers", "'quoted'"] {
            assert_eq!(harmless(plain), plain);
        }
    }

    #[test]
    fn quotes_go_where_they_are_needed() {
        assert_eq!(quoted("plain; text"), "plain; text");
        assert_eq!(quoted("a, b"), "\"a, b\"");
        assert_eq!(quoted("say \"hi\"\nthere"), "\"say \"\"hi\"\"\nthere\"");
    }
}
