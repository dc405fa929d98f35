//! What an account is to its trust at this moment, in one query: it is asked on every request that carries a person's token.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::System;
use super::schema::{accounts, reviews};
use crate::engine::dialect::on_each_engine;

/// The account; whether it facilitates a review; whether it is the subject of one.
pub(crate) type Row = (crate::accounts::Row, bool, bool);

impl System<'_> {
    /// The account with this id in this trust, and what the trust's reviews make of its address.
    pub(crate) fn standing(&mut self, organisation: &str, account: &str) -> QueryResult<Option<Row>> {
        let of_trust = reviews::table.filter(reviews::organisation_id.eq(accounts::organisation_id));
        let facilitated = exists(of_trust.filter(reviews::facilitator_email.eq(accounts::email)).select(reviews::id));
        let of_trust = reviews::table.filter(reviews::organisation_id.eq(accounts::organisation_id));
        let about = exists(of_trust.filter(reviews::subject_email.eq(accounts::email)).select(reviews::id));
        let found = accounts::table.filter(accounts::organisation_id.eq(organisation)).filter(accounts::id.eq(account));
        on_each_engine!(self.connection(), |connection| {
            found.select((crate::accounts::Row::as_select(), facilitated, about)).get_result(connection)
        })
        .optional()
    }
}
