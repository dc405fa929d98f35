//! A process of this same program in another role, told what to do line by line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::Outcome;

/// The process. Ends when it is dropped.
pub(crate) struct Role {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Role {
    /// Starts it and gives its first line as well.
    pub(crate) fn start(arguments: &[&str]) -> Outcome<(Self, String)> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take().ok_or("no way to give orders")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no way to get answers")?);
        let mut role = Self { child, orders, answers };
        let first = role.answer()?;
        Ok((role, first))
    }

    /// Gives an order and reads one line of answer.
    pub(crate) fn ask(&mut self, order: &str) -> Outcome<String> {
        writeln!(self.orders, "{order}")?;
        self.answer()
    }

    /// Reads another line.
    pub(crate) fn answer(&mut self) -> Outcome<String> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err("a process of the bench ended; its own message is above".into());
        }
        Ok(line.trim_end().to_owned())
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        // It may have ended already; there is nobody left to tell.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
