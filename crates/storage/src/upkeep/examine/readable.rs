//! Rows that this program cannot make out, and addresses that it would not take today.

use candour_domain::{Asked, Delivery, Email};
use diesel::prelude::*;

use crate::engine::connection::AnyConnection;
use crate::tenant::System;
use crate::tenant::columns::{accounts, advisers, invitations, organisations, raters, reviews};
use crate::tenant::rows::{AccountRow, AdviserRow, InvitationRow, OrganisationRow, RaterRow, ReviewRow, RoundRow};
use crate::{StorageError, frameworks, jobs};

/// How many rows of what is listed, sent and counted do not read.
pub(super) fn unreadable(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    let mut system = System::new(connection);
    let mut found = 0;
    let rows: Vec<OrganisationRow> =
        system.every_organisation().select(OrganisationRow::as_select()).load(system.connection())?;
    found += count(rows.into_iter().map(|row| row.read().is_ok()));
    let rows: Vec<frameworks::Row> =
        system.every_framework().select(frameworks::Row::as_select()).load(system.connection())?;
    found += count(rows.into_iter().map(|row| row.read().is_ok()));
    let rows: Vec<RoundRow> = system.every_round().select(RoundRow::as_select()).load(system.connection())?;
    found += count(rows.into_iter().map(|row| row.read().is_ok()));
    let rows: Vec<ReviewRow> = system.every_review().select(ReviewRow::as_select()).load(system.connection())?;
    found += count(rows.into_iter().map(|row| row.progress().is_some() && row.read(Vec::new()).is_ok()));
    let rows: Vec<AdviserRow> = system.every_adviser().select(AdviserRow::as_select()).load(system.connection())?;
    found += count(rows.into_iter().map(|row| row.read().is_ok()));
    let rows: Vec<(RaterRow, String)> =
        system.every_rater().select((RaterRow::as_select(), raters::asked)).load(system.connection())?;
    found += count(rows.into_iter().map(|(row, how)| Asked::from_name(&how).is_some() && row.read().is_ok()));
    let rows: Vec<(InvitationRow, String)> = system
        .every_invitation()
        .select((InvitationRow::as_select(), invitations::delivery))
        .load(system.connection())?;
    found +=
        count(rows.into_iter().map(|(row, delivery)| Delivery::from_name(&delivery).is_some() && row.read().is_ok()));
    let rows: Vec<AccountRow> = system.every_account().select(AccountRow::as_select()).load(system.connection())?;
    found += count(rows.into_iter().map(|row| row.read().is_ok()));
    let rows: Vec<jobs::Row> = system.every_job().select(jobs::Row::as_select()).load(system.connection())?;
    found += count(rows.into_iter().map(|row| row.read().is_ok()));
    Ok(found)
}

/// How many stored addresses today's rules would refuse.
pub(super) fn unusable_addresses(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    let mut system = System::new(connection);
    let mut addresses: Vec<String> = system.every_rater().select(raters::email).load(system.connection())?;
    let of_reviews: Vec<(String, String)> =
        system.every_review().select((reviews::subject_email, reviews::facilitator_email)).load(system.connection())?;
    addresses.extend(of_reviews.into_iter().flat_map(|(subject, facilitator)| [subject, facilitator]));
    addresses.extend(system.every_adviser().select(advisers::email).load::<String>(system.connection())?);
    addresses
        .extend(system.every_organisation().select(organisations::contact_email).load::<String>(system.connection())?);
    addresses.extend(system.every_account().select(accounts::email).load::<String>(system.connection())?);
    Ok(count(addresses.iter().map(|address| Email::parse(address).is_ok())))
}

fn count(well: impl Iterator<Item = bool>) -> u64 {
    well.filter(|well| !well).fold(0, |found, _| found + 1)
}
