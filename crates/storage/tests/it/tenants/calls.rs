//! One call of every function that takes a tenant, about the rows of a trust. It gives whether it found a row of that
//! trust; one that changes rows and has nothing to give says no, and the test looks at the rows.

use candour_domain::review::ReviewProgress;
use candour_domain::{
    AccountId, AddressId, Adviser, AdviserId, AuditEventId, BallotId, ClientId, CommentId, Delivery, Email, Framework,
    FrameworkId, InvitationId, JobId, PasskeyId, PasskeyName, Person, PersonalTokenId, QualityReportId, RaterId,
    Review, ReviewId, RoundId, RoundState, Scope, SessionId, UploadId, Visibility,
};
use candour_storage::account_addresses::{self, OtherAddress};
use candour_storage::accounts::{self, Account};
use candour_storage::ballots::Casting;
use candour_storage::clients::{self, Client};
use candour_storage::invitations::{self, Decoy, NewInvitation};
use candour_storage::jobs::{self, AfterFailure};
use candour_storage::progress_snapshots::{self, Snapshot};
use candour_storage::rounds::{self, RoundKeys};
use candour_storage::uploads::{self, Upload};
use candour_storage::{
    PageRequest, StorageError, Tenant, advisers, audit_log, ballots, bundles, deliveries, drafts, frameworks,
    idempotency, identities, identity_providers, organisations, passkeys, personal_tokens, raters,
};
use candour_storage::{members, quality_reports, redactions, results, retention, reviews, sessions, turnouts};

use crate::database::{at, settled};
use crate::trust::{self, Trust};

