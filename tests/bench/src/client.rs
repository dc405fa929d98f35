//! One connection of the load generator: HTTP/1.1, kept open, and as cheap as it can be, because it shares the machine
//! with what it measures. A request is bytes made beforehand; of a reply only the status and the length are looked at.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Outcome;

/// More headers than any reply has.
const HEADERS: usize = 32;

/// An open connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What of a reply the next request of a browser goes by.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where it leads.
    pub(crate) location: Option<String>,
    /// The cookie that it gives, as it is sent back.
    pub(crate) cookie: Option<String>,
}

/// The beginning of a reply, as far as it matters here.
struct Head {
    status: u16,
    /// Of the whole reply, in bytes.
    length: usize,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(32 * 1024) })
    }

    /// Sends a request, waits for the whole reply and gives its status.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Outcome<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let mut head = None;
        loop {
            if head.is_none() {
                head = parse(&self.buffer)?;
            }
            if let Some(Head { status, length }) = head
                && self.buffer.len() >= length
            {
                return Ok(status);
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the connection was closed in the middle of a reply".into());
            }
        }
    }

    /// Like [`Connection::send`], and gives what a browser goes on with.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Outcome<Answer> {
        let status = self.send(request).await?;
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        response.parse(&self.buffer)?;
        let text = |name: &str| {
            let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
            std::str::from_utf8(header.value).ok().map(str::to_owned)
        };
        let cookie = text("set-cookie").and_then(|cookie| cookie.split(';').next().map(str::to_owned));
        Ok(Answer { status, location: text("location"), cookie })
    }
}

/// A GET.
pub(crate) fn get(path: &str, token: Option<&str>) -> Vec<u8> {
    let bearer = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{bearer}\r\n").into_bytes()
}

/// A GET by a browser that has this cookie.
pub(crate) fn visit(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\n\r\n").into_bytes()
}

/// A POST of a form from a page of the service, by a browser in the network of this address, as a proxy in front says.
pub(crate) fn form(path: &str, fields: &str, cookie: Option<&str>, network: Ipv4Addr) -> Vec<u8> {
    let (length, cookie) = (fields.len(), cookie.map(|cookie| format!("cookie: {cookie}\r\n")).unwrap_or_default());
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nsec-fetch-site: same-origin\r\nx-forwarded-for: \
         {network}\r\n{cookie}content-type: application/x-www-form-urlencoded\r\ncontent-length: \
         {length}\r\n\r\n{fields}"
    )
    .into_bytes()
}

/// A PUT of JSON.
pub(crate) fn put(path: &str, json: &str) -> Vec<u8> {
    let length = json.len();
    format!(
        "PUT {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: \
     {length}\r\n\r\n{json}"
    )
    .into_bytes()
}

fn parse(buffer: &[u8]) -> Outcome<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(buffer)? else { return Ok(None) };
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length: usize =
        std::str::from_utf8(length.ok_or("a reply does not say how long it is")?.value)?.trim().parse()?;
    Ok(Some(Head { status: response.code.unwrap_or(0), length: head + length }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_whole_when_its_body_is() -> Outcome {
        let reply = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert!(parse(&reply[..30])?.is_none());
        let head = parse(reply)?.ok_or("a head")?;
        assert_eq!((head.status, head.length), (200, reply.len()));
        assert!(parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
        Ok(())
    }
}
