//! A service on a database of its own, with a trust, its questionnaire, and rounds whose links came by email.

use std::net::SocketAddr;
use std::rc::Rc;

use candour_tests::trust::text;
use candour_tests::{RoundPlan, Server, StartedRound, Trust};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;

use crate::postgres_server::Postgres;
use crate::process::Meter;
use crate::sink::Sink;
use crate::{Engine, Outcome, questionnaire};

/// The name of the service's database on a server.
const SERVICE: &str = "candour";

/// The group of everybody who is asked.
const GROUP: &str = "staff";

/// A service and where its rows are.
pub(crate) struct Site {
    pub(crate) server: Server,
    pub(crate) database: Database,
}

/// Where rows are.
pub(crate) enum Database {
    /// In the file of the service.
    Sqlite,
    /// On a server, under a name.
    Postgres(Rc<Postgres>, String),
}

impl Database {
    /// An empty one.
    pub(crate) fn new(engine: Engine, postgres: Option<&Rc<Postgres>>) -> Outcome<Self> {
        let (Engine::Postgres, Some(server)) = (engine, postgres) else { return Ok(Self::Sqlite) };
        server.create(SERVICE, None)?;
        Ok(Self::Postgres(Rc::clone(server), SERVICE.to_owned()))
    }
}

impl Site {
    /// Starts a service with default settings, but for where its rows and its emails go.
    pub(crate) fn start(database: Database, sink: &Sink) -> Outcome<Self> {
        let mail = sink.url();
        let mut settings = vec![("CANDOUR_SMTP_URL", mail.as_str())];
        let url = match &database {
            Database::Sqlite => None,
            Database::Postgres(server, name) => Some(server.url(name)),
        };
        settings.extend(url.as_deref().map(|url| ("CANDOUR_DATABASE_URL", url)));
        Ok(Self { server: Server::start_with(&settings)?, database })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> Outcome<SocketAddr> {
        Ok(self.server.address()?.parse()?)
    }

    /// Reads what it costs.
    pub(crate) fn meter(&self) -> Outcome<Meter> {
        let database = match &self.database {
            Database::Sqlite => None,
            Database::Postgres(server, _) => Some(server.process()),
        };
        Ok(Meter { services: vec![self.server.process()?], database })
    }
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
