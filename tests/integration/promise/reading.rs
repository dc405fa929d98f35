//! What somebody reads, sentence by sentence.

use std::collections::BTreeMap;

use candour_tests::{Email, Outcome, finding};

/// Marks that do not end what is said: their text is a part of the sentence around them.
const INLINE: [&str; 5] = ["a", "b", "strong", "em", "span"];

/// Elements whose text says nothing to the reader, or is the reader's own.
const UNSAID: [&str; 5] = ["style", "script", "title", "textarea", "button"];

/// The sentences of a page or of a part of one, in order. A heading, or the answer beside a question, is one too.
pub(crate) fn sentences(html: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut skipping: Option<&str> = None;
    let mut rest = html;
    while !rest.is_empty() {
        let (text, tag, after) = match rest.split_once('<') {
            Some((text, tag)) => tag.split_once('>').map_or((text, "", ""), |(tag, after)| (text, tag, after)),
            None => (rest, "", ""),
        };
        if let (None, Some(line)) = (skipping, lines.last_mut()) {
            line.push_str(text);
        }
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        match skipping {
            Some(unsaid) if tag.starts_with('/') && name == unsaid => skipping = None,
            Some(_) => {}
            None => skipping = UNSAID.into_iter().find(|unsaid| *unsaid == name && !tag.starts_with('/')),
        }
        if skipping.is_none() && !name.is_empty() && !INLINE.contains(&name) {
            lines.push(String::new());
        }
        rest = after;
    }
    lines.iter().flat_map(|line| split(&unescaped(line))).collect()
}

/// The sentences of an email, from its HTML. A finding where its plain text says anything else.
pub(crate) fn of_email(email: &Email) -> Outcome<Vec<String>> {
    let sentences = sentences(&email.html);
    let mut left = email.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in &sentences {
        let Some(at) = left.find(sentence.as_str()) else {
            finding!("only the HTML says {sentence:?}:\n{}", email.text)
        };
        left.replace_range(at..at + sentence.len(), "");
    }
    let left: Vec<_> = left.split_whitespace().filter(|word| *word != "-" && !word.starts_with("http")).collect();
    if left.is_empty() { Ok(sentences) } else { finding!("only the plain text says {left:?}:\n{}", email.text) }
}

/// The part of a page from the first of these marks to the second.
pub(crate) fn part<'a>(page: &'a str, from: &str, to: &str) -> Outcome<&'a str> {
    let start = page.find(from).ok_or_else(|| format!("the page has no {from}:\n{page}"))?;
    let rest = page.get(start..).unwrap_or_default();
    Ok(rest.find(to).and_then(|end| rest.get(..end)).unwrap_or(rest))
}

/// The rows of a CSV file, each value by the name of its column.
pub(crate) fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let (mut table, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    // A spreadsheet is told by its first character which letters these are.
    for letter in csv.chars().filter(|letter| !matches!(letter, '\r' | '\u{feff}')) {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                table.push(std::mem::take(&mut row));
            }
            other => field.push(other),
        }
    }
    let mut table = table.into_iter();
    let names: Vec<String> = table.next().unwrap_or_default();
    table.map(|row| names.iter().cloned().zip(row).collect()).collect()
}

fn split(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut sentences = Vec::new();
    let mut sentence: Vec<&str> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        sentence.push(word);
        let begins = words.get(at + 1).is_none_or(|next| next.starts_with(|c: char| c.is_uppercase() || c == '“'));
        if word.ends_with(['.', '?', '!']) && begins {
            sentences.push(std::mem::take(&mut sentence).join(" "));
        }
    }
    if !sentence.is_empty() {
        sentences.push(sentence.join(" "));
    }
    sentences.retain(|sentence| !sentence.starts_with("http"));
    sentences
}

fn unescaped(text: &str) -> String {
    [
        ("&#39;", "'"),
        ("&#34;", "\""),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

#[test]
fn a_page_is_taken_apart_into_sentences() {
    let page = "<h1>Check</h1><ul><li><b>Once sent</b>, it stays. You can&#39;t\n change it.</li><li>Ask (a@b.uk), \
     “who” decides. “Not able” is fine.</li></ul>\
        <textarea>Mine. Mine</textarea><p>Write to <a href=\"mailto:a@b.uk\">a@b.uk</a>.</p><dt>Your name</dt><dd>Not \
        shown</dd>";
    let expected = [
        "Check",
        "Once sent, it stays.",
        "You can't change it.",
        "Ask (a@b.uk), “who” decides.",
        "“Not able” is fine.",
        "Write to a@b.uk.",
        "Your name",
        "Not shown",
    ];
    assert_eq!(sentences(page), expected);
}
