//! A site of somebody else's: shows the pages that a story gives it, and keeps what browsers send to it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Outcome;

/// Runs until the process of the test ends.
#[derive(Debug)]
pub struct OtherSite {
    address: SocketAddr,
    kept: Arc<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    page: Mutex<String>,
    heads: Mutex<Vec<String>>,
}

impl OtherSite {
    /// Begins with an empty page.
    pub fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, kept) = (listener.local_addr()?, Arc::<Kept>::default());
        let shared = Arc::clone(&kept);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A browser also opens connections that it does not use yet. One that goes away has what it wanted.
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || drop(shared.answer(stream)));
            }
        });
        Ok(Self { address, kept })
    }

    /// The port at which it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Shows this page from now on, at every path.
    pub fn shows(&self, html: &str) {
        html.clone_into(&mut self.kept.page.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The heads of the requests for this path.
    #[must_use]
    pub fn asked_for(&self, path: &str) -> Vec<String> {
        let heads = self.kept.heads.lock().unwrap_or_else(PoisonError::into_inner);
        heads.iter().filter(|head| head.split(' ').nth(1) == Some(path)).cloned().collect()
    }
}

impl Kept {
    fn answer(&self, mut stream: TcpStream) -> Outcome {
        let mut head = String::new();
        for line in BufReader::new(stream.try_clone()?).lines() {
            let line = line?;
            if line.is_empty() {
                break;
            }
            head.push_str(&line);
            head.push('\n');
        }
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).push(head);
        let page = self.page.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let length = page.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{page}"
        )?;
        Ok(())
    }
}
