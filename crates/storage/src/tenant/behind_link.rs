//! Everything that a working link leads to, in one query: it is asked for every page that a rater opens and every answer they send.

use diesel::prelude::*;

use super::System;
use super::schema::{drafts, invitations, links, organisations, raters, reviews, round_keys, rounds};
use crate::engine::dialect::on_each_engine;
use crate::rounds::RoundKeys;

/// The rows, and the draft if there is one.
pub(crate) type Rows = (
    crate::organisations::Row,
    crate::rounds::Row,
    RoundKeys,
    crate::reviews::Row,
    crate::raters::Row,
    crate::invitations::Row,
    Option<Vec<u8>>,
);

impl System<'_> {
    /// The rows behind the link with this hash.
    pub(crate) fn behind_link(&mut self, hash: &[u8; 32]) -> QueryResult<Option<Rows>> {
        // Each step stays in the trust of the one before: the references are composite.
        let invited = links::table
            .inner_join(
                invitations::table
                    .on(invitations::organisation_id.eq(links::organisation_id).and(invitations::id.eq(links::invitation_id))),
            )
            .inner_join(organisations::table.on(organisations::id.eq(links::organisation_id)))
            .inner_join(rounds::table.on(rounds::organisation_id.eq(links::organisation_id).and(rounds::id.eq(invitations::round_id))))
            .inner_join(
                round_keys::table
                    .on(round_keys::organisation_id.eq(links::organisation_id).and(round_keys::round_id.eq(invitations::round_id))),
            )
            .inner_join(reviews::table.on(reviews::organisation_id.eq(links::organisation_id).and(reviews::id.eq(invitations::review_id))))
            .inner_join(raters::table.on(raters::organisation_id.eq(links::organisation_id).and(raters::id.eq(invitations::rater_id))))
            .left_join(
                drafts::table.on(drafts::organisation_id.eq(links::organisation_id).and(drafts::invitation_id.eq(links::invitation_id))),
            );
        let invited = invited.filter(links::hash.eq(hash.as_slice()));
        // On the connection itself: through the enum, diesel would write the text of the statement anew for every link.
        on_each_engine!(self.connection(), |connection| {
            let found = invited.select((
                crate::organisations::Row::as_select(),
                crate::rounds::Row::as_select(),
                RoundKeys::as_select(),
                crate::reviews::Row::as_select(),
                crate::raters::Row::as_select(),
                crate::invitations::Row::as_select(),
                drafts::sealed.nullable(),
            ));
            found.get_result(connection)
        })
        .optional()
    }
}
