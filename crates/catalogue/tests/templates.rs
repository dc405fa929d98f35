//! No text for people stands in a template, or in the script: each comes from the catalogue, where a translator finds
//! it.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Attributes whose words no person reads. Any other can only hold text of the catalogue.
const FOR_PROGRAMS: [&str; 29] = [
    "action",
    "aria-current",
    "aria-describedby",
    "aria-hidden",
    "aria-invalid",
    "aria-labelledby",
    "aria-live",
    "autocomplete",
    "charset",
    "class",
    "content",
    "data-copy",
    "data-count-for",
    "data-nudge-for",
    "data-to",
    "for",
    "href",
    "id",
    "lang",
    "method",
    "name",
    "referrerpolicy",
    "rel",
    "role",
    "scope",
    "src",
    "style",
    "target",
    "type",
];

/// Attributes that hold what a form sends, or a choice of the browser.
const FOR_FORMS: [&str; 8] =
    ["accept", "enctype", "autocapitalize", "data-passkey", "inputmode", "sandbox", "spellcheck", "value"];

/// Elements whose content is for programs, and the same in every language.
const UNSEEN: [&str; 2] = ["code", "style"];

/// What stands in the script in quotes, and is no text.
const OF_THE_SCRIPT: [&str; 6] =
    ["use strict", "status trouble", "NotAllowedError", "AbortError", "InvalidStateError", "SecurityError"];

#[test]
fn no_text_for_people_is_left_in_a_template() -> Outcome {
    let files = files("templates", &["html", "txt"])?;
    assert!(files.len() > 50, "the templates are found: {}", files.len());
    for file in files {
        let left = texts(&fs::read_to_string(&file)?, file.extension().is_some_and(|extension| extension == "html"));
        assert!(left.is_empty(), "{}: this belongs into the catalogue: {left:?}", file.display());
    }
    Ok(())
}

#[test]
fn no_text_for_people_is_left_in_the_script() -> Outcome {
    for file in files("assets", &["js"])? {
        let script = fs::read_to_string(&file)?;
        let code = script.lines().filter(|line| !line.trim_start().starts_with("//"));
        let left: Vec<&str> = code
            .flat_map(|line| quoted(line).into_iter().chain(line.split('`').skip(1).step_by(2)))
            .filter(|text| is_text(text) && !OF_THE_SCRIPT.contains(text))
            .collect();
        assert!(left.is_empty(), "{}: this belongs into the catalogue: {left:?}", file.display());
    }
    Ok(())
}

#[test]
fn text_is_found_wherever_somebody_would_read_it() {
    for (html, left) in [
        ("<p>Hello</p>", vec!["Hello"]),
        ("<p class=\"lead\">{{ say.a() }}, {{ name }} –</p>", vec![]),
        ("<a href=\"/s\" title=\"Go on\">{{ say.a() }}</a>", vec!["title=\"Go on\""]),
        ("<img alt=\"{{ say.a() }} of us\">", vec!["alt=\" of us\""]),
        (
            "<input placeholder='Name' aria-label=\"{% if a %}Yes{% endif %}\">",
            vec!["placeholder=\"Name\"", "aria-label=\"Yes\""],
        ),
        ("<p data-sending=\"Sending\">", vec!["data-sending=\"Sending\""]),
        ("<p>{% if a %}Yes{% else %}{{ say.no() }}{% endif %}</p>", vec!["Yes"]),
        ("{% let label = \"Read on\" %}{{ label }}", vec!["Read on"]),
        ("{{ after(\"check\") }}{# A remark. #}<style>a { color: red }</style>", vec![]),
        ("<p>A &amp; B</p>", vec!["A &amp; B"]),
    ] {
        assert_eq!(texts(html, true), left, "{html}");
    }
    assert_eq!(texts("Dear {{ name }},\n{{ say.a() }}", false), ["Dear ,"]);
}

