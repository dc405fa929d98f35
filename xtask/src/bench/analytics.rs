//! Measuring the count cube beside the tools one would otherwise take: `cargo xtask bench analytics`.
//!
//! Ratings are made once and written to a folder. Each contender is a process that reads them into memory in its own
//! best layout and then waits; in every round each of them runs once, in turn, so that whatever else the machine does
//! falls on all of them. At the end all must have counted the same.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::program::{cargo, command, output, root, run as run_program, target, works};
use crate::{Outcome, speak};

const RIVALS: [&str; 3] = ["polars==2.1.0", "duckdb==2.0.0", "numpy==2.4.6"];

/// What takes part: its name in the table, what rivals.py calls it (or nothing for ours), and its threads.
const CONTENDERS: [(&str, Option<&str>, u8); 6] = [
    ("count cube", None, 1),
    ("count cube", None, 2),
    ("numpy", Some("numpy"), 1),
    ("polars", Some("polars"), 2),
    ("polars, streaming", Some("polars-streaming"), 2),
    ("duckdb", Some("duckdb"), 2),
];

/// The contender that others are compared with: the cube on one thread.
const OURS: usize = 0;

/// How many ratings, in which order, and in how many rounds.
const TASKS: [(u32, &str, usize); 3] =
    [(100_000, "ballots", 100), (10_000_000, "ballots", 9), (10_000_000, "shuffled", 9)];

/// Measures the group-by of ratings to n, mean and SD of each subject, group and item, and prints tables in Markdown.
pub(crate) fn run() -> Outcome {
    let python = python()?;
    run_program(cargo(&[
        "build",
        "--quiet",
        "--locked",
        "--release",
        "--package",
        "candour-analytics",
        "--example",
        "group_by",
    ]))?;
    let ours = target().join("release/examples/group_by");
    speak::line(&format!("{}; {}", processor(), output(command("rustc", &["--version"]))?.trim()));
    for (ratings, order, rounds) in TASKS {
        let folder = folder().join("ratings");
        fs::create_dir_all(&folder)?;
        let mut write = command(&ours, &["write"]);
        write.arg(&folder).args([&ratings.to_string(), order]);
        run_program(write)?;
        let measured = measure(&ours, &python, &folder, rounds)?;
        let agreed = agreement(&folder)?;
        fs::remove_dir_all(&folder)?;
        speak::heading(&format!("{ratings} ratings, {order}: {agreed} cells, {rounds} rounds"));
        table(&measured);
    }
    Ok(())
}

/// One contender's times.
struct Measured {
    name: String,
    /// Seconds, the shortest first.
    seconds: Vec<f64>,
    /// Seconds of all processors together per run, where the system tells.
    processor_seconds: Option<f64>,
}

fn measure(ours: &Path, python: &Path, folder: &Path, rounds: usize) -> Outcome<Vec<Measured>> {
    let mut contenders = Vec::new();
    for (name, rival, threads) in CONTENDERS {
        contenders.push(Contender::start(name, rival, threads, ours, python, folder)?);
    }
    for contender in &mut contenders {
        // The first run of each pays for what is set up once.
        contender.run()?;
        contender.before = contender.ticks();
    }
    for _ in 0..rounds {
        for contender in &mut contenders {
            let seconds = contender.run()?;
            contender.seconds.push(seconds);
        }
    }
    contenders.into_iter().map(Contender::finish).collect()
}

/// A process that runs when it is told to.
struct Contender {
    name: String,
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    seconds: Vec<f64>,
    /// How many cells it found each time.
    cells: Option<String>,
    before: Option<u64>,
}

