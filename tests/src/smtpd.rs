//! A real mail server for the stories: aiosmtpd, told what to refuse.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Mailbox, Outcome, finding, tool};

/// A running mail server that keeps what it accepts in a folder.
#[derive(Debug)]
pub struct Smtpd {
    folder: PathBuf,
    arguments: Vec<String>,
    port: u16,
    child: Option<Child>,
}

impl Smtpd {
    /// Starts a mail server that keeps its mail under `folder`. The arguments are those of `smtpd/receive.py`.
    pub fn start(folder: &Path, arguments: &[&str]) -> Outcome<Self> {
        std::fs::create_dir_all(folder)?;
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let mut server = Self { folder: folder.to_owned(), arguments, port: 0, child: None };
        server.port = free_port()?;
        server.begin()?;
        Ok(server)
    }

    /// Starts it again on the same port after [`Smtpd::kill`].
    pub fn begin(&mut self) -> Outcome {
        let python = tool::find("CANDOUR_SMTPD_PYTHON", &tool::target_folder()?.join("test-tools/smtpd/bin/python"))?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("smtpd/receive.py");
        let mut child = Command::new(python)
            .arg(script)
            .args(["--folder".as_ref(), self.folder.as_os_str()])
            .args(["--port", &self.port.to_string()])
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the mail server has no standard output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let Some(port) = line.trim().strip_prefix("listening ").and_then(|port| port.parse().ok()) else {
            child.kill()?;
            child.wait()?;
            finding!("the mail server did not start: is aiosmtpd there? Run `cargo xtask setup`. It said {line:?}");
        };
        self.port = port;
        self.child = Some(child);
        Ok(())
    }

    /// Refuses this recipient from the next start on.
    pub fn refuse(&mut self, address: &str) {
        self.arguments.extend(["--refuse".to_owned(), address.to_owned()]);
    }

    /// Ends it at once, in the middle of whatever it does.
    pub fn kill(&mut self) -> Outcome {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Its address for `CANDOUR_SMTP_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// What it has accepted.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::new(self.folder.clone())
    }

    /// The envelope recipients of everything accepted, one line each in order.
    pub fn recipients(&self) -> Outcome<Vec<String>> {
        self.lines("recipients.txt")
    }

    /// Every attempt to send anything: `<recipient> <code>`.
    pub fn attempts(&self) -> Outcome<Vec<String>> {
        self.lines("attempts.txt")
    }

    fn lines(&self, name: &str) -> Outcome<Vec<String>> {
        let path = self.folder.join(name);
        if !path.exists() {
            return Ok(Vec::new());
        }
        Ok(std::fs::read_to_string(path)?.lines().map(str::to_owned).collect())
    }
}

/// A port that no other story is given while this server is down: one that the system hands to nobody who asks for any,
/// and by process, because every story has its own. Otherwise its mail might arrive at the server of another story.
fn free_port() -> Outcome<u16> {
    const BELOW_THE_SYSTEMS: u32 = 22_000;
    let ports = (0..8).map(|next| 10_000 + (8 * std::process::id() + next) % BELOW_THE_SYSTEMS);
    let ports = ports.filter_map(|port| u16::try_from(port).ok());
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    ports.into_iter().find(is_free).ok_or_else(|| "no port is free for a mail server".into())
}

impl Drop for Smtpd {
    fn drop(&mut self) {
        // Nobody is left to tell if it had ended already.
        drop(self.kill());
    }
}
