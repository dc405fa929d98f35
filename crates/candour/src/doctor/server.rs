//! How a PostgreSQL server is set up, as far as the promise or the service depends on it; each thing to fix with the
//! statement that does.

use candour_service::clock::Timekeeper;
use candour_storage::{Copying, Link, Server, Storage};
use chrono::{DateTime, Utc};

use super::work::TOLERANCE;
use super::{Finding, Subject, fix, judge, well};
use crate::config::Config;

/// The earliest version with everything that is relied on.
const EARLIEST: u32 = 14;

/// The version from which on somebody else than a superuser may be let remove old files of the log.
const CHECKPOINT_BY_GRANT: u32 = 15;

/// Connections besides those of a node: for commands such as this one.
const COMMANDS: u32 = 3;

pub(super) fn examine(config: &Config, storage: &Storage, clock: &Timekeeper) -> Vec<Finding> {
    let before = clock.now();
    match storage.server() {
        Ok(None) => Vec::new(),
        Ok(Some(server)) => {
            let now = before + (clock.now() - before) / 2;
            let mut findings = vec![
                version(&server),
                link(server.link),
                connections(&server, config.pool_size),
                time(server.time, now),
            ];
            findings.extend(log(&server));
            findings.extend(copying(&server));
            findings.push(statements(&server));
            findings.extend(settings(&server));
            findings
        }
        Err(error) => vec![fix(Subject::Server, format!("the server does not say how it is set up: {error}"))],
    }
}

fn version(server: &Server) -> Finding {
    let old = format!(
        "the server is a PostgreSQL {}, and {EARLIEST} is the earliest that is supported; upgrade it",
        server.version
    );
    judge(Subject::Server, server.version < EARLIEST, &format!("the server is a PostgreSQL {}", server.version), old)
}

fn link(link: Link) -> Finding {
    match link {
        Link::Local => well(Subject::Server, "the database is on this machine"),
        Link::Verified => {
            well(Subject::Server, "the connection to the database is encrypted, and the server has proved who it is")
        }
        Link::Encrypted => fix(
            Subject::Server,
            "the connection to the database is encrypted, but somebody on the way could pose as the server and read \
             everything: add \
             sslmode=verify-full and sslrootcert=FILE, with the certificate of its authority, to CANDOUR_DATABASE_URL",
        ),
        Link::Clear => fix(
            Subject::Server,
            "the connection to the database crosses the network in the clear: switch on `ssl` in the server, and add \
             sslmode=verify-full and sslrootcert=FILE to CANDOUR_DATABASE_URL",
        ),
    }
}

fn connections(server: &Server, pool_size: u32) -> Finding {
    // As many that write as read.
    let node = pool_size.saturating_mul(2);
    let nodes = server.connections.saturating_sub(COMMANDS) / node.max(1);
    let few = format!(
        "a node opens up to {node} connections, and this account may have {}: raise max_connections, or lower \
         CANDOUR_POOL_SIZE",
        server.connections
    );
    judge(Subject::Server, nodes == 0, &format!("there are connections for {nodes} nodes of this pool size"), few)
}

fn time(server: DateTime<Utc>, now: DateTime<Utc>) -> Finding {
    let apart = (server - now).abs();
    let wrong = format!(
        "the clocks of the database server and this machine are {} seconds apart; set both by NTP",
        apart.num_seconds()
    );
    judge(Subject::Clock, apart > TOLERANCE, "the database server and this machine tell the same time", wrong)
}

