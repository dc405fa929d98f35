//! The built demonstration, as a newcomer starts it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::{Http, Outcome, Visitor, finding, tool};

/// A demonstration that somebody looks at, ended with the test.
#[derive(Debug)]
pub struct Demonstration {
    child: Child,
    /// Its page.
    pub address: String,
    /// All that it has said until it named the page.
    pub said: String,
}

impl Demonstration {
    /// Starts one, and waits until it has named its page.
    pub fn start() -> Outcome<Self> {
        let mut child = Command::new(tool::candour()?)
            .args(["demo", "--seed", "7"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut demo = Self { child, address: String::new(), said: String::new() };
        for line in BufReader::new(output).lines() {
            let line = line?;
            demo.said.push_str(&line);
            demo.said.push('\n');
            if let Some(address) = line.split_whitespace().find(|word| word.ends_with("/demo")) {
                address.clone_into(&mut demo.address);
                return Ok(demo);
            }
        }
        finding!("the demonstration ended without a page:\n{}", demo.said)
    }

    /// Somebody at a browser who looks at it.
    pub fn visitor(&self) -> Outcome<Visitor> {
        Ok(Visitor::new(Http::new(self.address.strip_suffix("/demo").ok_or("no page")?)))
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        // Asked to end, it deletes its folder.
        if let Some(id) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _already_ended = kill_process(id, Signal::INT);
        }
        drop(self.child.wait());
    }
}
