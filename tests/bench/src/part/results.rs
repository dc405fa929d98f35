//! Reading a released result, beside a static document.

use std::rc::Rc;

use super::Bench;
use super::pages::{Contender, compare};
use crate::client;
use crate::links::Links;
use crate::load::Limit;
use crate::static_page::{Page, StaticPages};
use crate::{Engine, Outcome, founding};

/// How many are asked about the one leader whose result it is.
const PEOPLE: usize = 40;

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let site = bench.site(engine)?;
    let trust = founding::trust(&site.server)?;
    let (round, links) = founding::launched(&trust, &mut bench.sink, 1, PEOPLE)?;
    Links::new(links).submit(&[site.address()?], 4, Limit { seconds: 60.0, count: PEOPLE + 1 })?;
    round.close_and_count()?;
    let (facilitator, review) = (round.facilitator()?, &round.review()?.id);
    facilitator.release(review)?.with(200)?;
    let token = trust.administrator.token().ok_or("the administrator has a token")?;
    let paths = ["results", "results.csv"].map(|name| format!("/v1/reviews/{review}/{name}"));
    let mut pages = Vec::new();
    for path in &paths {
        pages.push(Page::like(&trust.administrator.get(path)?.with(200)?));
    }
    let fixed = StaticPages::start(&pages)?;
    let mut contenders = Vec::new();
    for (at, (path, page)) in paths.iter().zip(&pages).enumerate() {
        let name = path.rsplit('/').next().unwrap_or_default();
        contenders.push(Contender {
            name: format!("**`GET …/{name}`**, {} bytes", page.size()),
            address: site.address()?,
            meter: site.meter()?,
            requests: Rc::new(vec![client::get(path, Some(token))]),
        });
        contenders.push(fixed.contender(at));
    }
    bench.paper.heading(&format!("Reading a result, {}", engine.title()));
    compare(bench, &[16], &contenders)
}
