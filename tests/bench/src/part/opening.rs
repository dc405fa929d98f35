//! Opening a link, beside a static page.

use std::rc::Rc;

use super::Bench;
use super::pages::{Contender, compare};
use crate::static_page::{Page, StaticPages};
use crate::{Engine, Outcome, client, founding};

const CONNECTIONS: [usize; 3] = [1, 16, 256];

/// How many links are opened, one after the other.
const PEOPLE: usize = 1000;

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let site = bench.site(engine)?;
    let trust = founding::trust(&site.server)?;
    let links = founding::links(&trust, &mut bench.sink, 1, PEOPLE)?;
    let link = links.first().ok_or("there is no link")?;
    let http = site.server.http()?;
    let mut pages = Vec::new();
    let paths = ["/s", "/v1/survey"];
    for path in paths {
        pages.push(Page::like(&http.send("GET", &format!("{path}/{link}"), &[], None)?.with(200)?));
    }
    let fixed = StaticPages::start(&pages)?;
    let mut contenders = Vec::new();
    for (at, (path, page)) in paths.iter().zip(&pages).enumerate() {
        contenders.push(Contender {
            name: format!("**`GET {path}/{{link}}`**, {} bytes", page.size()),
            address: site.address()?,
            meter: site.meter()?,
            requests: Rc::new(links.iter().map(|link| client::get(&format!("{path}/{link}"), None)).collect()),
        });
        contenders.push(fixed.contender(at));
    }
    bench.paper.heading(&format!("Opening a link, {}", engine.title()));
    compare(bench, &CONNECTIONS, &contenders)
}
