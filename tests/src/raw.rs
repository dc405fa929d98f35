//! Requests byte by byte, for what no well-behaved client does.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::Outcome;

/// A request that has been sent whole, and a connection on which nothing has been read.
#[derive(Debug)]
pub struct Sent(TcpStream);

/// Sends a request with this head, without the empty line at its end, and this body. `Host`, `Content-Length` and
/// `Connection: close` are added.
pub fn send(address: &str, head: &[u8], body: &[u8]) -> Outcome<Sent> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_nodelay(true)?;
    let more = format!("\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    connection.write_all(&[head, more.as_bytes(), body].concat())?;
    Ok(Sent(connection))
}

impl Sent {
    /// Resets the connection (RST) after a while: the server is told at once that nobody is there any more.
    pub fn reset_after(self, patience: Duration) -> Outcome {
        std::thread::sleep(patience);
        rustix::net::sockopt::set_socket_linger(&self.0, Some(Duration::ZERO))?;
        Ok(())
    }

    /// Everything that comes back, head and body.
    pub fn reply(mut self) -> Outcome<String> {
        self.0.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut reply = Vec::new();
        self.0.read_to_end(&mut reply)?;
        Ok(String::from_utf8_lossy(&reply).into_owned())
    }
}
