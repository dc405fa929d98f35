//! Wrapping plain text for mail.

/// Lines end before this column, as mail programs and people who quote expect.
const WIDTH: usize = 72;

/// Wraps lines at blanks and leaves at most one empty line between paragraphs. A word that is too long, such as a link,
/// stays whole on a line of its own; what follows a list dash hangs under the first word.
pub(super) fn wrap(text: &str) -> String {
    let mut wrapped = String::new();
    let mut pending_gap = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            pending_gap = !wrapped.is_empty();
            continue;
        }
        if std::mem::take(&mut pending_gap) {
            wrapped.push('\n');
        }
        let hang = if line.starts_with("- ") { "  " } else { "" };
        let (mut column, mut is_first) = (0, true);
        for word in line.split_whitespace() {
            let length = word.chars().count();
            if !is_first && column + 1 + length > WIDTH {
                wrapped.push('\n');
                wrapped.push_str(hang);
                column = hang.len();
            } else if !is_first {
                wrapped.push(' ');
                column += 1;
            }
            wrapped.push_str(word);
            column += length;
            is_first = false;
        }
        wrapped.push('\n');
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paragraphs_wrap_and_links_stay_whole() {
        let link = format!("https://{}.example/s/x", "long".repeat(30));
        let text = format!("\n\n{}\n\n\n\nhere: {link} there\n- {}\n", "word ".repeat(20), "item ".repeat(20));
        let expected = format!(
            "{}\n{}\n\nhere:\n{link}\nthere\n- {}\n  {}\n",
            ["word"; 14].join(" "),
            ["word"; 6].join(" "),
            ["item"; 14].join(" "),
            ["item"; 6].join(" ")
        );
        assert_eq!(wrap(&text), expected);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_line_is_long(text in "([a-zäß-]{1,20}[ \n]{1,3}){0,60}") {
            let wrapped = wrap(&text);
            prop_assert!(wrapped.lines().all(|line| line.chars().count() <= WIDTH));
            prop_assert!(wrapped.split_whitespace().eq(text.split_whitespace()));
            prop_assert!(!wrapped.contains("\n\n\n"));
        }
    }
}