/// Files of these kinds in the folders of this name, in whichever crate.
fn files(folder: &str, kinds: &[&str]) -> Outcome<Vec<PathBuf>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(crates)? {
        folders.push(entry?.path().join("src").join(folder));
    }
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| kinds.iter().any(|kind| extension == *kind)) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The texts that stand in a template itself.
fn texts(template: &str, is_html: bool) -> Vec<String> {
    let (rest, expressions) = without_expressions(template);
    let mut left: Vec<String> =
        expressions.iter().flat_map(|code| quoted(code)).filter(|text| is_text(text)).map(str::to_owned).collect();
    if is_html {
        left.extend(of_html(&rest));
    } else {
        left.extend(rest.lines().map(str::trim).filter(|line| has_letters(line)).map(str::to_owned));
    }
    left
}

/// What is left of a template without its expressions, and the expressions.
fn without_expressions(template: &str) -> (String, Vec<&str>) {
    let (mut left, mut expressions, mut rest) = (String::new(), Vec::new(), template);
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        left.push_str(before);
        let end = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")]
            .iter()
            .find(|(open, _)| from.starts_with(open))
            .map(|(_, close)| *close);
        if let Some((code, after)) = end.and_then(|end| from.split_once(end)) {
            expressions.extend(Some(code).filter(|code| !code.starts_with("{#")));
            rest = after;
        } else {
            left.push('{');
            rest = &from[1..];
        }
    }
    left.push_str(rest);
    (left, expressions)
}

fn of_html(html: &str) -> Vec<String> {
    let (mut left, mut rest) = (Vec::new(), html);
    while let Some((text, from)) = rest.split_once('<') {
        left.extend(Some(text.trim()).filter(|text| has_letters(text)).map(str::to_owned));
        let (tag, after) = tag(from);
        left.extend(of_tag(tag));
        rest = after;
        let name = tag.split_whitespace().next().unwrap_or_default();
        if UNSEEN.contains(&name) {
            rest = after.split_once(&format!("</{name}>")).map_or("", |(_, after)| after);
        }
    }
    left.extend(Some(rest.trim()).filter(|text| has_letters(text)).map(str::to_owned));
    left
}

/// A tag up to its `>`, which can stand in quotes too.
fn tag(from: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, letter) in from.char_indices() {
        match (letter, quote) {
            ('>', None) => return (&from[..at], &from[at + 1..]),
            ('"' | '\'', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            _ => {}
        }
    }
    (from, "")
}

/// The attributes of a tag with words that somebody reads.
fn of_tag(tag: &str) -> Vec<String> {
    let (mut left, mut rest) = (Vec::new(), tag);
    while let Some((before, from)) = rest.split_once('=') {
        let name = before.split_whitespace().next_back().unwrap_or_default();
        let quote = from.chars().next().filter(|letter| ['"', '\''].contains(letter)).unwrap_or(' ');
        let (value, after) = from.trim_start_matches(quote).split_once(quote).unwrap_or((from, ""));
        let (value, after) =
            if from.starts_with(&format!("{quote}{quote}")) { ("", &from[2..]) } else { (value, after) };
        if has_letters(value) && !FOR_PROGRAMS.contains(&name) && !FOR_FORMS.contains(&name) {
            left.push(format!("{name}=\"{value}\""));
        }
        rest = after;
    }
    left
}

/// What stands in double quotes.
fn quoted(code: &str) -> Vec<&str> {
    code.split('"').skip(1).step_by(2).collect()
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// Whether a quoted text is one for people: words with blanks between them, or one that begins like a sentence.
fn is_text(text: &str) -> bool {
    let words = text
        .split(' ')
        .filter(|word| !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || c.is_ascii_punctuation()));
    let mut letters = text.chars();
    let begins = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    (begins && !text.contains('-'))
        || (text.contains(' ') && words.filter(|word| word.chars().all(char::is_alphabetic)).count() > 1)
}
