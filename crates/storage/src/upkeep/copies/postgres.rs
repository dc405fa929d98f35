//! Copies of a PostgreSQL database: an archive of its own `pg_dump`, of which is known that it holds what the database
//! held.

use std::io::Write;
use std::path::{Path, PathBuf};

use archive::{Archive, Listing};
use login::Login;
use programs::{Program, Programs};
use server::{Snapshot, Target};
use tempfile::NamedTempFile;

use super::{Contents, CopyError, blocking, require_tables};

mod archive;
mod login;
mod programs;
mod server;

/// Writes what one moment shows into an empty file, reads it back, and gives the number of rows in it.
pub(super) async fn write(url: &str, to: &Path, folder: Option<&Path>) -> Result<u64, CopyError> {
    let (login, server) = (Login::of(url)?, url.to_owned());
    let seen = blocking(move || Snapshot::take(&server)).await?;
    let programs = Programs::find(folder, seen.server).await?;
    let password = login.password_file()?;
    let mut dump = programs.command_on(Program::Dump, &login.address, password.as_ref().map(NamedTempFile::path));
    dump.args([
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--no-security-labels",
        "--no-tablespaces",
    ]);
    dump.args(["--no-publications", "--no-subscriptions", "--lock-wait-timeout=60s", "--compress=1"])
        .arg(format!("--snapshot={}", seen.name));
    dump.args(seen.tables.iter().map(|table| format!("--table={}", table.pattern)));
    dump.arg("--file").arg(to);
    programs::run(Program::Dump, dump).await?;

    let archive = Archive { programs: &programs, file: to.to_owned() };
    // The file goes, so it is no use to name it.
    let nameless = |error| match error {
        CopyError::Damaged { what, .. } => CopyError::Incomplete(format!("it cannot be read ({what})")),
        other => other,
    };
    archive.listing().await.map_err(nameless)?;
    let counted = archive.count().await.map_err(nameless)?;
    match seen.tables.iter().find(|table| counted.get(&table.name) != Some(&table.rows)) {
        None => Ok(counted.values().sum()),
        Some(table) => {
            Err(CopyError::Incomplete(format!("it does not hold the {} rows of {}", table.rows, table.name)))
        }
    }
}

/// An archive that a database can take.
pub(super) struct Restoring {
    file: PathBuf,
    url: String,
    programs: Programs,
    /// What is to be read back.
    ours: String,
}

impl Restoring {
    pub(super) async fn prepare(
        file: PathBuf,
        url: String,
        folder: Option<&Path>,
    ) -> Result<(Self, Contents), CopyError> {
        let server = url.clone();
        let target = blocking(move || Target::look(&server)).await?;
        let programs = Programs::find(folder, target.server).await?;
        let archive = Archive { programs: &programs, file: file.clone() };
        let listing = archive.listing().await?;
        require_tables(&file, &listing.tables.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>())?;
        fits(&target, &listing)?;
        let key_check = archive.column("key_check", "sealed").await?.into_iter().next();
        let key_check = key_check.map(|text| {
            bytes(&text).ok_or_else(|| CopyError::damaged(&file, "its proof of the server key cannot be read"))
        });
        let contents = Contents {
            migrations: archive.column("__diesel_schema_migrations", "version").await?,
            key_check: key_check.transpose()?,
            strange: listing.strange,
        };
        Ok((Self { file, url, programs, ours: listing.ours }, contents))
    }

    pub(super) async fn finish(self) -> Result<Vec<String>, CopyError> {
        let login = Login::of(&self.url)?;
        let password = login.password_file()?;
        let mut restore =
            self.programs.command_on(Program::Restore, &login.address, password.as_ref().map(NamedTempFile::path));
        let wanted = NamedTempFile::with_prefix("candour-")
            .and_then(|mut file| file.write_all(self.ours.as_bytes()).map(|()| file));
        let wanted = wanted.map_err(|source| CopyError::Unwritable { file: std::env::temp_dir(), source })?;
        restore.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]);
        restore.arg("--use-list").arg(wanted.path()).arg(&self.file);
        programs::run(Program::Restore, restore).await?;
        blocking(move || Target::migrate(&self.url).map_err(CopyError::Migration)).await
    }
}

/// Whether the database takes tables of this archive as they are.
fn fits(target: &Target, listing: &Listing) -> Result<(), CopyError> {
    let taken =
        |name: &String| name == "__diesel_schema_migrations" || listing.tables.iter().any(|(_, table)| table == name);
    if target.tables.iter().any(taken) {
        return Err(CopyError::Occupied(
            "the database has tables of Candour already, and a copy is never read back over them. Make another \
             database (createdb --owner=ACCOUNT NAME) and set CANDOUR_DATABASE_URL to it"
                .to_owned(),
        ));
    }
    if listing.server > target.server {
        let (from, to) = (listing.server, target.server);
        return Err(CopyError::Unfit(format!(
            "the copy is of a PostgreSQL {from} and this server is a PostgreSQL {to}; use one of {from} or later"
        )));
    }
    let there = target.schema.as_deref();
    match listing.tables.iter().find(|(schema, _)| Some(schema.as_str()) != there) {
        None => Ok(()),
        Some((schema, _)) => Err(CopyError::Unfit(format!(
            "the tables of the copy are in the schema {schema}, and this account makes its tables in {}. Make that \
             schema if it is not there, and: ALTER ROLE account SET search_path = {schema}",
            there.unwrap_or("no schema at all")
        ))),
    }
}

/// Reads `\\x0123…`, as an archive writes bytes.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\\\x")?.as_bytes();
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits
        .chunks(2)
        .map(|pair| if let [high, low] = pair { Some(digit(high)? << 4 | digit(low)?) } else { None })
        .collect()
}
