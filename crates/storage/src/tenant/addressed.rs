//! Invitations with the people they go to and the links they carry: what is needed to write emails, in one query for many of them.

use diesel::prelude::*;

use super::Tenant;
use super::schema::{invitations, links, raters};

/// An invitation, its rater, and its link while that works.
pub(crate) type Rows = (crate::invitations::Row, crate::raters::Row, Option<Vec<u8>>);

impl Tenant<'_> {
    /// The rows of these invitations, in no telling order.
    pub(crate) fn addressed(&mut self, ids: &[String]) -> QueryResult<Vec<Rows>> {
        let of_trust = self.invitations().filter(invitations::id.eq_any(ids));
        let with_people = of_trust
            .inner_join(
                raters::table.on(raters::organisation_id.eq(invitations::organisation_id).and(raters::id.eq(invitations::rater_id))),
            )
            .left_join(
                links::table.on(links::organisation_id.eq(invitations::organisation_id).and(links::invitation_id.eq(invitations::id))),
            );
        let columns = (crate::invitations::Row::as_select(), crate::raters::Row::as_select(), links::sealed.nullable());
        with_people.order(invitations::id).select(columns).load(self.connection)
    }
}
