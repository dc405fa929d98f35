//! What the bench prints. The only file here that does.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever started it")]

/// Prints a line of the result.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// Says what is being done, apart from the result.
pub(crate) fn progress(text: &str) {
    eprintln!("… {text}");
}

/// Prints why it has failed.
pub(crate) fn failure(text: &str) {
    eprintln!("\nFAILED: {text}");
}
