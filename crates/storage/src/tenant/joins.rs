//! Queries over several tables in one statement: what a link leads to, what an email needs, what an account is to its
//! trust.

use diesel::dsl::{count, exists};
use diesel::prelude::*;

use super::rows::{AccountRow, InvitationRow, OrganisationRow, RaterRow, ReviewRow, RoundKeys, RoundRow};
use super::schema::{
    accounts, advisers, drafts, invitations, links, organisations, raters, reviews, round_keys, rounds,
};
use super::{System, Tenant};
use crate::engine::dialect::on_each_engine;

/// An invitation, its rater, and its link while that works.
pub(crate) type Addressed = (InvitationRow, RaterRow, Option<Vec<u8>>);

/// What a link leads to, and the draft if there is one.
pub(crate) type BehindLink =
    (OrganisationRow, RoundRow, RoundKeys, ReviewRow, RaterRow, InvitationRow, Option<Vec<u8>>);

/// An account; whether it facilitates a review; whether it advises on one; whether it is the subject of one.
pub(crate) type StandingRow = (AccountRow, bool, bool, bool);

impl Tenant<'_> {
    /// These invitations with the people they go to and the links they carry, in no telling order: what emails are
    /// written from.
    pub(crate) fn addressed(&mut self, ids: &[String]) -> QueryResult<Vec<Addressed>> {
        let of_trust = self.invitations().filter(invitations::id.eq_any(ids));
        let with_people = of_trust
            .inner_join(
                raters::table.on(raters::organisation_id
                    .eq(invitations::organisation_id)
                    .and(raters::id.eq(invitations::rater_id))),
            )
            .left_join(links::table.on(
                links::organisation_id.eq(invitations::organisation_id).and(links::invitation_id.eq(invitations::id)),
            ));
        let columns = (InvitationRow::as_select(), RaterRow::as_select(), links::sealed.nullable());
        with_people.order(invitations::id).select(columns).load(self.connection)
    }
}

impl Tenant<'_> {
    /// How many people of a round have an invitation whose email fares so, by how it fares and why. Withdrawn ones are
    /// left out, and those who wait to be asked again.
    pub(crate) fn emails_by_delivery(&mut self, round: &str) -> QueryResult<Vec<(String, Option<String>, i64)>> {
        let of_round = self.invitations().filter(invitations::round_id.eq(round));
        let asked =
            of_round.filter(invitations::withdrawn.eq(false)).inner_join(raters::table.on(
                raters::organisation_id.eq(invitations::organisation_id).and(raters::id.eq(invitations::rater_id)),
            ));
        let alike = (invitations::delivery, invitations::delivery_reason);
        let counted = asked.filter(raters::asked_again.eq(false)).group_by(alike);
        counted
            .select((invitations::delivery, invitations::delivery_reason, count(raters::email).aggregate_distinct()))
            .load(self.connection)
    }
}

impl System<'_> {
    /// Everything that the link with this hash leads to. It is asked for every page that a rater opens and every answer
    /// they send.
    pub(crate) fn behind_link(&mut self, hash: &[u8; 32]) -> QueryResult<Option<BehindLink>> {
        // Each step stays in the trust of the one before: the references are composite.
        let invited = links::table
            .inner_join(invitations::table.on(
                invitations::organisation_id.eq(links::organisation_id).and(invitations::id.eq(links::invitation_id)),
            ))
            .inner_join(organisations::table.on(organisations::id.eq(links::organisation_id)))
            .inner_join(
                rounds::table
                    .on(rounds::organisation_id.eq(links::organisation_id).and(rounds::id.eq(invitations::round_id))),
            )
            .inner_join(
                round_keys::table.on(round_keys::organisation_id
                    .eq(links::organisation_id)
                    .and(round_keys::round_id.eq(invitations::round_id))),
            )
            .inner_join(
                reviews::table.on(reviews::organisation_id
                    .eq(links::organisation_id)
                    .and(reviews::id.eq(invitations::review_id))),
            )
            .inner_join(
                raters::table
                    .on(raters::organisation_id.eq(links::organisation_id).and(raters::id.eq(invitations::rater_id))),
            )
            .left_join(drafts::table.on(
                drafts::organisation_id.eq(links::organisation_id).and(drafts::invitation_id.eq(links::invitation_id)),
            ));
        let invited = invited.filter(links::hash.eq(hash.as_slice()));
        // On the connection itself: through the enum, diesel would rewrite the text of the statement for every link.
        on_each_engine!(self.connection(), |connection| {
            let found = invited.select((
                OrganisationRow::as_select(),
                RoundRow::as_select(),
                RoundKeys::as_select(),
                ReviewRow::as_select(),
                RaterRow::as_select(),
                InvitationRow::as_select(),
                drafts::sealed.nullable(),
            ));
            found.get_result(connection)
        })
        .optional()
    }

    /// The account with this id in this trust, and what the trust's reviews make of its address. It is asked on every
    /// request that carries a person's token.
    pub(crate) fn standing(&mut self, organisation: &str, account: &str) -> QueryResult<Option<StandingRow>> {
        let of_trust = reviews::table.filter(reviews::organisation_id.eq(accounts::organisation_id));
        let facilitated = exists(of_trust.filter(reviews::facilitator_email.eq(accounts::email)).select(reviews::id));
        let of_trust = advisers::table.filter(advisers::organisation_id.eq(accounts::organisation_id));
        let advised = exists(of_trust.filter(advisers::email.eq(accounts::email)).select(advisers::id));
        let of_trust = reviews::table.filter(reviews::organisation_id.eq(accounts::organisation_id));
        let about = exists(of_trust.filter(reviews::subject_email.eq(accounts::email)).select(reviews::id));
        let found = accounts::table.filter(accounts::organisation_id.eq(organisation)).filter(accounts::id.eq(account));
        let found = found.filter(accounts::ended_at.is_null());
        on_each_engine!(self.connection(), |connection| {
            found.select((AccountRow::as_select(), facilitated, advised, about)).get_result(connection)
        })
        .optional()
    }
}
