//! A result as plain text for the terminal.

use candour_analytics::document::{CompetencyResult, NamedComment};
use candour_analytics::{Cell, CellState, Quadrant, ReviewResult, SuppressionReason};
use candour_domain::rater::SELF_GROUP;

/// How wide a page of text is, in characters.
const PAGE: usize = 96;

/// The narrowest that the column of competencies may become before block headings are broken.
const NARROWEST_TITLE: usize = 22;

/// The width at which most titles of competencies fit on one line.
const ROOMY_TITLE: usize = 40;

/// Lays a result out as text of at most 96 characters a line: who answered, one line for each competency with a column for each block,
/// what the named raters said, and the comments. A report of more than seven or so blocks is wider.
#[must_use]
pub fn to_table(result: &ReviewResult) -> String {
    let mut page = Page::default();
    page.line(&format!("{}: {}, {}", result.round_title, result.subject.name, result.subject.role));
    page.line(&"=".repeat(PAGE));
    page.blank();
    who_answered(&mut page, result);
    if result.blocks.is_empty() {
        let needed = result.policy.threshold;
        page.text("", &format!("Fewer than {needed} people answered anonymously. So that nobody can be told apart, nothing is shown."));
        return page.0;
    }
    competencies(&mut page, result);
    by_name(&mut page, result);
    comments(&mut page, result);
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }

    fn blank(&mut self) {
        self.0.push('\n');
    }

    /// Text filled to the page's width, `lead` before the first line and blanks of its width before the others.
    fn text(&mut self, lead: &str, text: &str) {
        let indent = " ".repeat(lead.chars().count());
        let mut lead = lead;
        for line in text.lines().flat_map(|line| filled(line, PAGE - indent.len())) {
            self.line(&format!("{lead}{line}"));
            lead = &indent;
        }
    }
}

fn who_answered(page: &mut Page, result: &ReviewResult) {
    page.line("Who answered");
    let title = |id: &str| result.groups.iter().find(|group| group.id.as_str() == id).map_or("", |group| group.title.as_str());
    let invited = |ids: &[_]| result.groups.iter().filter(|group| ids.contains(&group.id)).map(|group| group.invited).sum::<u32>();
    for block in &result.blocks {
        page.line(&format!("  {:<24}{:>3} of {:>3}", block.title, block.responded, invited(&block.groups)));
        if block.groups.len() > 1 {
            let pooled: Vec<_> = block.groups.iter().map(|group| title(group.as_str())).collect();
            page.text("    ", &format!("{} together", pooled.join(", ")));
        }
    }
    for group in result.groups.iter().filter(|group| group.named) {
        page.line(&format!("  {:<24}{:>3} of {:>3}  by name", group.title, group.responded.unwrap_or(0), group.invited));
    }
    page.blank();
}

fn competencies(page: &mut Page, result: &ReviewResult) {
    let mut heads: Vec<String> = result.blocks.iter().map(|block| block.title.clone()).collect();
    heads.extend(["All", "Self", "Gap", "Self and others"].map(str::to_owned));
    let mut rows = Vec::new();
    for competency in &result.competencies {
        let mut row: Vec<String> = competency.cells.iter().map(|cell| shown(cell.cell)).collect();
        row.push(shown(competency.all));
        row.push(own(competency));
        row.push(competency.gap.map_or_else(dash, |gap| if gap.tenths() > 0 { format!("+{gap}") } else { gap.to_string() }));
        row.push(competency.quadrant.map_or("", in_words).to_owned());
        rows.push((competency.title.as_str(), row));
    }
    let widths = widths(&heads);
    let longest = rows.iter().map(|(title, _)| title.chars().count()).max().unwrap_or(0).max("Competency".len());
    let title_width = PAGE.saturating_sub(widths.iter().map(|width| width + 2).sum()).clamp(NARROWEST_TITLE, longest.max(NARROWEST_TITLE));
    let full = title_width + widths.iter().map(|width| width + 2).sum::<usize>();
    table_row(page, ("Competency", title_width), &heads, &widths);
    page.line(&"-".repeat(full));
    for (title, row) in &rows {
        table_row(page, (title, title_width), row, &widths);
    }
    page.line(&"-".repeat(full));
    let scale = result.scale.iter().map(|point| format!("{} {}", point.value, point.label)).collect::<Vec<_>>().join(", ");
    page.text("", &format!("{scale}."));
    let cells = || result.competencies.iter().flat_map(|competency| competency.cells.iter().map(|cell| cell.cell).chain([competency.all]));
    if cells().any(|cell| cell.reason() == Some(SuppressionReason::TooFewAnswers)) {
        page.text("", "-  too few answers to show without giving somebody away.");
    }
    if cells().any(|cell| cell.reason() == Some(SuppressionReason::NotAsked)) {
        page.text("", "/  not asked of this group.");
    }
    page.text("", "Gap: self minus all. Every figure but the columns of groups is computed from the figures shown.");
    page.blank();
}