impl Contender {
    fn start(name: &str, rival: Option<&str>, threads: u8, ours: &Path, python: &Path, folder: &Path) -> Outcome<Self> {
        let mut program = match rival {
            Some(rival) => {
                let mut program = Command::new(python);
                program.arg(root().join("xtask/src/bench/rivals.py")).arg(rival);
                program
            }
            None => command(ours, &["serve"]),
        };
        let mut child =
            program.arg(folder).arg(threads.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = child.stdin.take().ok_or("no way to give orders")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no way to get answers")?);
        let plural = if threads == 1 { "thread" } else { "threads" };
        let mut contender =
            Self { name: String::new(), child, orders, answers, seconds: Vec::new(), cells: None, before: None };
        let ready = contender.answer()?;
        let version = ready.strip_prefix("ready ").ok_or_else(|| format!("{name} is not ready: {ready}"))?;
        contender.name = format!("{name} {version}, {threads} {plural}");
        Ok(contender)
    }

    /// Runs once and gives the seconds it took.
    fn run(&mut self) -> Outcome<f64> {
        let answer = self.ask("run")?;
        let (seconds, cells) = answer.split_once(' ').ok_or_else(|| format!("{} answered {answer}", self.name))?;
        if self.cells.get_or_insert_with(|| cells.to_owned()) != cells {
            return Err(format!("{} found another number of cells than before", self.name).into());
        }
        Ok(seconds.parse()?)
    }

    /// Has it write what it counted, and ends it.
    fn finish(mut self) -> Outcome<Measured> {
        let after = self.ticks();
        self.ask("check")?;
        drop(self.orders);
        self.child.wait()?;
        self.seconds.sort_by(f64::total_cmp);
        let ticks = self.before.zip(after).map(|(before, after)| after - before);
        let runs = f64::from(u32::try_from(self.seconds.len())?);
        // Linux counts in hundredths of a second.
        let processor_seconds =
            ticks.and_then(|ticks| u32::try_from(ticks).ok()).map(|ticks| f64::from(ticks) / 100.0 / runs);
        Ok(Measured { name: self.name, seconds: self.seconds, processor_seconds })
    }

    fn ask(&mut self, order: &str) -> Outcome<String> {
        writeln!(self.orders, "{order}")?;
        self.answer()
    }

    fn answer(&mut self) -> Outcome<String> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(format!("{} ended; its own message is above", self.name).into());
        }
        Ok(line.trim().to_owned())
    }

    /// The processor time it has used so far, in the system's ticks; `None` where /proc does not tell.
    fn ticks(&self) -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // After the name in brackets; user and system time are the 14th and 15th fields of the line.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
    }
}

/// The number of cells, if all have found the same n and sum in each.
fn agreement(folder: &Path) -> Outcome<usize> {
    let cube = fs::read(folder.join("cube.check"))?;
    for (_, rival, _) in CONTENDERS {
        let Some(rival) = rival else { continue };
        if fs::read(folder.join(format!("{rival}.check")))? != cube {
            return Err(format!("{rival} and the cube do not agree on n and sums").into());
        }
    }
    // n is 0 in a cell that nobody answered.
    Ok(cube.as_chunks::<16>().0.iter().filter(|cell| cell.starts_with(&[0; 8])).count().abs_diff(cube.len() / 16))
}

fn table(measured: &[Measured]) {
    let ours = measured.get(OURS).map_or(f64::NAN, Measured::median);
    speak::line("| | shortest | median | median / cube on 1 thread | processor time |");
    speak::line("| --- | ---: | ---: | ---: | ---: |");
    for contender in measured {
        let shortest = contender.seconds.first().copied().unwrap_or(f64::NAN);
        let processor = contender.processor_seconds.map_or_else(|| "not known".to_owned(), milliseconds);
        let (median, ratio) = (milliseconds(contender.median()), contender.median() / ours);
        speak::line(&format!(
            "| {} | {} | {median} | {ratio:.1} | {processor} |",
            contender.name,
            milliseconds(shortest)
        ));
    }
}

impl Measured {
    fn median(&self) -> f64 {
        self.seconds.get(self.seconds.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

fn milliseconds(seconds: f64) -> String {
    let milliseconds = seconds * 1000.0;
    if milliseconds < 10.0 { format!("{milliseconds:.2} ms") } else { format!("{milliseconds:.0} ms") }
}

/// How many cores of which processor, and how busy they are with other things.
fn processor() -> String {
    let cores = std::thread::available_parallelism().map_or_else(|_| "?".to_owned(), |cores| cores.to_string());
    let known = fs::read_to_string("/proc/cpuinfo").ok();
    let model = known
        .as_deref()
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")));
    let load = fs::read_to_string("/proc/loadavg").ok();
    let load = load.as_deref().and_then(|text| text.split(' ').next()).unwrap_or("not known");
    format!("{cores} cores, {}, load before the start {load}", model.map_or("processor not known", |(_, model)| model))
}

/// A Python with the rivals, made on the first run.
fn python() -> Outcome<PathBuf> {
    let environment = folder().join("python");
    let python = environment.join("bin/python");
    let installed = environment.join("rivals");
    let wanted = RIVALS.join("\n");
    if fs::read_to_string(&installed).is_ok_and(|found| found == wanted) && works(command(&python, &["--version"])) {
        return Ok(python);
    }
    speak::line("installing polars, duckdb and numpy into target/bench (350 MB, once)");
    fs::create_dir_all(folder())?;
    let mut make = command("python3", &["-m", "venv", "--clear"]);
    make.arg(&environment);
    run_program(make)?;
    let mut pip = command(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(RIVALS);
    run_program(pip)?;
    fs::write(installed, wanted)?;
    Ok(python)
}

fn folder() -> PathBuf {
    target().join("bench")
}
