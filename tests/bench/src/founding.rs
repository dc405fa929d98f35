//! A service on a database of its own, with a trust, its questionnaire, and rounds whose links came by email.

use std::net::SocketAddr;
use std::rc::Rc;

use candour_tests::trust::{DOMAIN, text};
use candour_tests::{RoundPlan, Server, StartedRound, Trust};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use serde_json::json;

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
    /// Settings that are not the default, besides where its rows and its emails go.
    settings: Vec<Setting>,
}

/// A setting and its value.
pub(crate) type Setting = (&'static str, &'static str);

/// The load generator is believed when it says from which network a request comes.
pub(crate) const BEHIND_A_PROXY: Setting = ("CANDOUR_PROXIES", "127.0.0.1");

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
    /// Starts a service with default settings, but for where its rows and its emails go, and for these.
    pub(crate) fn start(database: Database, sink: &Sink, more: &[Setting]) -> Outcome<Self> {
        let mail = sink.url();
        let mut settings = vec![("CANDOUR_SMTP_URL", mail.as_str())];
        settings.extend(more);
        let url = match &database {
            Database::Sqlite => None,
            Database::Postgres(server, name) => Some(server.url(name)),
        };
        settings.extend(url.as_deref().map(|url| ("CANDOUR_DATABASE_URL", url)));
        Ok(Self { server: Server::start_with(&settings)?, database, settings: more.to_vec() })
    }

    /// Starts another service on the same database, with the same key.
    pub(crate) fn another_node(&self, sink: &Sink) -> Outcome<Self> {
        let Database::Postgres(server, name) = &self.database else {
            return Err("only a server has room for two".into());
        };
        let (mail, url, key) = (sink.url(), server.url(name), self.server.data().join("secret.key"));
        let key = key.to_str().ok_or("the path of the key is not UTF-8")?;
        let mut settings =
            vec![("CANDOUR_SMTP_URL", mail.as_str()), ("CANDOUR_DATABASE_URL", &url), ("CANDOUR_SECRET_KEY_FILE", key)];
        settings.extend(&self.settings);
        Ok(Self {
            server: Server::start_with(&settings)?,
            database: Database::Postgres(Rc::clone(server), name.clone()),
            settings: self.settings.clone(),
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

/// Invites so many people, and waits until each has been told. Gives their addresses, which are of one length.
pub(crate) fn people(trust: &Trust<'_>, sink: &mut Sink, count: usize) -> Outcome<Vec<String>> {
    let before = sink.received()?.emails;
    let addresses: Vec<String> = (0..count).map(colleague).collect();
    for email in &addresses {
        trust.administrator.post("/v1/people", &json!({ "name": "Perpetua Lee", "email": email }))?.with(201)?;
    }
    sink.wait_for(before + count)?;
    Ok(addresses)
}

/// The address of the colleague with this number.
pub(crate) fn colleague(number: usize) -> String {
    format!("colleague-{number:05}@{DOMAIN}")
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
