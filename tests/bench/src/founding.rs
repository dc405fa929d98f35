//! A service on a database of its own, with a trust, its questionnaire, and rounds whose links came by email.

use std::net::SocketAddr;

use candour_tests::trust::text;
use candour_tests::{RoundPlan, Server, StartedRound, Trust};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;

use crate::sink::Sink;
use crate::{Engine, Outcome, questionnaire};

/// The group of everybody who is asked.
const GROUP: &str = "staff";

/// Starts a service with default settings, but for where its rows and its emails go.
pub(crate) fn start(engine: Engine, sink: &Sink) -> Outcome<Server> {
    match engine {
        Engine::Sqlite => Server::start_with(&[("CANDOUR_SMTP_URL", &sink.url())]),
    }
}

/// Where it listens.
pub(crate) fn address(server: &Server) -> Outcome<SocketAddr> {
    Ok(server.address()?.parse()?)
}

/// Sets up a trust that asks the questionnaire of the bench.
pub(crate) fn trust(server: &Server) -> Outcome<Trust<'_>> {
    let mut trust = Trust::found(server, "Ashgrove Learning Trust")?;
    let made = trust.administrator.post("/v1/frameworks", &questionnaire::framework())?.with(201)?.json()?;
    trust.framework_id = text(&made, "id")?;
    Ok(trust)
}

/// A round in draft with so many reviews, about each of which the same so many people are asked.
pub(crate) fn draft<'a>(trust: &'a Trust<'a>, reviews: usize, people: usize) -> Outcome<StartedRound<'a>> {
    trust.draft(&RoundPlan::new().reviews(reviews).asking(GROUP, people))
}

/// Launches a round like [`draft`] and gives the links from its emails, in random order.
pub(crate) fn links(trust: &Trust<'_>, sink: &mut Sink, reviews: usize, people: usize) -> Outcome<Vec<String>> {
    let before = sink.received()?.emails;
    draft(trust, reviews, people)?.launch()?;
    // One email for each person, and one for each subject.
    sink.wait_for(before + people + reviews)?;
    let mut links = sink.links()?;
    links.shuffle(&mut StdRng::seed_from_u64(360));
    if links.len() == reviews * (people + 1) { Ok(links) } else { Err(format!("the emails hold {} links", links.len()).into()) }
}
