//! Text as people write it. What nobody sees, or what turns the text around it, has no place in a name, a title or a
//! comment: two names that look alike would be two, and a mark that only one reader's copy carries could tell a writer.

use std::fmt;

pub mod spreadsheet;

/// A character that nobody sees, and where in the text it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    character: char,
    place: usize,
}

/// Why a text is not one line that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLine {
    /// There is nothing in it.
    #[error("it is empty; write something")]
    Empty,
    /// More characters than there is room for.
    #[error("it has more than {0} characters; shorten it")]
    TooLong(usize),
    /// A line break or another control character.
    #[error("it has a line break or another control character in it; write it on one line")]
    Control,
    /// A character that nobody sees.
    #[error(transparent)]
    Unseen(#[from] Unseen),
}

/// One line of 1 to `longest` characters. Blanks and unseen characters around it are dropped, and every kind of blank
/// within it becomes a plain one.
///
/// ```
/// use candour_domain::text::one_line;
/// assert_eq!(one_line("\u{feff} Ann\u{a0}Lee ", 120).as_deref(), Ok("Ann Lee"));
/// let turned = one_line("Ann \u{202e}eeL", 120).map_err(|error| error.to_string());
/// assert_eq!(turned, Err("character 5 is a right-to-left override (U+202E), which nobody sees; delete it".to_owned()));
/// ```
///
/// # Errors
/// [`InvalidLine`]; what is wrong is never put right by leaving something out of the middle.
///
/// # Guarantee
/// What comes out goes in again unchanged.
pub fn one_line(text: &str, longest: usize) -> Result<String, InvalidLine> {
    let text = trim(text);
    if text.is_empty() {
        return Err(InvalidLine::Empty);
    }
    if text.chars().any(breaks_line) {
        return Err(InvalidLine::Control);
    }
    if let Some(unseen) = first_unseen(text) {
        return Err(unseen.into());
    }
    if text.chars().count() > longest {
        return Err(InvalidLine::TooLong(longest));
    }
    Ok(text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect())
}

/// The first character that nobody sees. Where it makes what is seen, as in an emoji or in a word of Persian, it is
/// none.
#[must_use]
pub fn first_unseen(text: &str) -> Option<Unseen> {
    let (mut before, mut rest, mut place) = (None, text.chars().peekable(), 0);
    while let Some(character) = rest.next() {
        place += 1;
        if !stands(before, character, rest.peek().copied()) {
            return Some(Unseen { character, place });
        }
        before = Some(character);
    }
    None
}

/// The same text without characters that nobody sees, with plain blanks and plain line ends: what is left of a comment.
///
/// # Guarantee
/// What comes out goes in again unchanged, and it has a line end wherever one was.
#[must_use]
pub fn as_seen(text: &str) -> String {
    let plain = |c: char| match c {
        '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some('\t'),
        c if c.is_control() => None,
        c if c.is_whitespace() => Some(' '),
        c => Some(c),
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (mut seen, mut before) = (String::with_capacity(text.len()), None);
    let mut rest = text.chars().filter_map(plain).peekable();
    while let Some(character) = rest.next() {
        if stands(before, character, rest.peek().copied()) {
            seen.push(character);
            before = Some(character);
        }
    }
    seen.trim().to_owned()
}

/// The text without blanks and unseen characters around it.
#[must_use]
pub fn trim(text: &str) -> &str {
    // What ends an emoji belongs to it.
    let around = |c: char| c.is_whitespace() || is_unseen(c);
    text.trim_start_matches(around).trim_end_matches(|c| around(c) && !is_variant(c) && !is_tag(c))
}

/// A text that was stored, whatever is in it, on one line: control characters become a mark that something was there.
#[must_use]
pub fn as_stored(text: &str) -> String {
    text.chars().map(|c| if breaks_line(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

impl Unseen {
    /// The first character of an address, a header or the like that nobody sees, or that is a blank but not the plain
    /// one.
    #[must_use]
    pub fn or_blank(text: &str) -> Option<Self> {
        let blank = text.chars().zip(1..).find(|(c, _)| c.is_whitespace() && !c.is_ascii());
        let blank = blank.map(|(character, place)| Self { character, place });
        first_unseen(text).into_iter().chain(blank).min_by_key(|unseen| unseen.place)
    }
}

impl std::error::Error for Unseen {}

impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, name) = (u32::from(self.character), name(self.character));
        write!(f, "character {} is {name} (U+{code:04X}), which nobody sees; delete it", self.place)
    }
}

/// Whether a character can stand between these two.
fn stands(before: Option<char>, character: char, after: Option<char>) -> bool {
    match character {
        // Joins letters of some scripts, and parts of an emoji.
        '\u{200c}' | '\u{200d}' => {
            before.is_some_and(joins) && after.is_some_and(|after| joins(after) && !is_unseen(after))
        }
        c if is_variant(c) => before.is_some_and(|before| has_variants(before, after)),
        // The flags of England, Scotland and Wales.
        c if is_tag(c) => before.is_some_and(|before| before == '\u{1f3f4}' || is_tag(before)),
        c => !is_unseen(c),
    }
}

fn joins(c: char) -> bool {
    c >= '\u{590}' && !('\u{1e00}'..='\u{206f}').contains(&c)
}

fn has_variants(c: char, after: Option<char>) -> bool {
    match c {
        '0'..='9' | '#' | '*' => after == Some('\u{20e3}'),
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => true,
        c => c >= '\u{a9}' && !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() && !is_unseen(c),
    }
}

fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_variant(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

/// Whether nothing is drawn for the character, or only the order of others changes.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

fn name(c: char) -> &'static str {
    match c {
        '\u{a0}' | '\u{202f}' => "a no-break space",
        '\u{ad}' => "a soft hyphen",
        '\u{61c}' | '\u{200e}' | '\u{200f}' => "a direction mark",
        '\u{200b}' => "a zero-width space",
        '\u{200c}' => "a zero-width non-joiner",
        '\u{200d}' => "a zero-width joiner",
        '\u{202a}' | '\u{2066}' => "a left-to-right embedding",
        '\u{202b}' | '\u{2067}' => "a right-to-left embedding",
        '\u{202d}' => "a left-to-right override",
        '\u{202e}' => "a right-to-left override",
        '\u{202c}' | '\u{2068}' | '\u{2069}' => "a direction mark of another kind",
        '\u{2060}' => "a word joiner",
        '\u{feff}' => "a byte order mark",
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => "a variation selector",
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => "a Hangul filler",
        c if c.is_whitespace() => "a blank of an unusual kind",
        _ => "a character without a shape",
    }
}

#[cfg(test)]
pub(crate) mod tests;
