//! What mail programs make a link of, by themselves, where they find it in plain text: addresses of the web with and
//! without their beginning, and email addresses. It is better to refuse a word too many than to let a link through.

/// What addresses of the web begin with.
const BEGINNINGS: [&str; 8] = ["http", "www.", "mailto:", "tel:", "sms:", "ftp.", "javascript:", "data:"];

/// Where the first of them begins, as the number of a character; `None` where there is none.
pub(super) fn first(text: &str) -> Option<usize> {
    let (mut place, mut word, mut begins) = (0, String::new(), 0);
    for character in text.chars().chain([' ']) {
        place += 1;
        if !character.is_whitespace() {
            if word.is_empty() {
                begins = place;
            }
            word.push(character);
        } else if is_link(&std::mem::take(&mut word)) {
            return Some(begins);
        }
    }
    None
}

/// Whether a word reads like a link, or has one in it.
fn is_link(word: &str) -> bool {
    let word: String = word.chars().map(plain).collect();
    let small = word.to_lowercase();
    let is_address = |at: usize| {
        let (before, after) = (word.get(..at).unwrap_or_default(), word.get(at + 1..).unwrap_or_default());
        before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)
    };
    small.contains("://")
        || BEGINNINGS.iter().any(|beginning| small.contains(beginning))
        || word.match_indices('@').any(|(at, _)| is_address(at))
        || word.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))).any(|name| is_host(name, &word))
}

/// What browsers take for a plain sign: the full stops and the `@` of other scripts.
fn plain(c: char) -> char {
    match c {
        '\u{3002}' | '\u{ff0e}' | '\u{ff61}' => '.',
        '\u{ff20}' | '\u{fe6b}' => '@',
        '\u{ff0f}' => '/',
        '\u{ff1a}' => ':',
        c => c,
    }
}

/// Whether this could be the name of a host, such as `trust.org.uk`, or its number.
fn is_host(name: &str, word: &str) -> bool {
    let labels: Vec<&str> = name.trim_matches(['.', '-']).split('.').collect();
    let [first, .., last] = labels.as_slice() else { return false };
    if labels.iter().any(|label| label.is_empty()) {
        return false;
    }
    let is_number = |label: &&str| label.bytes().all(|byte| byte.is_ascii_digit());
    if labels.iter().all(is_number) {
        return labels.len() == 4;
    }
    // A degree, such as B.Ed, and initials are none.
    let is_degree =
        first.chars().count() == 1 && labels.len() == 2 && last.starts_with(char::is_uppercase) && !word.contains('/');
    last.chars().count() >= 2 && last.chars().all(char::is_alphabetic) && !is_degree
}
