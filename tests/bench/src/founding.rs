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

    /// Starts another service on the same database, with the same key.
    pub(crate) fn another_node(&self, sink: &Sink) -> Outcome<Self> {
        let Database::Postgres(server, name) = &self.database else {
            return Err("only a server has room for two".into());
        };
        let (mail, url, key) = (sink.url(), server.url(name), self.server.data().join("secret.key"));
        let key = key.to_str().ok_or("the path of the key is not UTF-8")?;
        let settings =
            [("CANDOUR_SMTP_URL", mail.as_str()), ("CANDOUR_DATABASE_URL", &url), ("CANDOUR_SECRET_KEY_FILE", key)];
        Ok(Self {
            server: Server::start_with(&settings)?,
            database: Database::Postgres(Rc::clone(server), name.clone()),
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> Outcome<SocketAddr> {
        Ok(self.server.address()?.parse()?)
    }

    /// The size of a sealed ballot that is stored, in bytes.
    pub(crate) fn sealed_length(&self) -> Outcome<usize> {
        const QUERY: &str = "SELECT length(sealed) FROM ballots LIMIT 1";
        let length: i32 = match &self.database {
            Database::Sqlite => {
                rusqlite::Connection::open(self.server.database())?.query_row(QUERY, [], |row| row.get(0))?
            }
            Database::Postgres(server, name) => server.connect(name)?.query_one(QUERY, &[])?.get(0),
        };
        Ok(usize::try_from(length)?)
    }

    /// How large its database is.
    pub(crate) fn size_in_megabytes(&self) -> Outcome<f64> {
        let bytes = match &self.database {
            Database::Sqlite => i64::try_from(std::fs::metadata(self.server.database())?.len())?,
            Database::Postgres(server, name) => {
                server.connect(name)?.query_one("SELECT pg_database_size($1)", &[name])?.get(0)
            }
        };
        Ok(f64::from(u32::try_from(bytes / 1_000_000)?))
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

/// Launches a round like [`draft`] and gives it with the links from its emails, in random order.
pub(crate) fn launched<'a>(
    trust: &'a Trust<'a>,
    sink: &mut Sink,
    reviews: usize,
    people: usize,
) -> Outcome<(StartedRound<'a>, Vec<String>)> {
    let before = sink.received()?.emails;
    let round = draft(trust, reviews, people)?;
    round.launch()?;
    // One email for each person, and one for each subject.
    sink.wait_for(before + people + reviews)?;
    let mut links = sink.links()?;
    links.shuffle(&mut StdRng::seed_from_u64(360));
    if links.len() == reviews * (people + 1) {
        Ok((round, links))
    } else {
        Err(format!("the emails hold {} links", links.len()).into())
    }
}

/// The links of such a round.
pub(crate) fn links(trust: &Trust<'_>, sink: &mut Sink, reviews: usize, people: usize) -> Outcome<Vec<String>> {
    Ok(launched(trust, sink, reviews, people)?.1)
}
