//! What the chores print. The only file here that does.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to whoever started it")]

/// Prints a line.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// Prints the heading of a step.
pub(crate) fn heading(text: &str) {
    println!("\n=== {text} ===");
}

/// Prints why the chore has failed.
pub(crate) fn failure(text: &str) {
    eprintln!("\nFAILED: {text}");
}
