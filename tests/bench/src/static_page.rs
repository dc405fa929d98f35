//! Fixed pages served by actix-web and nothing else: the least that a page of this size can cost on the same framework.
//! A process of its own.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};
use candour_tests::Reply;
use serde::{Deserialize, Serialize};

use crate::part::Contender;
use crate::process::Meter;
use crate::role::Role;
use crate::{Outcome, client, speak};

/// Headers that a server sets by itself.
const OWN: [&str; 3] = ["content-length", "date", "connection"];

/// A page as it is sent.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Page {
    headers: Vec<(String, String)>,
    body: String,
}

/// A page in the memory of its server.
struct Served {
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// A running server of fixed pages.
pub(crate) struct StaticPages {
    role: Role,
    address: SocketAddr,
}

impl Page {
    /// A page with the headers and the text of this reply.
    pub(crate) fn like(reply: &Reply) -> Self {
        let headers = reply.headers().iter().filter(|(name, _)| !OWN.contains(&name.as_str())).cloned();
        Self { headers: headers.collect(), body: reply.text() }
    }

    /// Its size without headers, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.body.len()
    }
}

impl StaticPages {
    /// Serves these pages at `/0`, `/1` and so on.
    pub(crate) fn start(pages: &[Page]) -> Outcome<Self> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(&serde_json::to_vec(pages)?)?;
        let (role, first) = Role::start(&["pages", &file.path().to_string_lossy()])?;
        let address = first
            .strip_prefix("listening ")
            .and_then(|address| address.parse().ok())
            .ok_or("the static pages did not start")?;
        Ok(Self { role, address })
    }

    /// One of them, to be compared with.
    pub(crate) fn contender(&self, number: usize) -> Contender {
        Contender {
            name: "static page of the same size".to_owned(),
            address: self.address,
            meter: Meter { services: vec![self.role.id()], database: None },
            requests: Rc::new(vec![client::get(&format!("/{number}"), None)]),
        }
    }
}

/// Serves the pages in this file until it is killed.
pub(crate) fn serve(file: &Path) -> Outcome {
    let pages: Vec<Page> = serde_json::from_slice(&std::fs::read(file)?)?;
    let pages: Vec<Served> =
        pages.into_iter().map(|page| Served { headers: page.headers, body: page.body.into() }).collect();
    let pages = Data::new(pages);
    actix_web::rt::System::new().block_on(async {
        let server =
            HttpServer::new(move || App::new().app_data(Data::clone(&pages)).route("/{number}", web::get().to(page)));
        let server = server.bind("127.0.0.1:0")?;
        for address in server.addrs() {
            speak::line(&format!("listening {address}"));
        }
        Ok(server.run().await?)
    })
}

async fn page(pages: Data<Vec<Served>>, number: web::Path<usize>) -> HttpResponse {
    let Some(Served { headers, body }) = pages.get(*number) else { return HttpResponse::new(StatusCode::NOT_FOUND) };
    let mut response = HttpResponse::Ok();
    for (name, value) in headers {
        response.insert_header((name.as_str(), value.as_str()));
    }
    response.body(body.clone())
}
