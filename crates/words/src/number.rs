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

/// A number in digits, with a comma after each thousand.
///
/// ```
/// use candour_words::number::with_thousands;
/// assert_eq!((with_thousands(999).as_str(), with_thousands(1_240_000).as_str()), ("999", "1,240,000"));
/// ```
#[must_use]
pub fn with_thousands(number: u32) -> String {
    match number / 1000 {
        0 => number.to_string(),
        thousands => format!("{},{:03}", with_thousands(thousands), number % 1000),
    }
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
