//! A result as plain text for the terminal.

use candour_analytics::document::{CompetencyResult, NamedComment};
use candour_analytics::{Cell, CellState, Change, Quadrant, ReviewResult, SuppressionReason};
use candour_domain::rater::SELF_GROUP;

/// How wide a page of text is, in characters.
const PAGE: usize = 100;

/// The narrowest that the column of competencies may become before the page is overrun.
const NARROWEST_TITLE: usize = 22;

/// The longest quadrant in words: "recognised strength".
const LONGEST_QUADRANT: usize = 19;

/// Lays a result out as text of at most 100 characters a line: who answered, one line for each competency with a column
/// for each block, what the named raters said, and the comments. A report of more than eight blocks is wider.
#[must_use]
pub fn to_table(result: &ReviewResult) -> String {
    let mut page = Page::default();
    page.line(&format!("{}: {}, {}", result.round_title, result.subject.name, result.subject.role));
    page.line(&"=".repeat(PAGE));
    page.blank();
    let columns = Columns::of(result);
    who_answered(&mut page, result, &columns);
    if result.blocks.is_empty() {
        let needed = result.policy.threshold;
        page.text(
            "",
            &format!(
                "Too few people answered anonymously: a figure is about at least {needed}. So that nobody can be \
             told apart, nothing is shown."
            ),
        );
        return page.0;
    }
    competencies(&mut page, result, &columns);
    since_last_time(&mut page, result);
    by_name(&mut page, result);
    comments(&mut page, result);
    audited(&mut page, result);
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

/// The columns to the right of the competencies' titles.
struct Columns {
    title: usize,
    /// Heading and width.
    heads: Vec<(String, usize)>,
    gutter: usize,
    /// Whether blocks are headed by letters, because their titles would leave no room for the competencies'.
    lettered: bool,
}

impl Columns {
    fn of(result: &ReviewResult) -> Self {
        let longest = result.competencies.iter().map(|competency| competency.title.chars().count()).max().unwrap_or(0);
        let longest = longest.max("Competency".len());
        let gap =
            result.competencies.iter().map(|competency| gap(competency).chars().count()).max().unwrap_or(0).max(4);
        let titled = Self::with(result.blocks.iter().map(|block| block.title.clone()).collect(), gap, 2);
        let lettered = Self::with((0..result.blocks.len()).map(letter).collect(), gap, 1);
        match titled.room() {
            Some(room) if room >= longest => Self { title: longest, ..titled },
            _ => {
                let title = lettered.room().unwrap_or(0).clamp(NARROWEST_TITLE, longest.max(NARROWEST_TITLE));
                Self { title, lettered: true, ..lettered }
            }
        }
    }

    fn with(heads: Vec<String>, gap: usize, gutter: usize) -> Self {
        let mut columns: Vec<_> = heads.into_iter().map(|head| (longest_word(&head).clamp(4, 12), head)).collect();
        columns.extend([(4, "All"), (4, "Self"), (gap, "Gap")].map(|(width, head)| (width, head.to_owned())));
        columns.push((LONGEST_QUADRANT, "Self and others".to_owned()));
        Self {
            title: 0,
            heads: columns.into_iter().map(|(width, head)| (head, width)).collect(),
            gutter,
            lettered: false,
        }
    }

    /// What the columns leave of the page.
    fn room(&self) -> Option<usize> {
        PAGE.checked_sub(self.width())
    }

    fn width(&self) -> usize {
        self.title + self.heads.iter().map(|(_, width)| width + self.gutter).sum::<usize>()
    }

    /// One row: the title and the last cell to the left, all others to the right; each filled within its column.
    fn row(&self, page: &mut Page, title: &str, cells: impl Iterator<Item = String>) {
        let title = filled(title, self.title);
        let cells: Vec<_> = cells.zip(&self.heads).map(|(cell, (_, width))| (filled(&cell, *width), *width)).collect();
        let height = cells.iter().map(|(lines, _)| lines.len()).chain([title.len()]).max().unwrap_or(1);
        for at in 0..height {
            let mut line = format!("{:<width$}", title.get(at).map_or("", String::as_str), width = self.title);
            for (column, (lines, width)) in cells.iter().enumerate() {
                let text = lines.get(at).map_or("", String::as_str);
                let pad = if column + 1 == cells.len() { 0 } else { width.saturating_sub(text.chars().count()) };
                line.extend([" ".repeat(self.gutter + pad).as_str(), text]);
            }
            page.line(&line);
        }
    }
}

fn who_answered(page: &mut Page, result: &ReviewResult, columns: &Columns) {
    page.line("Who answered");
    let title =
        |id: &str| result.groups.iter().find(|group| group.id.as_str() == id).map_or("", |group| group.title.as_str());
    let invited = |ids: &[_]| {
        result.groups.iter().filter(|group| ids.contains(&group.id)).map(|group| group.invited).sum::<u32>()
    };
    let mark = |mark: String| if columns.lettered { format!("{mark:<3}") } else { String::new() };
    for (at, block) in result.blocks.iter().enumerate() {
        let (mark, invited) = (mark(letter(at)), invited(&block.groups));
        page.line(&format!("  {mark}{:<24}{:>3} of {invited:>3}", block.title, block.responded));
        if block.groups.len() > 1 {
            let pooled: Vec<_> = block.groups.iter().map(|group| title(group.as_str())).collect();
            page.text(&" ".repeat(4 + mark.len()), &format!("{} together", pooled.join(", ")));
        }
    }
    let mark = mark(String::new());
    for group in result.groups.iter().filter(|group| group.named) {
        page.line(&format!(
            "  {mark}{:<24}{:>3} of {:>3}  by name",
            group.title,
            group.responded.unwrap_or(0),
            group.invited
        ));
    }
    page.blank();
}

fn competencies(page: &mut Page, result: &ReviewResult, columns: &Columns) {
    let rule = "-".repeat(columns.width());
    columns.row(page, "Competency", columns.heads.iter().map(|(head, _)| head.clone()));
    page.line(&rule);
    for competency in &result.competencies {
        let blocks = competency.cells.iter().map(|cell| shown(cell.cell));
        let quadrant = competency.quadrant.map_or("", in_words).to_owned();
        columns.row(
            page,
            &competency.title,
            blocks.chain([shown(competency.all), own(competency), gap(competency), quadrant]),
        );
    }
    page.line(&rule);
    let scale =
        result.scale.iter().map(|point| format!("{} {}", point.value, point.label)).collect::<Vec<_>>().join(", ");
    page.text("", &format!("{scale}."));
    let cells = || {
        result
            .competencies
            .iter()
            .flat_map(|competency| competency.cells.iter().map(|cell| cell.cell).chain([competency.all]))
    };
    if cells().any(|cell| cell.reason() == Some(SuppressionReason::TooFewAnswers)) {
        page.text("-  ", "too few answers to show without giving somebody away.");
    }
    if cells().any(|cell| cell.reason() == Some(SuppressionReason::NotAsked)) {
        page.text("/  ", "not asked of this group.");
    }
    if cells().any(|cell| matches!(cell.state(), CellState::Low | CellState::High)) {
        page.text("low, high  ", "so near the end of the scale that a figure could give somebody away.");
    }
    if cells().any(Cell::is_approximate) {
        page.text("~  ", "about: the middle of \"low\" or \"high\" stands for a figure that this one is made of.");
    }
    page.text("", "All: computed from the groups' figures, weighted by how many answered. Gap: self minus all.");
    page.blank();
}

fn since_last_time(page: &mut Page, result: &ReviewResult) {
    let Some(previous) = &result.previous else { return };
    page.line(&format!("Since {}", previous.round_title));
    if previous.compared {
        for (change, word) in [(Change::Up, "Up"), (Change::Down, "Down"), (Change::AboutTheSame, "About the same")] {
            let moved = result.competencies.iter().filter(|competency| competency.change == Some(change));
            let titles: Vec<_> = moved.map(|competency| competency.title.as_str()).collect();
            if !titles.is_empty() {
                page.text("  ", &format!("{word}: {}.", titles.join("; ")));
            }
        }
    } else {
        page.text(
            "  ",
            "Not compared: only a few people joined or left, and the two reports together could be subtracted.",
        );
    }
    page.blank();
}

fn audited(page: &mut Page, result: &ReviewResult) {
    let Some(audit) = result.audit else { return };
    let checks = audit.checks;
    page.text(
        "",
        &format!("Audited: {checks} times another set of answers was found of which this very report would be made."),
    );
    let inferences = audit.top_mark_inferences;
    if inferences > 0 {
        page.text(
            "",
            &format!(
                "The exception: where everybody else in a column gave the mark at the harmless end of the scale, \
                 somebody who answered too may be able to work that out. Answers of which this is so, at most: \
                 {inferences}."
            ),
        );
    }
}

fn by_name(page: &mut Page, result: &ReviewResult) {
    let title =
        |id: &str| result.groups.iter().find(|group| group.id.as_str() == id).map_or("", |group| group.title.as_str());
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
    if !result.shows_comments {
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

/// The heading of a block where titles do not fit.
fn letter(at: usize) -> String {
    u8::try_from(at)
        .ok()
        .filter(|&at| at < 26)
        .map_or_else(|| (at + 1).to_string(), |at| char::from(b'A' + at).to_string())
}

fn longest_word(text: &str) -> usize {
    text.split(' ').map(|word| word.chars().count()).max().unwrap_or(0)
}

const REDACTED: &str = "[redacted]";

fn own(competency: &CompetencyResult) -> String {
    competency
        .named
        .iter()
        .find(|named| named.group.as_str() == SELF_GROUP)
        .map_or_else(dash, |named| named.mean.to_string())
}

fn shown(cell: Cell) -> String {
    match (cell.state(), cell.mean(), cell.reason()) {
        (CellState::Low, ..) => "low".to_owned(),
        (CellState::High, ..) => "high".to_owned(),
        (_, Some(mean), _) => format!("{}{mean}", about(cell)),
        (_, _, Some(SuppressionReason::NotAsked)) => "/".to_owned(),
        _ => dash(),
    }
}

/// Self minus all, with its sign.
fn gap(competency: &CompetencyResult) -> String {
    let about = about(competency.all);
    competency
        .gap
        .map_or_else(dash, |gap| if gap.tenths() > 0 { format!("{about}+{gap}") } else { format!("{about}{gap}") })
}

/// The mark in front of a figure that is approximate.
fn about(cell: Cell) -> &'static str {
    if cell.is_approximate() { "~" } else { "" }
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
