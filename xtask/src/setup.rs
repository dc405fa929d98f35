//! What the tests need besides Rust: a browser and its driver, a mail server, the accessibility rules, a database
//! server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{command, find, output, run as run_program, target, works};
use crate::{Outcome, postgres, speak};

const MAIL_SERVER: &str = "aiosmtpd==1.4.6";
const ACCESSIBILITY_RULES: &str = "axe-playwright-python==0.1.8";

/// Where the tools are.
pub(crate) struct Tools {
    chromedriver: PathBuf,
    python: PathBuf,
    axe: PathBuf,
}

impl Tools {
    /// The variables through which the tests learn of them.
    pub(crate) fn variables(&self) -> [(&'static str, &Path); 3] {
        [
            ("CANDOUR_CHROMEDRIVER", &self.chromedriver),
            ("CANDOUR_SMTPD_PYTHON", &self.python),
            ("CANDOUR_AXE", &self.axe),
        ]
    }

    /// Prints the variables as a shell takes them.
    pub(crate) fn print(&self) {
        for (name, path) in self.variables() {
            speak::line(&format!("export {name}='{}'", path.display()));
        }
        speak::line(&postgres::by_hand());
    }
}

/// Finds the tools, and installs what is missing.
pub(crate) fn run() -> Outcome<Tools> {
    system_packages()?;
    Ok(Tools {
        chromedriver: chromedriver().ok_or("chromedriver is still missing after its installation")?,
        python: mail_server()?,
        axe: accessibility_rules()?,
    })
}

fn chromedriver() -> Option<PathBuf> {
    given("CANDOUR_CHROMEDRIVER").or_else(|| find(&["chromedriver"]))
}

/// Debian's packages for what is missing. Others are told what to install.
fn system_packages() -> Outcome {
    let mut missing = Vec::new();
    if find(&["chromium", "chromium-browser", "google-chrome"]).is_none() {
        missing.push("chromium");
    }
    if chromedriver().is_none() {
        missing.push("chromium-driver");
    }
    if find(&["python3"]).is_none() {
        missing.extend(["python3", "python3-venv"]);
    }
    if postgres::is_missing() {
        missing.push("postgresql");
    }
    if missing.is_empty() { Ok(()) } else { apt_install(&missing) }
}

/// The programs of the database server alone.
pub(crate) fn server_programs() -> Outcome {
    if postgres::is_missing() { apt_install(&["postgresql"]) } else { Ok(()) }
}

fn apt_install(packages: &[&str]) -> Outcome {
    let by_hand = format!("sudo apt-get update && sudo apt-get install {}", packages.join(" "));
    let is_root = output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    if !is_root || find(&["apt-get"]).is_none() {
        return Err(format!(
            "the tests need {}. On Debian and Ubuntu: {by_hand}. Elsewhere install the same by your system's means.",
            packages.join(", ")
        )
        .into());
    }
    speak::line(&format!("installing {}", packages.join(", ")));
    let _without = packages.contains(&"postgresql").then(postgres::WithoutCluster::arrange).transpose()?;
    run_program(apt(&["update", "--quiet"]))?;
    let mut install = apt(&["install", "--quiet", "--yes", "--no-install-recommends"]);
    install.args(packages);
    run_program(install)
}

fn apt(arguments: &[&str]) -> Command {
    let mut apt = command("apt-get", arguments);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

/// A Python that has aiosmtpd, the mail server of the tests: our own in target/, else the system's, else our own made
/// now.
fn mail_server() -> Outcome<PathBuf> {
    let has_it = |python: &PathBuf| works(command(python, &["-c", "import aiosmtpd"]));
    let at_hand = given("CANDOUR_SMTPD_PYTHON").into_iter().chain([our_python(), PathBuf::from("/usr/bin/python3")]);
    if let Some(found) = at_hand.into_iter().find(has_it) {
        return Ok(found);
    }
    let ours = python()?;
    pip(&ours, &[MAIL_SERVER])?;
    Ok(ours)
}

/// axe.min.js, which a package for Python carries.
fn accessibility_rules() -> Outcome<PathBuf> {
    if let Some(given) = given("CANDOUR_AXE") {
        return Ok(given);
    }
    let script = folder().join("axe.min.js");
    if !script.is_file() {
        let package = folder().join("axe");
        pip(&python()?, &["--no-deps", "--target", &package.to_string_lossy(), ACCESSIBILITY_RULES])?;
        fs::rename(package.join("axe_playwright_python/axe.min.js"), &script)
            .map_err(|error| format!("{ACCESSIBILITY_RULES} does not hold axe.min.js where it did: {error}"))?;
        fs::remove_dir_all(package)?;
    }
    Ok(script)
}

/// Our own Python environment.
fn python() -> Outcome<PathBuf> {
    let environment = folder().join("smtpd");
    let python = our_python();
    if works(command(&python, &["-m", "pip", "--version"])) {
        return Ok(python);
    }
    fs::create_dir_all(folder())?;
    let make = |program: &str| {
        let mut make = command(program, &["-m", "venv", "--clear"]);
        make.arg(&environment);
        make
    };
    // Debian's own Python needs a package for this; Pythons from elsewhere bring it along.
    if !works(make("python3")) {
        apt_install(&["python3-venv"])?;
        run_program(make("/usr/bin/python3"))?;
    }
    Ok(python)
}

fn our_python() -> PathBuf {
    folder().join("smtpd/bin/python")
}

fn pip(python: &Path, packages: &[&str]) -> Outcome {
    let mut pip = command(python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(packages);
    run_program(pip)
}

fn given(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.exists())
}

fn folder() -> PathBuf {
    target().join("test-tools")
}
