//! The count cube's side of `cargo xtask bench analytics`.
//!
//! `group_by write <folder> <ratings> <order>` makes ratings and writes them column by column. `group_by serve <folder>
//! <threads>` reads them and then does what each line of its input says: `run` counts them, works out n, mean and SD of
//! every cell and answers with the seconds it took; `check` writes n and the sum of every cell, which every rival must
//! agree with.
#![expect(clippy::print_stdout, reason = "it talks to the bench that started it")]

#[path = "../benches/ratings/mod.rs"]
mod ratings;

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;
use std::{env, fs, io};

use candour_analytics::cube::{Columns, CountCube, Moments, Shape, count_columns};

use crate::ratings::figures::figures;
use crate::ratings::{LOWEST, Order, Ratings};

/// Every run makes the same ratings.
const SEED: u64 = 360;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["write", folder, ratings, "ballots"] => {
            write(folder.as_ref(), &Ratings::generate(ratings.parse()?, Order::Ballots, SEED))
        }
        ["write", folder, ratings, "shuffled"] => {
            write(folder.as_ref(), &Ratings::generate(ratings.parse()?, Order::Shuffled, SEED))
        }
        ["serve", folder, threads] => serve(folder.as_ref(), threads.parse()?),
        _ => Err("group_by write <folder> <ratings> <ballots|shuffled>, or group_by serve <folder> <threads>".into()),
    }
}

fn write(folder: &Path, ratings: &Ratings) -> Result<(), Box<dyn Error>> {
    let Columns { subjects, groups, items, codes } = ratings.columns();
    let Shape { subjects: number, groups: of_groups, items: of_items, values } = ratings.shape();
    fs::write(
        folder.join("subject.u32"),
        subjects.iter().flat_map(|subject| subject.to_le_bytes()).collect::<Vec<_>>(),
    )?;
    fs::write(folder.join("group.u8"), groups)?;
    fs::write(folder.join("item.u16"), items.iter().flat_map(|item| item.to_le_bytes()).collect::<Vec<_>>())?;
    fs::write(folder.join("code.u8"), codes)?;
    fs::write(folder.join("shape"), format!("{number} {of_groups} {of_items} {values} {LOWEST}"))?;
    Ok(())
}

fn serve(folder: &Path, threads: NonZeroUsize) -> Result<(), Box<dyn Error>> {
    let subjects: Vec<u32> =
        fs::read(folder.join("subject.u32"))?.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
    let groups = fs::read(folder.join("group.u8"))?;
    let items: Vec<u16> =
        fs::read(folder.join("item.u16"))?.as_chunks().0.iter().map(|bytes| u16::from_le_bytes(*bytes)).collect();
    let codes = fs::read(folder.join("code.u8"))?;
    let columns = Columns { subjects: &subjects, groups: &groups, items: &items, codes: &codes };
    let text = fs::read_to_string(folder.join("shape"))?;
    let [number, of_groups, of_items, values, _lowest] = text.split(' ').collect::<Vec<_>>()[..] else {
        return Err("no shape".into());
    };
    let shape = Shape {
        subjects: number.parse()?,
        groups: of_groups.parse()?,
        items: of_items.parse()?,
        values: values.parse()?,
    };
    println!("ready {}", env!("CARGO_PKG_VERSION"));
    for order in io::stdin().lines() {
        match order?.as_str() {
            "run" => {
                let began = Instant::now();
                let figures = figures(&count_columns(&columns, shape, threads)?, threads);
                let took = began.elapsed();
                println!("{} {}", took.as_secs_f64(), figures.iter().map(|part| part.cells.len()).sum::<usize>());
            }
            "check" => {
                fs::write(folder.join("cube.check"), checked(&count_columns(&columns, shape, threads)?))?;
                println!("checked");
            }
            other => return Err(format!("what is \"{other}\"?").into()),
        }
    }
    Ok(())
}

/// n and the sum of every cell, as 64-bit numbers one after the other.
fn checked(cube: &CountCube) -> Vec<u8> {
    let moments = cube.cells().map(|counts| Moments::of(counts, LOWEST));
    moments.flat_map(|Moments { answers, sum, .. }| [u64::from(answers), sum]).flat_map(u64::to_le_bytes).collect()
}
