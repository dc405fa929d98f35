//! Numbers as people write them in a sentence.

/// Numbers up to ten in words, larger ones in digits.
///
/// ```
/// use candour_words::number::in_words;
/// assert_eq!((in_words(0).as_str(), in_words(4).as_str(), in_words(11).as_str()), ("no", "four", "11"));
/// ```
#[must_use]
pub fn in_words(number: u32) -> String {
    const WORDS: [&str; 11] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    usize::try_from(number)
        .ok()
        .and_then(|number| WORDS.get(number))
        .map_or_else(|| number.to_string(), |&word| word.to_owned())
}

/// The text with its first letter large, as a sentence begins.
///
/// ```
/// assert_eq!(candour_words::number::capitalised("two of them"), "Two of them");
/// ```
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
