//! Every data set of small reviews through the whole release function: how many answers are known to somebody.
//!
//! ```sh
//! cargo run --release -p candour-analytics --example every_data_set           # everything that takes minutes
//! cargo run --release -p candour-analytics --example every_data_set -- hours  # and what takes longer
//! ```
//!
//! A part of it is in the tests (`attack::every_data_set`).

#[expect(dead_code, reason = "the worlds of the tests; this needs a part of them")]
#[path = "../tests/it/world.rs"]
mod world;

#[path = "../tests/it/attack/every.rs"]
mod every;

use std::io::Write;
use std::time::Instant;

use every::Every;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let hours = std::env::args().nth(1).is_some_and(|argument| argument == "hours");
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "| groups | points | items | threshold | data sets | documents | known to outsiders | known to an insider | \
         highest marks | s |"
    )?;
    writeln!(out, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for (every, is_long) in every::all() {
        if is_long && !hours {
            continue;
        }
        let begun = Instant::now();
        let found = every.run()?;
        let Every { groups, points, items, threshold, sums, .. } = &every;
        let sums = if sums.is_empty() { String::new() } else { format!(", sums {sums:?}") };
        writeln!(
            out,
            "| {groups:?}{sums} | {points} | {items} | {threshold} | {} | {} | {} | {} | {} | {} |",
            found.data_sets,
            found.documents,
            found.by_outsiders,
            found.by_insiders,
            found.top_marks,
            begun.elapsed().as_secs(),
        )?;
        out.flush()?;
        assert_eq!((found.by_outsiders, found.by_insiders), (0, 0), "somebody's answer is known");
    }
    Ok(())
}