/// The columns' widths: as wide as the longest word of each heading, and narrower where the page would overflow.
fn widths(heads: &[String]) -> Vec<usize> {
    let longest_word = |head: &String| head.split(' ').map(|word| word.chars().count()).max().unwrap_or(0).max(4);
    let last = heads.len().saturating_sub(1);
    let capped = |(words, cap): (usize, usize)| -> Vec<usize> {
        let heads = heads.iter().enumerate();
        heads.map(|(at, head)| if at == last { words } else { longest_word(head).min(cap) }).collect()
    };
    let fits = |widths: &Vec<usize>, title: usize| widths.iter().map(|width| width + 2).sum::<usize>() + title <= PAGE;
    // "recognised strength" on one line if the titles of competencies keep one too, else on two.
    let roomy = capped((19, 12));
    if fits(&roomy, ROOMY_TITLE) {
        return roomy;
    }
    (5..=12).rev().map(|cap| capped((11, cap))).find(|widths| fits(widths, NARROWEST_TITLE)).unwrap_or_else(|| capped((11, 5)))
}

/// One row: the title to the left, the last cell to the left, all others to the right; each filled within its column.
fn table_row(page: &mut Page, (title, title_width): (&str, usize), cells: &[String], widths: &[usize]) {
    let title = filled(title, title_width);
    let columns: Vec<_> = cells.iter().zip(widths).map(|(cell, &width)| (filled(cell, width), width)).collect();
    let height = columns.iter().map(|(lines, _)| lines.len()).chain([title.len()]).max().unwrap_or(1);
    for at in 0..height {
        let mut line = format!("{:<title_width$}", title.get(at).map_or("", String::as_str));
        for (column, (lines, width)) in columns.iter().enumerate() {
            let text = lines.get(at).map_or("", String::as_str);
            let pad = " ".repeat(width.saturating_sub(text.chars().count()));
            let (before, after) = if column + 1 == columns.len() { ("", pad.as_str()) } else { (pad.as_str(), "") };
            line.extend(["  ", before, text, after]);
        }
        page.line(&line);
    }
}

fn by_name(page: &mut Page, result: &ReviewResult) {
    let title = |id: &str| result.groups.iter().find(|group| group.id.as_str() == id).map_or("", |group| group.title.as_str());
    let mut raters: Vec<_> = Vec::new();
    for named in result.competencies.iter().flat_map(|competency| &competency.named) {
        if named.group.as_str() != SELF_GROUP && !raters.contains(&(&named.group, &named.name)) {
            raters.push((&named.group, &named.name));
        }
    }
    for (group, name) in raters {
        let means = result.competencies.iter().filter_map(|competency| {
            let named = competency.named.iter().find(|named| named.group == *group && named.name == *name)?;
            Some(format!("{} {}", competency.title, named.mean))
        });
        page.line(&format!("{} ({name}), by name", title(group.as_str())));
        page.text("  ", &format!("{}.", means.collect::<Vec<_>>().join("; ")));
        page.blank();
    }
}

fn comments(page: &mut Page, result: &ReviewResult) {
    if !result.shows_comments() {
        let needed = result.policy.comment_threshold;
        page.text("", &format!("Comments are shown once at least {needed} people have answered anonymously."));
        page.blank();
    }
    for prompt in result.comments.iter().filter(|prompt| !prompt.comments.is_empty() || !prompt.named.is_empty()) {
        page.text("", &prompt.text);
        for comment in &prompt.comments {
            page.text("  - ", comment.text.as_deref().unwrap_or(REDACTED));
        }
        for NamedComment { name, comment, .. } in &prompt.named {
            page.text("  - ", &format!("{name}: {}", comment.text.as_deref().unwrap_or(REDACTED)));
        }
        page.blank();
    }
}

const REDACTED: &str = "[redacted]";

fn own(competency: &CompetencyResult) -> String {
    competency.named.iter().find(|named| named.group.as_str() == SELF_GROUP).map_or_else(dash, |named| named.mean.to_string())
}

fn shown(cell: Cell) -> String {
    match (cell.state(), cell.mean(), cell.reason()) {
        (CellState::Low, ..) => "low".to_owned(),
        (CellState::High, ..) => "high".to_owned(),
        (_, Some(mean), _) => mean.to_string(),
        (_, _, Some(SuppressionReason::NotAsked)) => "/".to_owned(),
        _ => dash(),
    }
}

fn dash() -> String {
    "-".to_owned()
}

fn in_words(quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::RecognisedStrength => "recognised strength",
        Quadrant::BlindSpot => "blind spot",
        Quadrant::HiddenStrength => "hidden strength",
        Quadrant::DevelopmentNeed => "development need",
    }
}

/// The text in lines of at most `width` characters, broken between words, and within a word that is longer than a line.
fn filled(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        if length > 0 && length + 1 + rest.len() > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        while rest.len() > width {
            let tail = rest.split_off(width.saturating_sub(1).max(1));
            lines.push(rest.into_iter().chain(['-']).collect());
            rest = tail;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        length += rest.len();
        line.extend(rest);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_filled_and_long_words_are_broken() {
        assert_eq!(filled("one two  three", 7), ["one two", "three"]);
        assert_eq!(filled("Headteachers", 9), ["Headteac-", "hers"]);
        assert_eq!(filled("a Headteachers b", 9), ["a", "Headteac-", "hers b"]);
        assert_eq!(filled("", 5), [""]);
        assert_eq!(filled("éééé", 4), ["éééé"]);
        for width in 1..6 {
            for line in filled("abcdefghij kl m", width) {
                assert!(line.chars().count() <= width.max(2), "{line:?} in {width}");
            }
        }
    }
}
