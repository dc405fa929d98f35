//! A result as CSV.

mod guard;

use std::borrow::Cow;

use candour_analytics::document::{BlockCell, Comment, CompetencyResult, Distribution, NamedMean};
use candour_analytics::{Cell, ReviewResult};

pub(crate) use guard::as_text;

/// Tells a spreadsheet that the text is UTF-8.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

const HEADER: [&str; 11] =
    ["level", "competency_id", "competency", "item_id", "text", "column", "state", "value", "reason", "name", "points"];

/// Writes a result as CSV (RFC 4180: UTF-8 with a byte order mark, CRLF, quotes where needed), one row for each number
/// or comment.
///
/// `level` is one of
/// - `group`: how many people of the group in `column` were asked, and how many answered where the result says so;
/// - `block`: how many people of the block in `column` answered;
/// - `competency` and `item`: `column` is a block's id, `all`, a named group's id, or for competencies `gap`,
///   `quadrant` and `change` (since the round before); `state` is `published`, `approximate` (the middle of a band
///   stands for a figure that it is made of), `low`, `high`, `suppressed` (with the `reason`) or `named` (with the
///   `name`);
/// - `distribution`: `column` is a block's id, `points` a stretch of the scale such as `1 to 3` or `5`, `value` how
///   many answers of the block to the item lie in it; or `points` is `favourable` or `unfavourable`, and `value` their
///   share in per cent;
/// - `comment`: `item_id` and `text` are the prompt's, `column` is `all` or a named group's id, `state` is `published`,
///   `named` or `redacted`;
/// - `audit`: `column` is `items` where anything is shown and `nothing` otherwise, `value` how many checks the auditor
///   made.
///
/// A text that a spreadsheet would take for something else (a formula, a date, a number, a truth value) gets an
/// apostrophe in front, and so does one that begins with an apostrophe. A program that takes off one apostrophe where a
/// cell begins with one has every text as it was.
#[must_use]
pub fn to_csv(result: &ReviewResult) -> String {
    let mut csv = Table(BYTE_ORDER_MARK.to_string());
    csv.row(&HEADER.map(Field::Text));
    for group in &result.groups {
        csv.count("group", &group.title, (group.id.as_str(), "asked"), &group.invited.to_string());
        if let Some(responded) = group.responded {
            csv.count("group", &group.title, (group.id.as_str(), "answered"), &responded.to_string());
        }
    }
    for block in &result.blocks {
        csv.count("block", &block.title, (&block.id, "published"), &block.responded.to_string());
    }
    for competency in &result.competencies {
        let at = About { level: "competency", competency, item: "", text: "" };
        csv.cells(at, &competency.cells, competency.all, &competency.named);
        // All three are made from the figure over all blocks.
        let state = state(competency.all);
        if let Some(gap) = competency.gap {
            csv.cell(at, "gap", (state, Field::Number(&gap.to_string())), "", "");
        }
        if let Some(quadrant) = competency.quadrant {
            csv.cell(at, "quadrant", (state, Field::Text(quadrant.as_str())), "", "");
        }
        if let Some(change) = competency.change {
            csv.cell(at, "change", (state, Field::Text(change.as_str())), "", "");
        }
        for item in &competency.items {
            let at = About { level: "item", competency, item: item.id.as_str(), text: &item.text };
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
            csv.row(
                &["comment", "", "", prompt.prompt.as_str(), &prompt.text, column, state, text, "", name, ""]
                    .map(Field::Text),
            );
        };
        for pooled in &prompt.comments {
            comment("all", "published", pooled, "");
        }
        for named in &prompt.named {
            comment(named.group.as_str(), "named", &named.comment, named.name.as_str());
        }
    }
    if let Some(audit) = result.audit {
        csv.count("audit", "", (audit.level.as_str(), "published"), &audit.checks.to_string());
    }
    csv.0
}

/// What a row of numbers is about.
#[derive(Clone, Copy)]
struct About<'a> {
    level: &'a str,
    competency: &'a CompetencyResult,
    item: &'a str,
    text: &'a str,
}

/// What a cell holds.
#[derive(Clone, Copy)]
enum Field<'a> {
    /// What a spreadsheet may reckon with.
    Number(&'a str),
    /// Everything else.
    Text(&'a str),
}

struct Table(String);

impl Table {
    fn cells(&mut self, at: About<'_>, cells: &[BlockCell], all: Cell, named: &[NamedMean]) {
        for (column, cell) in cells.iter().map(|cell| (cell.block.as_str(), cell.cell)).chain([("all", all)]) {
            let mean = cell.mean().map(String::from).unwrap_or_default();
            let reason = cell.reason().map_or("", candour_analytics::SuppressionReason::as_str);
            self.cell(at, column, (state(cell), Field::Number(&mean)), reason, "");
        }
        for named in named {
            self.cell(
                at,
                named.group.as_str(),
                ("named", Field::Number(&named.mean.to_string())),
                "",
                named.name.as_str(),
            );
        }
    }

    fn distribution(&mut self, at: About<'_>, distribution: &Distribution) {
        let at = About { level: "distribution", ..at };
        for bin in &distribution.bins {
            let (one, several) = (bin.from.to_string(), format!("{} to {}", bin.from, bin.to));
            let points = if bin.from == bin.to { Field::Number(&one) } else { Field::Text(&several) };
            self.points(at, &distribution.block, points, bin.count);
        }
        for (points, share) in [("favourable", distribution.favourable), ("unfavourable", distribution.unfavourable)] {
            if let Some(share) = share {
                self.points(at, &distribution.block, Field::Text(points), share);
            }
        }
    }

    fn points(&mut self, at: About<'_>, block: &str, points: Field<'_>, value: u32) {
        let value = value.to_string();
        self.placed(at, (block, "published", Field::Number(&value)), ("", "", points));
    }

    fn cell(&mut self, at: About<'_>, column: &str, (state, value): (&str, Field<'_>), reason: &str, name: &str) {
        self.placed(at, (column, state, value), (reason, name, Field::Text("")));
    }

    /// How many people or checks, of the whole result.
    fn count(&mut self, level: &str, title: &str, (column, state): (&str, &str), value: &str) {
        let mut fields = [level, "", "", "", title, column, state, "", "", "", ""].map(Field::Text);
        fields[7] = Field::Number(value);
        self.row(&fields);
    }

    fn placed(
        &mut self,
        at: About<'_>,
        (column, state, value): (&str, &str, Field<'_>),
        (reason, name, points): (&str, &str, Field<'_>),
    ) {
        let text = Field::Text;
        let About { level, competency, item, text: words } = at;
        self.row(&[
            text(level),
            text(competency.id.as_str()),
            text(&competency.title),
            text(item),
            text(words),
            text(column),
            text(state),
            value,
            text(reason),
            text(name),
            points,
        ]);
    }

    fn row(&mut self, fields: &[Field<'_>; HEADER.len()]) {
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            let field = match field {
                Field::Number(number) => Cow::Borrowed(*number),
                Field::Text(text) => as_text(text),
            };
            self.0.push_str(&quoted(&field));
        }
        self.0.push_str("\r\n");
    }
}

/// What kind of thing a cell shows, and whether its mean is approximate.
fn state(cell: Cell) -> &'static str {
    if cell.is_approximate() { "approximate" } else { cell.state().as_str() }
}

/// The text between double quotes if it needs them.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_go_where_they_are_needed() {
        assert_eq!(quoted("plain; text"), "plain; text");
        assert_eq!(quoted("a, b"), "\"a, b\"");
        assert_eq!(quoted("say \"hi\"\nthere"), "\"say \"\"hi\"\"\nthere\"");
    }
}