/// The write-ahead log, which has every deleted link and ballot until its files are gone.
fn log(server: &Server) -> Vec<Finding> {
    let subject = Subject::Server;
    let account = quoted(&server.account);
    let grant = if server.version >= CHECKPOINT_BY_GRANT {
        let database = quoted(&server.database);
        format!(
            "in the database {database} and as a superuser: GRANT pg_checkpoint TO {account}; GRANT EXECUTE ON \
             FUNCTION pg_switch_wal(), pg_ls_waldir() TO {account};"
        )
    } else {
        format!(
            "upgrade to PostgreSQL {CHECKPOINT_BY_GRANT}, where an account can be let do it, or run SELECT \
             pg_switch_wal(); CHECKPOINT; after every count"
        )
    };
    vec![
        judge(
            subject,
            !server.may_empty_log,
            "this account may remove the log with what was deleted",
            format!(
                "this account may not remove the log, which keeps what was deleted until the server removes it by \
                 itself; {grant}"
            ),
        ),
        judge(
            subject,
            server.recycles_log,
            "files of the log are not used again with what was deleted in them",
            format!(
                "files of the log are used again with what was deleted still in them, and this account may not see \
                 which to overwrite; as a superuser: GRANT EXECUTE ON FUNCTION pg_ls_waldir() TO {account};"
            ),
        ),
    ]
}

/// Everything that keeps or passes on what is deleted here.
fn copying(server: &Server) -> Vec<Finding> {
    let subject = Subject::Server;
    if server.copying.is_empty() {
        return vec![well(subject, "nothing keeps a copy of the log")];
    }
    let finding = |copying: &Copying| match copying {
        Copying::Archive => fix(
            subject,
            "the log is archived, and the archive keeps every link and ballot that was deleted, with times; guard the \
             archive as the server key \
             and delete it after every count, or, as a superuser: ALTER SYSTEM SET archive_mode = off; and restart the \
             server",
        ),
        Copying::KeptLog(megabytes) => fix(
            subject,
            format!(
                "{megabytes} MB of the log are kept with what was deleted; as a superuser: ALTER SYSTEM SET \
                 wal_keep_size = 0; SELECT pg_reload_conf();"
            ),
        ),
        Copying::Slot(name, false) => fix(
            subject,
            format!(
                "the replication slot {name} keeps the log, with what was deleted, for a reader who is not there; as a \
                 superuser: SELECT pg_drop_replication_slot({});",
                literal(name)
            ),
        ),
        Copying::Slot(name, true) => {
            well(subject, format!("somebody reads the log through the replication slot {name}: {STANDBY}"))
        }
        Copying::Readers(count) => {
            well(subject, format!("{count} standbys or other readers of the log are connected: {STANDBY}"))
        }
        Copying::Publication(name) => fix(
            subject,
            format!(
                "the publication {name} tells its subscribers of every answer as it comes; guard the subscribers as \
                 this server, or, as a superuser: DROP PUBLICATION {};",
                quoted(name)
            ),
        ),
    };
    server.copying.iter().map(finding).collect()
}

const STANDBY: &str = "what is said here holds there too, and whoever has that machine has a copy";

fn statements(server: &Server) -> Finding {
    let subject = Subject::Server;
    let (account, because) = (quoted(&server.account), server.logging.statements.join(", "));
    match (server.logging.statements.is_empty(), server.logging.values) {
        (true, _) => well(subject, "the server's log has no statements"),
        (false, false) => well(subject, format!("the server's log has statements without their values ({because})")),
        (false, true) => fix(
            subject,
            format!(
                "the server writes names, addresses and sealed answers into its log ({because}); as a superuser: \
                 ALTER ROLE {account} SET log_parameter_max_length = 0; then restart Candour, and delete the log"
            ),
        ),
    }
}

fn settings(server: &Server) -> Vec<Finding> {
    vec![
        judge(
            Subject::Server,
            server.keeps_times,
            "the server does not keep the times of transactions",
            "the server keeps the time of every transaction, which tells when each answer came and with which \
             invitation; as a superuser: ALTER SYSTEM SET track_commit_timestamp = off; and restart the server",
        ),
        judge(
            Subject::Server,
            !server.durable,
            "what is acknowledged is on the server's disk",
            "the server does not wait for its disk, and a power cut loses answers that were acknowledged; as a \
             superuser: ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();",
        ),
    ]
}

/// A name as it is written in a statement.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as it is written in a statement.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
