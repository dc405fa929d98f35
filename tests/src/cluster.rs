//! Several nodes over one PostgreSQL server and one mail server of the story's own, which can be taken away and brought
//! back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use candour_test_database::{Look, Programs, Server as Postgres};
use tempfile::TempDir;

use crate::{Email, Outcome, Server, Smtpd, wait};

/// What links begin with, and so what tokens are issued for: alike on all nodes, and the address of none.
pub const BASE_URL: &str = "https://feedback.ashgrove.example.org";

/// A PostgreSQL server, a mail server, and what their nodes share.
pub struct Cluster {
    postgres: Postgres,
    /// The mail server.
    pub smtpd: Smtpd,
    folder: TempDir,
}

impl Cluster {
    /// Starts a PostgreSQL server with nothing in it, and a mail server that takes everything.
    pub fn start() -> Outcome<Self> {
        let programs = Programs::find().ok_or("PostgreSQL's server programs are not there: run `cargo xtask setup`")?;
        let folder = tempfile::Builder::new().prefix("candour-cluster-").tempdir()?;
        let smtpd = Smtpd::start(&folder.path().join("mail"), &[])?;
        Ok(Self { postgres: Postgres::start(&programs, &[])?, smtpd, folder })
    }

    /// A node with these settings besides what all share. It does not run yet.
    pub fn node(&self, settings: &[(&str, &str)]) -> Outcome<Server> {
        let (database, mail, key) = (self.url(), self.smtpd.url(), self.key());
        let shared = [
            ("CANDOUR_DATABASE_URL", database.as_str()),
            ("CANDOUR_BASE_URL", BASE_URL),
            ("CANDOUR_SMTP_URL", mail.as_str()),
            ("CANDOUR_SECRET_KEY_FILE", key.to_str().ok_or("the folder is not UTF-8")?),
        ];
        Server::prepare(&shared.into_iter().chain(settings.iter().copied()).collect::<Vec<_>>())
    }

    /// Two nodes that run, with these settings besides what all share.
    pub fn two_nodes(&self, settings: &[(&str, &str)]) -> Outcome<(Server, Server)> {
        let (one, other) = (self.node(settings)?, self.node(settings)?);
        one.begin()?;
        other.begin()?;
        Ok((one, other))
    }

    /// The server key that the nodes share.
    #[must_use]
    pub fn key(&self) -> PathBuf {
        self.folder.path().join("secret.key")
    }

    /// A folder for whatever the story needs.
    #[must_use]
    pub fn scratch(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Waits until each of these people has an invitation, and gives the link in it by their address; see
    /// [`Cluster::emails`].
    pub fn invitations<'p>(
        &self,
        people: impl IntoIterator<Item = &'p str>,
        limit: Duration,
    ) -> Outcome<BTreeMap<String, String>> {
        let link = |(address, email): (String, Email)| match email.links.as_slice() {
            [link] => Ok((address, link.clone())),
            links => Err(format!("{address} has {} links", links.len()).into()),
        };
        self.emails("invitation", people, limit)?.into_iter().map(link).collect()
    }

    /// Waits until each of these people has an email of this kind, and gives it by their address. Nobody has two that
    /// differ in Message-ID or link, nobody else has one, and no Message-ID belongs to two people.
    pub fn emails<'p>(
        &self,
        kind: &str,
        people: impl IntoIterator<Item = &'p str>,
        limit: Duration,
    ) -> Outcome<BTreeMap<String, Email>> {
        let wanted: BTreeSet<&str> = people.into_iter().collect();
        let found = wait::until(&format!("an email of kind {kind} for everybody"), limit, || {
            if self.smtpd.mailbox().count()? < wanted.len() {
                return Ok(None);
            }
            let found = once_each(self.smtpd.mailbox().read()?, kind)?;
            Ok(wanted.iter().all(|address| found.contains_key(*address)).then_some(found))
        })?;
        match found.keys().find(|address| !wanted.contains(address.as_str())) {
            Some(address) => Err(format!("{address} has an email of kind {kind}").into()),
            None => Ok(found),
        }
    }

    /// Questions in SQL, past the nodes.
    pub fn look(&self) -> Outcome<Look> {
        Look::into_server(&self.url())
    }

    /// Questions in SQL to the server that leave no trace in the nodes' database.
    pub fn look_from_beside(&self) -> Outcome<Look> {
        Look::into_server(&self.postgres.url("template1"))
    }

    /// The address of the database.
    #[must_use]
    pub fn url(&self) -> String {
        self.postgres.url("postgres")
    }

    /// The PostgreSQL server stops in good order, and does not come back by itself.
    pub fn database_stops(&self) -> Outcome {
        self.postgres.stop()
    }

    /// The PostgreSQL server is there again.
    pub fn database_returns(&self) -> Outcome {
        self.postgres.begin()
    }

    /// The PostgreSQL server is killed in the middle of whatever it does, and comes back.
    pub fn database_crashes(&self) -> Outcome {
        self.postgres.kill()?;
        self.postgres.begin()
    }
}

/// The email of this kind to each address; there may be copies of it.
fn once_each(emails: Vec<Email>, kind: &str) -> Outcome<BTreeMap<String, Email>> {
    let mut known: BTreeMap<String, Email> = BTreeMap::new();
    for email in emails.into_iter().filter(|email| email.message_id.starts_with(&format!("<{kind}."))) {
        let [address] = email.to.as_slice() else {
            return Err(format!("{} is to several people", email.message_id).into());
        };
        let first = known.entry(address.clone()).or_insert_with(|| email.clone());
        if (&first.message_id, &first.links) != (&email.message_id, &email.links) {
            return Err(
                format!("{address} has two different emails: {} and {}", first.message_id, email.message_id).into()
            );
        }
    }
    let ids: BTreeSet<&str> = known.values().map(|email| email.message_id.as_str()).collect();
    if ids.len() == known.len() { Ok(known) } else { Err("a Message-ID belongs to several people".into()) }
}
