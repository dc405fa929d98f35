//! The figures of SECURITY.md: for each attack, how many answers it ties to the right person.

use std::io::Write as _;

use candour_tests::Outcome;

/// What one attack achieved, as shares of the people who were promised that nobody finds out.
pub(super) struct Figure {
    pub(super) attack: &'static str,
    /// While the round is open: sealed ballots tied to the right person.
    pub(super) tied: f64,
    /// Answers tied and read: round open without and with the server key, after the count without and with it.
    pub(super) read: [f64; 4],
}

/// Prints them as rows of the table in SECURITY.md. Past the test runner, which keeps what is printed by a test that
/// passes.
pub(super) fn print(engine: &str, people: usize, chance: f64, figures: &[Figure]) -> Outcome {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{engine}, {people} people; {} by chance", percent(chance))?;
    for Figure { attack, tied, read: [open, with_key, after, after_with_key] } in figures {
        let cells = [*tied, *open, *with_key, *after, *after_with_key].map(percent).join(" | ");
        writeln!(out, "| {attack} | {cells} |")?;
    }
    Ok(())
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share.abs() * 100.0).replace(".0 %", " %")
}
