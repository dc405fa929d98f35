//! What it costs to take a rater out: the same, whatever they have done before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use candour_domain::InvitationId;
use candour_test_database::{Engine, on_both_engines};
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::prelude::*;

use crate::engine::connection::AnyConnection;
use crate::engine::dialect::on_each_engine;
use crate::invitations::{self, Decoy};
use crate::tests::{Outcome, hash, with_trust};
use crate::{StorageError, Tenant, ballots, drafts};

on_both_engines! { async
    guarantee_taking_somebody_out_costs_the_same_whether_they_have_answered_or_not,
}

/// Notes the beginning of each statement.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Vec<String>>>);

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string().to_lowercase().replace(['`', '"'], "");
            let kept = text.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
        }
    }
}

fn note(connection: &mut AnyConnection, statements: Statements) {
    on_each_engine!(connection, |connection| connection.set_instrumentation(statements));
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    number: i64,
}

/// Rows added, changed and removed on this connection so far; on PostgreSQL, in this transaction.
fn written(connection: &mut AnyConnection) -> QueryResult<i64> {
    let query = match connection {
        AnyConnection::Sqlite(_) => "SELECT total_changes() AS number",
        AnyConnection::Postgres(_) => {
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint AS number FROM pg_stat_xact_user_tables"
        }
    };
    Ok(diesel::sql_query(query).get_result::<Number>(connection)?.number)
}

/// What taking this one out costs: how many statements that read, how many that write to each table, and how many rows
/// they write.
fn cost(
    tenant: &mut Tenant<'_>,
    id: InvitationId,
    number: u64,
) -> Result<(BTreeMap<String, usize>, i64), StorageError> {
    let decoy = Decoy { link_hash: hash(number), sealed_link: vec![1; 60], sealed_draft: vec![2; 4137] };
    let before = written(tenant.connection())?;
    let statements = Statements::default();
    note(tenant.connection(), statements.clone());
    let taken_out = invitations::withdraw(tenant, id, &decoy, &|hash| hash.map(|byte| !byte))?;
    note(tenant.connection(), Statements::default());
    assert!(taken_out);
    let mut kinds = BTreeMap::new();
    for statement in statements.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let words: Vec<_> = statement.split(' ').collect();
        let kind = match words.as_slice() {
            ["update", table, ..] | [_, "into" | "from", table, ..] => format!("write {table}"),
            _ => "read".to_owned(),
        };
        *kinds.entry(kind).or_default() += 1;
    }
    Ok((kinds, written(tenant.connection())? - before))
}

async fn guarantee_taking_somebody_out_costs_the_same_whether_they_have_answered_or_not(engine: Engine) -> Outcome {
    let (database, trust) = with_trust(engine, 1).await?;
    // One is silent, one has a draft, one has answered, one has answered after a draft, one has declined.
    let people: Vec<InvitationId> = trust.invitations.iter().take(5).map(|new| new.invitation.id).collect();
    let costs = database
        .storage
        .write(trust.id(), move |tenant| {
            for at in [1, 3] {
                drafts::put(tenant, people[at], &[3; 4137])?;
            }
            for at in [2, 3] {
                assert_eq!(ballots::cast(tenant, &[&trust.casting(at, vec![4; 4137])])?, [true]);
            }
            invitations::set_declined(tenant, people[4], true)?;
            people
                .iter()
                .zip(9_000..)
                .map(|(id, number)| cost(tenant, *id, number))
                .collect::<Result<Vec<_>, StorageError>>()
        })
        .await?;
    let (statements, rows) = costs.first().ok_or("five people")?;
    assert_eq!((statements.values().sum::<usize>(), *rows), (10, 7), "{statements:?}");
    for (at, cost) in costs.iter().enumerate() {
        assert_eq!(cost, &(statements.clone(), *rows), "person {at}");
    }
    let tombstones = database.storage.read_system(|system| {
        Ok::<_, StorageError>(
            diesel::sql_query("SELECT count(*) AS number FROM spent_links")
                .get_result::<Number>(system.connection())?
                .number,
        )
    });
    assert_eq!(tombstones.await?, 7, "two of those who have answered, and one for each who was taken out");
    Ok(())
}