pub(crate) type Call = fn(&mut Tenant<'_>, &Trust) -> Result<bool, StorageError>;

/// For ids of rows that are added: nothing of a planted trust has them.
const NEW: [u8; 16] = [0xEE; 16];

pub(crate) const CALLS: &[(&str, Call)] = &[
    ("accounts::insert", |tenant, _| {
        let Person { name, email } = person("new@trust.org.uk")?;
        let account = Account { id: AccountId::from_random(NEW), email, name, administrator: false };
        accounts::insert(tenant, &account, at(9)).map(none)
    }),
    ("accounts::find", |tenant, owner| Ok(accounts::find(tenant, owner.account)?.is_some())),
    ("accounts::find_by_email", |tenant, owner| {
        let found = accounts::find_by_email(tenant, &email("office@trust.org.uk")?)?;
        Ok(found.is_some_and(|account| account.id == owner.account))
    }),
    ("accounts::administrators", |tenant, owner| {
        Ok(accounts::administrators(tenant)?.iter().any(|account| account.id == owner.account))
    }),
    ("accounts::make_administrator", |tenant, owner| accounts::make_administrator(tenant, owner.second_account())),
    ("accounts::passkey_only", |tenant, owner| accounts::passkey_only(tenant, owner.account)),
    ("accounts::set_passkey_only", |tenant, owner| accounts::set_passkey_only(tenant, owner.second_account(), true)),
    ("accounts::list", |tenant, owner| Ok(accounts::list(tenant)?.iter().any(|account| account.id == owner.account))),
    ("accounts::delete", |tenant, owner| accounts::delete(tenant, owner.second_account())),
    ("account_addresses::insert", |tenant, owner| {
        account_addresses::insert(tenant, &owner.other_address(AddressId::from_random(NEW))).map(none)
    }),
    ("account_addresses::list", |tenant, owner| Ok(!account_addresses::list(tenant, owner.account)?.is_empty())),
    ("account_addresses::find", |tenant, owner| Ok(account_addresses::find(tenant, owner.address_id())?.is_some())),
    ("account_addresses::update", |tenant, owner| {
        let removed_at = Some(at(9));
        account_addresses::update(tenant, &OtherAddress { removed_at, ..owner.other_address(owner.address_id()) })
    }),
    ("account_addresses::delete", |tenant, owner| account_addresses::delete(tenant, owner.address_id())),
    ("advisers::insert", |tenant, owner| {
        let new = Adviser { id: AdviserId::from_random(NEW), person: person("new@trust.org.uk")? };
        advisers::insert(tenant, owner.review, &new).map(none)
    }),
    ("advisers::delete", |tenant, owner| advisers::delete(tenant, owner.adviser().map_err(unusable)?.id)),
    ("advisers::delete_all", |tenant, owner| Ok(advisers::delete_all(tenant, owner.unreported())? > 0)),
    ("audit_log::append", |tenant, owner| {
        audit_log::append(tenant, &owner.event(AuditEventId::from_random(NEW))).map(none)
    }),
    ("audit_log::list", |tenant, owner| {
        Ok(audit_log::list(tenant, &first())?.items.iter().any(|event| event.id == owner.logged()))
    }),
    ("audit_log::search", |tenant, owner| {
        let wanted = audit_log::Wanted::default();
        Ok(audit_log::search(tenant, &wanted, &first())?.items.iter().any(|event| event.id == owner.logged()))
    }),
    ("audit_log::newest_of", |tenant, owner| {
        let newest = audit_log::newest_of(tenant, &audit_log::Wanted::default(), 9)?;
        Ok(newest.iter().any(|event| event.id == owner.logged()))
    }),
    ("audit_log::number", |tenant, owner| {
        let event = owner.event(owner.logged());
        Ok(audit_log::number(tenant, &event.actor, &event.action, at(-9))? > 0)
    }),
    ("ballots::cast", |tenant, owner| {
        let round = trust::round(owner, owner.round, |_| ());
        let (spent_hash, id, sealed) = ([5; 32], BallotId::from_random(NEW), b"sealed".to_vec());
        let casting = Casting { round, review: owner.review, invitation: owner.pending.1, spent_hash, id, sealed };
        Ok(ballots::cast(tenant, &[&casting])? == [true])
    }),
    ("ballots::all", |tenant, owner| Ok(!ballots::all(tenant, owner.review)?.is_empty())),
    ("ballots::delete_review", |tenant, owner| Ok(ballots::delete_review(tenant, owner.review, settled(at(9)))? > 0)),
    ("ballots::count", |tenant, owner| Ok(ballots::count(tenant, owner.review)? > 0)),
    ("bundles::insert", |tenant, owner| bundles::insert(tenant, owner.draft_review, &trust::bundle()).map(none)),
    ("bundles::find", |tenant, owner| Ok(bundles::find(tenant, owner.review)?.is_some())),
    ("clients::insert", |tenant, _| {
        let client = Client {
            id: ClientId::from_random(NEW),
            name: "New".to_owned(),
            scopes: vec![],
            secret_hash: [0; 32],
            last_used_on: None,
        };
        clients::insert(tenant, &client, at(9)).map(none)
    }),
    ("clients::list", |tenant, owner| Ok(clients::list(tenant)?.iter().any(|client| client.id == owner.client))),
    ("clients::works", |tenant, owner| clients::works(tenant, owner.client)),
    ("clients::number_working", |tenant, owner| {
        let before = clients::number_working(tenant)?;
        Ok(clients::revoke(tenant, owner.client, at(9))? && clients::number_working(tenant)? < before)
    }),
    ("clients::set_scopes", |tenant, owner| clients::set_scopes(tenant, owner.client, &[Scope::RoundsRead])),
    ("clients::set_used", |tenant, owner| clients::set_used(tenant, owner.client, at(9).date_naive())),
    ("clients::revoke", |tenant, owner| clients::revoke(tenant, owner.client, at(9))),
    ("clients::delete_revoked", |tenant, owner| {
        clients::revoke(tenant, owner.client, at(9))?;
        Ok(clients::delete_revoked(tenant, at(10))? == 1)
    }),
    ("drafts::put", |tenant, owner| drafts::put(tenant, owner.pending.1, b"another draft").map(none)),
    ("drafts::get", |tenant, owner| Ok(drafts::get(tenant, owner.pending.1)?.is_some())),
    ("drafts::delete", |tenant, owner| drafts::delete(tenant, owner.pending.1).map(none)),
    ("drafts::delete_round", |tenant, owner| Ok(drafts::delete_round(tenant, owner.round, settled(at(9)))? > 0)),
    ("frameworks::insert", |tenant, owner| {
        let content = trust::content("leaders").or(Err(StorageError::Database("not a framework".to_owned())))?;
        let next = Framework::new(FrameworkId::from_random(NEW), owner.organisation, 2, content);
        frameworks::insert(tenant, &next, at(9)).map(none)
    }),
    ("frameworks::find", |tenant, owner| Ok(frameworks::find(tenant, owner.framework)?.is_some())),
    ("frameworks::latest", |tenant, owner| {
        Ok(frameworks::latest(tenant, "leaders")?.is_some_and(|found| found.id == owner.framework))
    }),
    ("frameworks::list", |tenant, owner| {
        Ok(frameworks::list(tenant, &first())?.items.iter().any(|framework| framework.id == owner.framework))
    }),
    ("idempotency::find", |tenant, owner| Ok(idempotency::find(tenant, &owner.answered_key())?.is_some())),
    ("idempotency::keep", |tenant, _owner| {
        idempotency::keep(tenant, "another key", &trust::kept_answer(), at(9)).map(none)
    }),
    ("identities::insert", |tenant, owner| {
        identities::insert(tenant, &trust::identity(owner.account, "somebody else")).map(none)
    }),
    ("identities::find", |tenant, owner| {
        let found = identities::find(tenant, trust::ISSUER, &owner.at_provider())?;
        Ok(found.is_some_and(|found| found.account == owner.account))
    }),
    ("identities::of_account", |tenant, owner| Ok(!identities::of_account(tenant, owner.account)?.is_empty())),
    ("identities::set_used", |tenant, owner| {
        let own = organisations::get(tenant)?.id == owner.organisation;
        Ok(identities::set_used(tenant, trust::ISSUER, &owner.at_provider(), at(9))? && own)
    }),
    ("identities::delete_of_account", |tenant, owner| Ok(identities::delete_of_account(tenant, owner.account)? > 0)),
    ("identities::delete_all", |tenant, owner| {
        let own = organisations::get(tenant)?.id == owner.organisation;
        Ok(identities::delete_all(tenant)? > 0 && own)
    }),
    ("identity_providers::put", |tenant, _| {
        let mut provider = trust::provider();
        provider.profile.domains.truncate(1);
        identity_providers::put(tenant, &provider).map(none)
    }),
    ("identity_providers::find", |tenant, owner| {
        let own = organisations::get(tenant)?.id == owner.organisation;
        Ok(identity_providers::find(tenant)?.is_some() && own)
    }),
    ("identity_providers::delete", |tenant, owner| {
        let own = organisations::get(tenant)?.id == owner.organisation;
        Ok(identity_providers::delete(tenant)? && own)
    }),
    ("deliveries::in_round", |tenant, owner| Ok(!deliveries::in_round(tenant, owner.round)?.is_empty())),
    ("invitations::insert_all", |tenant, owner| {
        let mut new = owner.invitation((owner.uninvited, InvitationId::from_random(NEW)), 300);
        (new.invitation.round_id, new.invitation.review_id) = (owner.draft_round, owner.draft_review);
        invitations::insert_all(tenant, &[NewInvitation { link_hash: [3; 32], ..new }]).map(none)
    }),
    ("invitations::of_rater", |tenant, owner| Ok(invitations::of_rater(tenant, owner.answered.0)?.is_some())),
    ("invitations::addressed", |tenant, owner| Ok(!invitations::addressed(tenant, &[owner.pending.1])?.is_empty())),
    ("invitations::hold_link", |tenant, owner| invitations::hold_link(tenant, owner.pending.1)),
    ("invitations::in_round", |tenant, owner| Ok(!invitations::in_round(tenant, owner.round)?.is_empty())),
    ("invitations::outstanding", |tenant, owner| Ok(!invitations::outstanding(tenant, owner.round)?.is_empty())),
    ("invitations::end_link", |tenant, owner| {
        let decoy = Decoy { link_hash: [6; 32], sealed_link: vec![1], sealed_draft: vec![2] };
        invitations::end_link(tenant, owner.pending.1, &decoy, &|_| [7; 32])
    }),
    ("invitations::give_link", |tenant, owner| {
        invitations::give_link(tenant, owner.answered.1, &[8; 32], &[1]).map(none)
    }),
    ("invitations::withdraw", |tenant, owner| {
        let decoy = Decoy { link_hash: [6; 32], sealed_link: vec![7; 60], sealed_draft: vec![7; 60] };
        invitations::withdraw(tenant, owner.pending.1, &decoy, &|_| [5; 32])
    }),
    ("invitations::close_round", |tenant, owner| {
        Ok(invitations::close_round(tenant, owner.round, &|_| [6; 32], settled(at(9)))? > 0)
    }),
    ("invitations::set_delivery", |tenant, owner| {
        invitations::set_delivery(tenant, &[owner.pending.1], Delivery::Bounced, None).map(none)
    }),
    ("invitations::set_declined", |tenant, owner| invitations::set_declined(tenant, owner.pending.1, true)),
    ("invitations::receipts_due", |tenant, owner| Ok(!invitations::receipts_due(tenant, owner.round)?.is_empty())),
    ("invitations::mark_receipts_sent", |tenant, owner| {
        invitations::mark_receipts_sent(tenant, &[owner.answered.1]).map(none)
    }),
    ("turnouts::responded", |tenant, owner| Ok(!turnouts::responded(tenant, owner.review)?.is_empty())),
    ("jobs::enqueue", |tenant, owner| jobs::enqueue(tenant, &owner.job(JobId::from_random(NEW), None)).map(|_| false)),
    ("jobs::enqueue_all", |tenant, owner| {
        jobs::enqueue_all(tenant, &[owner.job(JobId::from_random(NEW), None)]).map(none)
    }),
    ("jobs::fail", |tenant, owner| {
        jobs::fail(tenant, owner.running_job(), 1, "the mail server is away", AfterFailure::FailForGood)
    }),
    ("jobs::finish", |tenant, owner| jobs::finish(tenant, owner.running_job(), 1)),
    ("jobs::give_back", |tenant, owner| jobs::give_back(tenant, owner.running_job(), 1, at(9))),
    ("jobs::delete_about", |tenant, owner| Ok(jobs::delete_about(tenant, &[owner.round.to_string()].into())? > 0)),
    ("jobs::list", |tenant, owner| {
        Ok(jobs::list(tenant, None, &[], &first())?.items.iter().any(|job| job.id == owner.waiting_job))
    }),
    ("jobs::retry", |tenant, owner| jobs::retry(tenant, owner.dead_job, at(9))),
    ("members::list", |tenant, owner| {
        Ok(members::list(tenant)?.iter().any(|member| member.account.id == owner.ended_account()))
    }),
    ("members::find", |tenant, owner| Ok(members::find(tenant, owner.ended_account())?.is_some())),
    ("members::set_invited", |tenant, owner| members::set_invited(tenant, owner.account, at(9))),
    ("members::set_signed_in", |tenant, owner| members::set_signed_in(tenant, owner.account, at(9))),
    ("members::end", |tenant, owner| members::end(tenant, owner.account, at(9))),
    ("organisations::get", |tenant, owner| Ok(organisations::get(tenant)?.id == owner.organisation)),
    ("organisations::remembered_list", |tenant, owner| {
        Ok(organisations::remembered_list(tenant)?.is_some_and(|list| list == owner.remembered_list()))
    }),
    ("organisations::remember_list", |tenant, _| {
        organisations::remember_list(tenant, "{\"email\":\"Mail\"}").map(|_| false)
    }),
    ("organisations::uses", |tenant, owner| {
        let is_owner = organisations::get(tenant)?.id == owner.organisation;
        Ok(organisations::uses(tenant)?.rounds > 0 && is_owner)
    }),
    ("passkeys::insert", |tenant, owner| {
        passkeys::insert(tenant, &owner.passkey(PasskeyId::from_random(NEW), [9; 32])).map(none)
    }),
    ("passkeys::list", |tenant, owner| Ok(!passkeys::list(tenant, owner.account)?.is_empty())),
    ("passkeys::find", |tenant, owner| Ok(passkeys::find(tenant, owner.account, owner.passkey_id())?.is_some())),
    ("passkeys::set_used", |tenant, owner| passkeys::set_used(tenant, owner.passkey_id(), "{\"used\":1}", at(9))),
    ("passkeys::rename", |tenant, owner| {
        passkeys::rename(tenant, owner.account, owner.passkey_id(), &PasskeyName::stored("Old phone"))
    }),
    ("passkeys::delete", |tenant, owner| passkeys::delete(tenant, owner.account, owner.passkey_id())),
    ("passkeys::delete_all", |tenant, owner| Ok(passkeys::delete_all(tenant, owner.account)? > 0)),
    ("personal_tokens::insert", |tenant, owner| {
        personal_tokens::insert(tenant, &[9; 32], &owner.personal_token(PersonalTokenId::from_random(NEW))).map(none)
    }),
    ("personal_tokens::list", |tenant, owner| Ok(!personal_tokens::list(tenant, owner.account)?.is_empty())),
    ("personal_tokens::set_used", |tenant, owner| {
        personal_tokens::set_used(tenant, owner.personal_token_id(), at(9).date_naive())
    }),
    ("personal_tokens::delete_expired", |tenant, owner| {
        Ok(personal_tokens::delete_expired(tenant, owner.account, at(10))? > 0)
    }),
    ("personal_tokens::delete", |tenant, owner| {
        personal_tokens::delete(tenant, owner.account, owner.personal_token_id())
    }),
    ("personal_tokens::delete_all", |tenant, owner| Ok(personal_tokens::delete_all(tenant, owner.account)? > 0)),
    ("progress_snapshots::put", |tenant, owner| {
        let snapshot = Snapshot { as_of: at(9), responded: [(owner.review, 1)].into() };
        progress_snapshots::put(tenant, owner.round, &snapshot).map(none)
    }),
    ("progress_snapshots::find", |tenant, owner| Ok(progress_snapshots::find(tenant, owner.round)?.is_some())),
    ("progress_snapshots::delete", |tenant, owner| progress_snapshots::delete(tenant, owner.round).map(none)),
    ("quality_reports::store", |tenant, owner| {
        quality_reports::store(tenant, &owner.report(QualityReportId::from_random(NEW)), &[owner.unreported()])
    }),
    ("quality_reports::list", |tenant, owner| Ok(!quality_reports::list(tenant, owner.framework)?.is_empty())),
    ("quality_reports::waiting", |tenant, owner| {
        Ok(quality_reports::waiting(tenant, owner.framework)?.contains(&owner.unreported()))
    }),
    ("raters::insert", |tenant, owner| {
        let place = (owner.draft_round, owner.draft_review, RaterId::from_random(NEW));
        let rater = trust::rater(owner, place, "new@trust.org.uk").map_err(unusable)?;
        raters::insert(tenant, &rater).map(none)
    }),
    ("raters::insert_waiting", |tenant, owner| {
        let place = (owner.round, owner.review, RaterId::from_random(NEW));
        let rater = trust::rater(owner, place, "new@trust.org.uk").map_err(unusable)?;
        raters::insert_waiting(tenant, &rater).map(none)
    }),
    ("raters::find", |tenant, owner| Ok(raters::find(tenant, owner.answered.0)?.is_some())),
    ("raters::list", |tenant, owner| Ok(!raters::list(tenant, owner.review, &first())?.items.is_empty())),
    ("raters::listed", |tenant, owner| Ok(raters::listed(tenant, owner.review, owner.answered.0)?.is_some())),
    ("raters::addresses", |tenant, owner| Ok(!raters::addresses(tenant, owner.review)?.is_empty())),
    ("raters::all", |tenant, owner| Ok(!raters::all(tenant, owner.review)?.is_empty())),
    ("raters::groups", |tenant, owner| Ok(!raters::groups(tenant, owner.round)?.is_empty())),
    ("raters::in_round", |tenant, owner| Ok(!raters::in_round(tenant, owner.round)?.is_empty())),
    ("raters::of_person", |tenant, owner| {
        Ok(!raters::of_person(tenant, owner.round, &email("answered@trust.org.uk")?)?.is_empty())
    }),
    ("raters::waiting_in", |tenant, owner| {
        Ok(raters::waiting_in(tenant, &[owner.unreported()])?.contains(&owner.unreported()))
    }),
    ("raters::on_list", |tenant, owner| Ok(!raters::on_list(tenant, owner.review)?.is_empty())),
    ("raters::ask_again", |tenant, owner| {
        let person = person("new@trust.org.uk")?;
        raters::ask_again(tenant, owner.pending.0, &person)
    }),
    ("raters::agree_again", |tenant, owner| {
        raters::ask_again(tenant, owner.pending.0, &person("new@trust.org.uk")?)?;
        Ok(!raters::agree_again(tenant, owner.review)?.is_empty())
    }),
    ("raters::agree", |tenant, owner| Ok(!raters::agree(tenant, owner.unreported())?.is_empty())),
    ("raters::delete_waiting", |tenant, owner| Ok(raters::delete_waiting(tenant, owner.round)? > 0)),
    ("sessions::insert", |tenant, owner| {
        sessions::insert(tenant, &[9; 32], &owner.session(SessionId::from_random(NEW))).map(none)
    }),
    ("sessions::of_account", |tenant, owner| Ok(!sessions::of_account(tenant, owner.account)?.is_empty())),
    ("sessions::end", |tenant, owner| sessions::end(tenant, owner.account, owner.session_id())),
    ("sessions::end_all", |tenant, owner| Ok(sessions::end_all(tenant, owner.account, None)? > 0)),
    ("sessions::end_begun", |tenant, _owner| sessions::end_begun(tenant, "code").map(|_number| false)),
    ("turnouts::asked_later", |tenant, owner| Ok(!turnouts::asked_later(tenant, owner.review)?.is_empty())),
    ("raters::delete", |tenant, owner| raters::delete(tenant, owner.uninvited)),
    ("turnouts::invited", |tenant, owner| Ok(!turnouts::invited(tenant, owner.review)?.is_empty())),
    ("redactions::insert", |tenant, owner| {
        redactions::insert(tenant, owner.review, CommentId::from_random(NEW), "reason", "actor", at(9)).map(none)
    }),
    ("redactions::delete", |tenant, owner| redactions::delete(tenant, owner.review, owner.comment())),
    ("redactions::all", |tenant, owner| Ok(!redactions::all(tenant, owner.review)?.is_empty())),
    ("results::insert", |tenant, owner| results::insert(tenant, owner.draft_review, "{}", "0", at(9)).map(none)),
    ("results::find", |tenant, owner| Ok(results::find(tenant, owner.review)?.is_some())),
    ("retention::destroy_answers", |tenant, owner| {
        Ok(retention::destroy_answers(tenant, owner.round, &[owner.open_review().map_err(unusable)?], settled(at(9)))?
            > 0)
    }),
    ("retention::erase_people", |tenant, owner| {
        Ok(retention::erase_people(tenant, owner.round, &[owner.open_review().map_err(unusable)?], settled(at(9)))? > 0)
    }),
    ("retention::delete_results", |tenant, owner| {
        Ok(retention::delete_results(
            tenant,
            owner.archived_round(),
            &[owner.archived_review().map_err(unusable)?],
            settled(at(9)),
        )? > 0)
    }),
    ("reviews::insert", |tenant, owner| {
        let review = trust::review(owner, owner.draft_round, ReviewId::from_random(NEW), "other@trust.org.uk")
            .map_err(unusable)?;
        reviews::insert(tenant, &review).map(none)
    }),
    ("reviews::find", |tenant, owner| Ok(reviews::find(tenant, owner.review)?.is_some())),
    ("reviews::list", |tenant, owner| {
        Ok(!reviews::list(tenant, owner.round, &Visibility::Trust, &first())?.items.is_empty())
    }),
    ("reviews::any", |tenant, owner| reviews::any(tenant, owner.round, &Visibility::Trust)),
    ("reviews::in_rounds", |tenant, owner| {
        Ok(!reviews::in_rounds(tenant, &[owner.round], &Visibility::Trust)?.is_empty())
    }),
    ("reviews::facilitated", |tenant, owner| {
        let theirs = reviews::facilitated(tenant, &email("facilitator@trust.org.uk")?, &RoundState::ALL)?;
        Ok(theirs.iter().any(|review| review.id == owner.review))
    }),
    ("reviews::all", |tenant, owner| Ok(!reviews::all(tenant, owner.round)?.is_empty())),
    ("reviews::every", |tenant, owner| Ok(reviews::every(tenant)?.iter().any(|review| review.id == owner.review))),
    ("reviews::counted_for", |tenant, owner| {
        let review = trust::review(owner, owner.round, owner.review, "other@trust.org.uk").map_err(unusable)?;
        let facilitator = review.facilitator.email.clone();
        reviews::update(tenant, &Review { progress: ReviewProgress::Counted, ..review })?;
        Ok(reviews::counted_for(tenant, &facilitator, true)? > 0)
    }),
    ("reviews::agreed_digest", |tenant, owner| Ok(reviews::agreed_digest(tenant, owner.draft_review)?.is_some())),
    ("reviews::set_agreed_digest", |tenant, owner| reviews::set_agreed_digest(tenant, owner.review, &"4".repeat(64))),
    ("reviews::warned", |tenant, owner| Ok(reviews::warned(tenant, owner.review)?.is_some())),
    ("reviews::set_warned", |tenant, owner| reviews::set_warned(tenant, owner.review, 1)),
    ("reviews::released_before", |tenant, owner| {
        let leader = trust::person("Leader", "reported@trust.org.uk").map_err(unusable)?;
        Ok(reviews::released_before(tenant, &leader.email, owner.draft_round)?
            .is_some_and(|found| found.id == owner.reported()))
    }),
    ("reviews::update", |tenant, owner| {
        let review = trust::review(owner, owner.round, owner.review, "other@trust.org.uk").map_err(unusable)?;
        reviews::update(tenant, &review)
    }),
    ("reviews::delete", |tenant, owner| reviews::delete(tenant, owner.draft_review)),
    ("rounds::insert", |tenant, owner| {
        rounds::insert(tenant, &trust::round(owner, RoundId::from_random(NEW), |_| ())).map(none)
    }),
    ("rounds::find", |tenant, owner| Ok(rounds::find(tenant, owner.round)?.is_some())),
    ("rounds::list", |tenant, owner| {
        Ok(rounds::list(tenant, &Visibility::Trust, &first())?.items.iter().any(|round| round.id() == owner.round))
    }),
    ("rounds::update", |tenant, owner| {
        rounds::update(tenant, &trust::round(owner, owner.draft_round, |record| record.revision = 2))
    }),
    ("rounds::delete", |tenant, owner| rounds::delete(tenant, owner.draft_round)),
    ("rounds::reminded_at", |tenant, owner| {
        rounds::set_reminded_at(tenant, owner.round, at(9))?;
        Ok(rounds::reminded_at(tenant, owner.round)? == Some(at(9)))
    }),
    ("rounds::set_reminded_at", |tenant, owner| rounds::set_reminded_at(tenant, owner.round, at(9))),
    ("rounds::set_keys", |tenant, owner| {
        rounds::set_keys(
            tenant,
            owner.draft_round,
            &RoundKeys { public: vec![1], sealed_private: vec![2], sealed_draft_salt: None },
        )
        .map(none)
    }),
    ("rounds::keys", |tenant, owner| Ok(rounds::keys(tenant, owner.round)?.is_some())),
    ("turnouts::find", |tenant, owner| {
        Ok(turnouts::find(tenant, owner.archived_review().map_err(unusable)?.id)?.is_some())
    }),
    ("rounds::destroy_keys", |tenant, owner| {
        let before = rounds::keys(tenant, owner.round)?.is_some();
        rounds::destroy_keys(tenant, owner.round, settled(at(9)))?;
        Ok(before)
    }),
    ("uploads::put", |tenant, owner| {
        uploads::put(tenant, &Upload { sealed: vec![9], ..owner.upload(UploadId::from_random(NEW)) }).map(none)
    }),
    ("uploads::find", |tenant, owner| Ok(uploads::find(tenant, owner.upload_id())?.is_some())),
    ("uploads::replace", |tenant, owner| uploads::replace(tenant, owner.upload_id(), b"sealed list", &[9])),
    ("uploads::delete", |tenant, owner| uploads::delete(tenant, owner.upload_id())),
    ("uploads::delete_in_round", |tenant, owner| Ok(uploads::delete_in_round(tenant, owner.draft_round)? > 0)),
];

fn first() -> PageRequest {
    PageRequest::default()
}

fn none((): ()) -> bool {
    false
}

fn email(text: &str) -> Result<Email, StorageError> {
    Email::parse(text).map_err(unusable)
}

fn person(email: &str) -> Result<Person, StorageError> {
    trust::person("New Person", email).map_err(unusable)
}

fn unusable(error: candour_domain::person::InvalidPerson) -> StorageError {
    StorageError::Database(error.to_string())
}
