//! What is attacked: a service on either engine, with its server key and all of its files.

use std::path::Path;

use candour_seal::ServerKey;
use candour_test_database::{Look, Programs, Server as Postgres, latin1};
use candour_tests::{Outcome, Server, finding};

/// The service's database on PostgreSQL.
const DATABASE: &str = "feedback";

/// Who owns the server, and as whom the service speaks to it.
const OWNER: &str = "candour";
const SERVICE: &str = "service";

/// What the service's account may have done to PostgreSQL's log, beyond owning its database.
const MAY_EMPTY_THE_LOG: &str =
    "GRANT pg_checkpoint TO service; GRANT EXECUTE ON FUNCTION pg_switch_wal(), pg_ls_waldir() TO service";

/// As PostgreSQL does unless it is told otherwise.
pub(super) const USUAL: [(&str, &str); 1] = [("wal_recycle", "on")];

/// A service and where it keeps its rows.
pub(super) struct Victim {
    pub(super) server: Server,
    pub(super) postgres: Option<Postgres>,
}

/// Whether the service's account on PostgreSQL is allowed what SECURITY.md asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rights {
    Recommended,
    Ordinary,
}

/// A file and what is in it.
pub(super) struct Taken {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

impl Victim {
    pub(super) fn on_sqlite() -> Outcome<Self> {
        let file = [("CANDOUR_DATABASE_URL", "sqlite:data/candour.sqlite3")];
        Ok(Self { server: Server::start_with(&file)?, postgres: None })
    }

    pub(super) fn on_postgres(settings: &[(&str, &str)], rights: Rights) -> Outcome<Self> {
        let programs = Programs::find().ok_or("PostgreSQL's server programs are not there: run `cargo xtask setup`")?;
        let postgres = Postgres::start(&programs, settings)?;
        let url = postgres.url(DATABASE);
        let password = url.split([':', '@']).nth(2).ok_or("an address with a password")?;
        let owner = Look::into_server(&postgres.url("postgres"))?;
        owner.run(&format!("CREATE ROLE {SERVICE} LOGIN PASSWORD '{}'", password.trim_start_matches('/')))?;
        owner.run(&format!("CREATE DATABASE {DATABASE} OWNER {SERVICE}"))?;
        if rights == Rights::Recommended {
            Look::into_server(&url)?.run(MAY_EMPTY_THE_LOG)?;
        }
        let of_service = url.replacen(&format!("//{OWNER}:"), &format!("//{SERVICE}:"), 1);
        Ok(Self { server: Server::start_with(&[("CANDOUR_DATABASE_URL", &of_service)])?, postgres: Some(postgres) })
    }

    pub(super) fn key(&self) -> Outcome<ServerKey> {
        Ok(ServerKey::load(&self.server.data().join("secret.key"))?)
    }

    /// A connection past the service, of somebody who may do everything.
    pub(super) fn look(&self) -> Outcome<Look> {
        match &self.postgres {
            Some(postgres) => Look::into_server(&postgres.url(DATABASE)),
            None => Look::into_file(&self.server.database()),
        }
    }

    /// Every file of the database engine and of the service but the server key, as the files lie there.
    pub(super) fn files(&self) -> Outcome<Vec<Taken>> {
        let mut files = Vec::new();
        if let Some(postgres) = &self.postgres {
            take(&postgres.data(), &postgres.data(), &mut files)?;
            files.push(Taken { name: "the log of PostgreSQL".to_owned(), bytes: postgres.log()? });
        }
        take(&self.server.data(), &self.server.data(), &mut files)?;
        files.retain(|file| file.name != "secret.key" && !file.name.starts_with("mailbox/"));
        files.push(Taken { name: "the log of the service".to_owned(), bytes: self.server.log()?.into_bytes() });
        if files.len() < 3 {
            finding!("the files are somewhere else than they were");
        }
        Ok(files)
    }

    /// The same, and what PostgreSQL has in its memory alone and would write into them sooner or later. Its log is as
    /// it was before that.
    pub(super) fn files_of_later(&self) -> Outcome<Vec<Taken>> {
        let mut files = self.files()?;
        if self.postgres.is_some() {
            self.look()?.run("CHECKPOINT")?;
            let is_log = |file: &Taken| file.name.starts_with("pg_wal/");
            files.retain(is_log);
            files.extend(self.files()?.into_iter().filter(|file| !is_log(file)));
        }
        Ok(files)
    }
}

pub(super) fn is_postgres(look: &Look) -> bool {
    matches!(look, Look::Postgres(_))
}

/// The rows a query gives, each value as its text, or bytes as a text of as many characters.
pub(super) fn texts(look: &Look, query: &str) -> Outcome<Vec<Vec<String>>> {
    Ok(look.rows(query)?.rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect())
}

/// Such a text as bytes again.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(letter).unwrap_or(b'?')).collect()
}

/// Bytes as such a text.
pub(super) fn as_text(bytes: &[u8]) -> String {
    latin1(bytes)
}

fn take(root: &Path, folder: &Path, files: &mut Vec<Taken>) -> Outcome {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            take(root, &path, files)?;
        } else if let Ok(bytes) = std::fs::read(&path) {
            // A file that has gone meanwhile was not there.
            files.push(Taken { name: path.strip_prefix(root)?.display().to_string(), bytes });
        }
    }
    Ok(())
}
