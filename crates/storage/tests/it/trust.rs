//! A trust with a row in every table: a round under way, in which one rater has answered and one has not, and a draft
//! beside it.

use candour_domain::framework::FrameworkContent;
use candour_domain::person::InvalidPerson;
use candour_domain::policy::PolicyRequest;
use candour_domain::retention::RoundRetention;
use candour_domain::review::{ReviewProgress, Subject};
use candour_domain::round::RoundRecord;
use candour_domain::wording::EmailWording;
use candour_domain::{
    AccountId, AddressId, Adviser, AdviserId, AnonymityPolicy, AuditEventId, BallotId, ClientId, CommentId, Delivery,
    Email, EmailDomain, Framework, FrameworkId, GroupId, Invitation, InvitationId, JobId, Organisation, OrganisationId,
    PasskeyId, PasskeyName, Person, PersonName, PersonalToken, PersonalTokenId, ProviderProfile, QualityReportId,
    Rater, RaterGroups, RaterId, Review, ReviewId, Role, Round, RoundId, RoundState, Scope, SessionId, TokenName,
    UploadId,
};
use candour_storage::account_addresses::{self, OtherAddress};
use candour_storage::accounts::{self, Account};
use candour_storage::audit_log::{self, AuditEvent};
use candour_storage::ballots::Casting;
use candour_storage::bundles::SealedBundle;
use candour_storage::clients::{self, Client};
use candour_storage::idempotency::KeptAnswer;
use candour_storage::identities::{self, LinkedIdentity};
use candour_storage::identity_providers::{self, IdentityProvider};
use candour_storage::invitations::{self, NewInvitation};
use candour_storage::jobs::{self, AfterFailure, NewJob};
use candour_storage::members;
use candour_storage::passkeys::{self, Passkey};
use candour_storage::personal_tokens;
use candour_storage::progress_snapshots::{self, Snapshot};
use candour_storage::quality_reports::{self, StoredQualityReport};
use candour_storage::rounds::{self, RoundKeys};
use candour_storage::sessions::{self, Owner, Session};
use candour_storage::uploads::{self, Upload};
use candour_storage::{Tenant, ballots, bundles, drafts, frameworks, idempotency, organisations, raters, redactions};
use candour_storage::{advisers, results, retention, reviews};
use serde_json::json;

use crate::database::{Database, Failure, at, bytes, settled};

/// The ids of its rows.
#[derive(Clone, Copy)]
pub(crate) struct Trust {
    pub(crate) organisation: OrganisationId,
    ids: u8,
    pub(crate) framework: FrameworkId,
    pub(crate) round: RoundId,
    pub(crate) review: ReviewId,
    /// The rater who has answered; they were added to the open round and agreed to.
    pub(crate) answered: (RaterId, InvitationId),
    /// The rater who has not, and has a draft.
    pub(crate) pending: (RaterId, InvitationId),
    pub(crate) draft_round: RoundId,
    pub(crate) draft_review: ReviewId,
    /// The rater of the draft, who has no invitation yet.
    pub(crate) uninvited: RaterId,
    pub(crate) account: AccountId,
    pub(crate) client: ClientId,
    pub(crate) waiting_job: JobId,
    pub(crate) dead_job: JobId,
}

impl Trust {
    /// A trust under its own id whose other rows have the ids that `ids` stands for.
    pub(crate) fn plant(database: &Database, organisation: u8, ids: u8) -> Result<Self, Failure> {
        let id = |number| bytes(ids, number);
        let trust = Self {
            organisation: OrganisationId::from_random(bytes(organisation, 0)),
            ids,
            framework: FrameworkId::from_random(id(1)),
            round: RoundId::from_random(id(2)),
            review: ReviewId::from_random(id(3)),
            answered: (RaterId::from_random(id(4)), InvitationId::from_random(id(5))),
            pending: (RaterId::from_random(id(6)), InvitationId::from_random(id(7))),
            draft_round: RoundId::from_random(id(8)),
            draft_review: ReviewId::from_random(id(9)),
            uninvited: RaterId::from_random(id(10)),
            account: AccountId::from_random(id(11)),
            client: ClientId::from_random(bytes(organisation, 12)),
            waiting_job: JobId::from_random(bytes(organisation, 13)),
            dead_job: JobId::from_random(bytes(organisation, 14)),
        };
        let own = organisation_named(trust.organisation, "Northfield Trust")?;
        database.write_system(move |system| organisations::insert(system, &own, at(0)))?;
        database.run(database.storage().write(trust.organisation, move |tenant| trust.set_up(tenant)))?;
        let claimed = database.write_system(move |system| {
            let claimed = jobs::claim(system, at(0), at(60), 2)?;
            jobs::fail(
                &mut system.tenant(trust.organisation),
                trust.dead_job,
                1,
                "the mail server refused",
                AfterFailure::FailForGood,
            )?;
            Ok(claimed)
        })?;
        let mut claimed: Vec<_> = claimed.iter().map(|job| job.id).collect();
        claimed.sort();
        let mut wanted = [trust.dead_job, trust.running_job()];
        wanted.sort();
        assert_eq!(claimed, wanted);
        Ok(trust)
    }

    pub(crate) fn framework(&self) -> Result<Framework, Failure> {
        Ok(Framework::new(self.framework, self.organisation, 1, content("leaders")?))
    }

    pub(crate) fn open_round(&self) -> Round {
        round(self, self.round, |record| {
            record.state = RoundState::Open;
            record.launched_at = Some(at(2));
        })
    }

    pub(crate) fn open_review(&self) -> Result<Review, InvalidPerson> {
        review(self, self.round, self.review, "subject@trust.org.uk")
    }

    /// An invitation and its link, which differs for every trust and number.
    pub(crate) fn invitation(&self, (rater, id): (RaterId, InvitationId), number: u16) -> NewInvitation {
        NewInvitation {
            invitation: Invitation {
                id,
                round_id: self.round,
                review_id: self.review,
                rater_id: rater,
                used: false,
                declined: false,
                withdrawn: false,
                receipt_sent: false,
                delivery: Delivery::Sent,
            },
            link_hash: self.link_hash(number),
            sealed_link: [b"sealed link ".as_slice(), &self.link_hash(number)].concat(),
        }
    }

    /// An answer to the review of the open round, on its way into the box.
    pub(crate) fn casting(
        &self,
        invitation: InvitationId,
        spent_hash: [u8; 32],
        id: BallotId,
        sealed: &[u8],
    ) -> Casting {
        Casting { round: self.open_round(), review: self.review, invitation, spent_hash, id, sealed: sealed.to_vec() }
    }

    pub(crate) fn link_hash(&self, number: u16) -> [u8; 32] {
        noise(self.organisation, number)
    }

    /// The job that is in its first attempt.
    pub(crate) fn running_job(&self) -> JobId {
        JobId::from_random(self.organisation.uuid().into_bytes().map(|byte| !byte))
    }

    /// A key under which a request was answered.
    pub(crate) fn answered_key(&self) -> String {
        format!("answered {}", self.ids)
    }

    /// The comment that has been redacted.
    pub(crate) fn comment(&self) -> CommentId {
        CommentId::from_random(bytes(self.ids, 15))
    }

    /// A released review whose answers are in the quality report.
    pub(crate) fn reported(&self) -> ReviewId {
        ReviewId::from_random(bytes(self.ids, 18))
    }

    /// A released review whose answers wait for the next.
    pub(crate) fn unreported(&self) -> ReviewId {
        ReviewId::from_random(bytes(self.ids, 19))
    }

    /// Who advises on the released review that is in no report.
    pub(crate) fn adviser(&self) -> Result<Adviser, InvalidPerson> {
        let id = AdviserId::from_random(bytes(self.ids, 21));
        Ok(Adviser { id, person: person("Vic Adviser", "adviser@trust.org.uk")? })
    }

    /// Somebody who was added to the open round and waits.
    pub(crate) fn waiting(&self) -> RaterId {
        RaterId::from_random(bytes(self.ids, 60_000))
    }

    /// The account of somebody who is no administrator.
    pub(crate) fn second_account(&self) -> AccountId {
        AccountId::from_random(bytes(self.ids, 60_001))
    }

    /// The account of somebody whose access has ended.
    pub(crate) fn ended_account(&self) -> AccountId {
        AccountId::from_random(bytes(self.ids, 52))
    }

    pub(crate) fn session_id(&self) -> SessionId {
        SessionId::from_random(bytes(self.ids, 53))
    }

    /// A session of the first account.
    pub(crate) fn session(&self, id: SessionId) -> Session {
        let owner = Owner { organisation: self.organisation, account: self.account, way: "code".to_owned() };
        Session { id, owner, state: "{}".to_owned(), begun_at: at(2), seen_at: at(3) }
    }

    pub(crate) fn upload_id(&self) -> UploadId {
        UploadId::from_random(bytes(self.ids, 56))
    }

    /// A list that the first account has uploaded for the draft.
    pub(crate) fn upload(&self, id: UploadId) -> Upload {
        Upload { id, account: self.account, review: self.draft_review, sealed: b"sealed list".to_vec(), made_at: at(3) }
    }

    /// How its last list was read.
    pub(crate) fn remembered_list(&self) -> String {
        format!("{{\"email\":\"Work email {}\"}}", self.organisation)
    }

    pub(crate) fn personal_token_id(&self) -> PersonalTokenId {
        PersonalTokenId::from_random(bytes(self.ids, 54))
    }

    /// A token that the first account has made.
    pub(crate) fn personal_token(&self, id: PersonalTokenId) -> PersonalToken {
        PersonalToken {
            id,
            account: self.account,
            name: TokenName::stored("Payroll"),
            role: Role::Administrator,
            scopes: vec![Scope::RoundsRead, Scope::AuditRead],
            made_at: at(2),
            expires_at: at(9),
            last_used_on: None,
        }
    }

    pub(crate) fn passkey_id(&self) -> PasskeyId {
        PasskeyId::from_random(bytes(self.ids, 50))
    }

    /// A passkey of the first account.
    pub(crate) fn passkey(&self, id: PasskeyId, hash: [u8; 32]) -> Passkey {
        let (name, credential) = (PasskeyName::stored("Office phone"), "{}".to_owned());
        Passkey {
            id,
            account: self.account,
            hash,
            name,
            credential,
            added_at: at(2),
            opens_from: at(5),
            last_used_at: None,
        }
    }

    pub(crate) fn address_id(&self) -> AddressId {
        AddressId::from_random(bytes(self.ids, 51))
    }

    /// Another address of the first account.
    pub(crate) fn other_address(&self, id: AddressId) -> OtherAddress {
        let email = Email::stored("avery@elsewhere.example");
        OtherAddress {
            id,
            account: self.account,
            email,
            tries: 1,
            added_at: at(2),
            confirmed_at: Some(at(3)),
            removed_at: None,
        }
    }

    /// A round of which only the result is left.
    pub(crate) fn archived_round(&self) -> RoundId {
        RoundId::from_random(bytes(self.ids, 41))
    }

    pub(crate) fn archived_review(&self) -> Result<Review, InvalidPerson> {
        let review =
            review(self, self.archived_round(), ReviewId::from_random(bytes(self.ids, 42)), "archived@trust.org.uk")?;
        Ok(Review {
            progress: ReviewProgress::Released(at(7)),
            facilitator: person("Frances Earlier", "earlier@trust.org.uk")?,
            ..review
        })
    }

    /// The quality report over the review that is in one.
    pub(crate) fn report(&self, id: QualityReportId) -> StoredQualityReport {
        let (document, sha256) = ("{\"reviews\":1}".to_owned(), "1".repeat(64));
        StoredQualityReport { id, framework_id: self.framework, document, sha256, created_at: at(8) }
    }

    pub(crate) fn report_id(&self) -> QualityReportId {
        QualityReportId::from_random(bytes(self.ids, 20))
    }

    /// The one line of its log.
    pub(crate) fn logged(&self) -> AuditEventId {
        AuditEventId::from_random(bytes(self.ids, 16))
    }

    pub(crate) fn event(&self, id: AuditEventId) -> AuditEvent {
        AuditEvent {
            id,
            at: at(2),
            actor: format!("account:{}", self.account),
            action: "round.launched".to_owned(),
            target: format!("round:{}", self.round),
            detail: json!({ "invited": 2 }),
        }
    }

    pub(crate) fn job(&self, id: JobId, dedupe: Option<&str>) -> NewJob {
        let payload = json!({ "round": self.round.to_string() });
        NewJob { id, kind: "send_invitation".to_owned(), payload, dedupe: dedupe.map(str::to_owned), run_at: at(0) }
    }

    fn set_up(&self, tenant: &mut Tenant<'_>) -> Result<(), Failure> {
        frameworks::insert(tenant, &self.framework()?, at(1))?;
        rounds::insert(tenant, &self.open_round())?;
        rounds::set_keys(
            tenant,
            self.round,
            &RoundKeys { public: vec![1; 32], sealed_private: vec![2; 48], sealed_draft_salt: Some(vec![3; 73]) },
        )?;
        reviews::insert(tenant, &self.open_review()?)?;
        raters::insert_waiting(
            tenant,
            &rater(self, (self.round, self.review, self.answered.0), "answered@trust.org.uk")?,
        )?;
        raters::agree(tenant, self.review)?;
        raters::insert(tenant, &rater(self, (self.round, self.review, self.pending.0), "pending@trust.org.uk")?)?;
        invitations::insert_all(tenant, &[self.invitation(self.answered, 1), self.invitation(self.pending, 2)])?;
        let spent_hash = noise(self.organisation, 101);
        let ballot =
            self.casting(self.answered.1, spent_hash, BallotId::from_random(bytes(self.ids, 17)), b"sealed ballot");
        assert_eq!(ballots::cast(tenant, &[&ballot])?, [true]);
        let snapshot = Snapshot { as_of: at(8), responded: [(self.review, 0)].into() };
        progress_snapshots::put(tenant, self.round, &snapshot)?;
        drafts::put(tenant, self.pending.1, b"sealed draft")?;
        bundles::insert(tenant, self.review, &bundle())?;
        results::insert(tenant, self.review, "{}", &"0".repeat(64), at(5))?;
        redactions::insert(tenant, self.review, self.comment(), "names a pupil", "account:1", at(6))?;
        rounds::insert(tenant, &round(self, self.draft_round, |_| ()))?;
        reviews::insert(tenant, &review(self, self.draft_round, self.draft_review, "subject@trust.org.uk")?)?;
        raters::insert(
            tenant,
            &rater(self, (self.draft_round, self.draft_review, self.uninvited), "uninvited@trust.org.uk")?,
        )?;
        reviews::set_agreed_digest(tenant, self.draft_review, &"3".repeat(64))?;
        self.set_up_released(tenant)?;
        raters::insert_waiting(
            tenant,
            &rater(self, (self.round, self.unreported(), self.waiting()), "waiting@trust.org.uk")?,
        )?;
        self.set_up_archived(tenant)?;
        self.set_up_the_office(tenant)
    }

    fn set_up_released(&self, tenant: &mut Tenant<'_>) -> Result<(), Failure> {
        for (id, email) in [(self.reported(), "reported@trust.org.uk"), (self.unreported(), "unreported@trust.org.uk")]
        {
            let progress = ReviewProgress::Released(at(7));
            reviews::insert(tenant, &Review { progress, ..review(self, self.round, id, email)? })?;
            bundles::insert(tenant, id, &bundle())?;
        }
        advisers::insert(tenant, self.unreported(), &self.adviser()?)?;
        quality_reports::store(tenant, &self.report(self.report_id()), &[self.reported()])?;
        Ok(())
    }

    fn set_up_archived(&self, tenant: &mut Tenant<'_>) -> Result<(), Failure> {
        let review = self.archived_review()?;
        let archived = round(self, review.round_id, |record| {
            record.state = RoundState::Archived;
            record.created_at = at(0);
            (record.launched_at, record.closed_at) = (Some(at(2)), Some(at(3)));
            record.retention =
                RoundRetention { promised: None, people_erased_at: Some(at(8)), answers_destroyed_at: Some(at(8)) };
        });
        rounds::insert(tenant, &archived)?;
        reviews::insert(tenant, &review)?;
        let erased = RaterId::from_random(bytes(self.ids, 43));
        raters::insert(tenant, &rater(self, (review.round_id, review.id, erased), "erased@trust.org.uk")?)?;
        results::insert(tenant, review.id, "{}", &"2".repeat(64), at(5))?;
        retention::erase_people(tenant, review.round_id, &[review], settled(at(8)))?;
        Ok(())
    }

    /// Who the account is at the trust's provider.
    pub(crate) fn at_provider(&self) -> String {
        format!("person {}", self.ids)
    }

    fn set_up_the_office(&self, tenant: &mut Tenant<'_>) -> Result<(), Failure> {
        let Person { name, email } = person("Avery Office", "office@trust.org.uk")?;
        accounts::insert(tenant, &Account { id: self.account, email, name, administrator: true }, at(1))?;
        accounts::set_passkey_only(tenant, self.account, true)?;
        let Person { name, email } = person("Fran Facilitator", "facilitator@trust.org.uk")?;
        accounts::insert(tenant, &Account { id: self.second_account(), email, name, administrator: false }, at(1))?;
        let Person { name, email } = person("Erin Ended", "ended@trust.org.uk")?;
        accounts::insert(tenant, &Account { id: self.ended_account(), email, name, administrator: false }, at(1))?;
        members::end(tenant, self.ended_account(), at(2))?;
        sessions::insert(tenant, &self.link_hash(201), &self.session(self.session_id()))?;
        passkeys::insert(tenant, &self.passkey(self.passkey_id(), self.link_hash(200)))?;
        personal_tokens::insert(tenant, &self.link_hash(202), &self.personal_token(self.personal_token_id()))?;
        uploads::put(tenant, &self.upload(self.upload_id()))?;
        organisations::remember_list(tenant, &self.remembered_list())?;
        account_addresses::insert(tenant, &self.other_address(self.address_id()))?;
        let scopes = vec![Scope::RoundsRead, Scope::ResultsRead];
        let client =
            Client { id: self.client, name: "HR system".to_owned(), scopes, secret_hash: [7; 32], last_used_on: None };
        clients::insert(tenant, &client, at(1))?;
        identity_providers::put(tenant, &provider())?;
        identities::insert(tenant, &identity(self.account, &self.at_provider()))?;
        jobs::enqueue(tenant, &NewJob { run_at: at(10), ..self.job(self.waiting_job, Some("once")) })?;
        jobs::enqueue(tenant, &self.job(self.running_job(), None))?;
        jobs::enqueue(tenant, &self.job(self.dead_job, Some("twice")))?;
        audit_log::append(tenant, &self.event(self.logged()))?;
        idempotency::keep(tenant, &self.answered_key(), &kept_answer(), at(3))?;
        Ok(())
    }
}

/// Where the people of every trust sign in.
pub(crate) const ISSUER: &str = "https://sign-in.example";

pub(crate) fn provider() -> IdentityProvider {
    let profile = ProviderProfile {
        label: "Staff sign-in".to_owned(),
        client_id: "candour".to_owned(),
        domains: vec![EmailDomain::stored("school.org.uk"), EmailDomain::stored("trust.org.uk")],
        hosted_domain: Some(EmailDomain::stored("trust.org.uk")),
    };
    IdentityProvider { issuer: ISSUER.to_owned(), profile, sealed_secret: vec![9; 40], changed_at: at(1) }
}

pub(crate) fn identity(account: AccountId, subject: &str) -> LinkedIdentity {
    LinkedIdentity {
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        account,
        opens_from: at(4),
        added_at: at(1),
        last_used_at: Some(at(2)),
    }
}

pub(crate) fn kept_answer() -> KeptAnswer {
    let content = Some(("application/json".to_owned(), "{}".to_owned()));
    KeptAnswer { fingerprint: "POST /rounds".to_owned(), status: 201, location: None, etag: None, content }
}

pub(crate) fn person(name: &str, email: &str) -> Result<Person, InvalidPerson> {
    Ok(Person { name: PersonName::parse(name)?, email: Email::parse(email)? })
}

pub(crate) fn organisation_named(id: OrganisationId, name: &str) -> Result<Organisation, InvalidPerson> {
    let contact = person("Kit Contact", "contact@trust.org.uk")?;
    Ok(Organisation { id, name: name.to_owned(), contact, concerns_route: "Speak to the chair.".to_owned() })
}

/// A draft of a round of this trust, with what the test changes in it.
pub(crate) fn round(trust: &Trust, id: RoundId, change: impl FnOnce(&mut RoundRecord)) -> Round {
    let request = PolicyRequest { threshold: Some(6), strict: Some(true), ..PolicyRequest::default() };
    let mut record = RoundRecord {
        id,
        organisation_id: trust.organisation,
        title: "CEO review 2027".to_owned(),
        framework_id: trust.framework,
        policy: AnonymityPolicy::parse(request).unwrap_or_default(),
        groups: RaterGroups::standard(),
        state: RoundState::Draft,
        closes_at: at(1_000_000),
        created_at: at(1),
        launches_at: None,
        launched_at: None,
        closed_at: None,
        retention: RoundRetention::default(),
        advisers_promised: false,
        emails: EmailWording::default(),
        revision: 1,
    };
    change(&mut record);
    Round::from_record(record)
}

pub(crate) fn review(trust: &Trust, round: RoundId, id: ReviewId, email: &str) -> Result<Review, InvalidPerson> {
    Ok(Review {
        id,
        organisation_id: trust.organisation,
        round_id: round,
        subject: Subject { person: person("Sam Subject", email)?, role: "Chief executive".to_owned() },
        facilitator: person("Fran Facilitator", "facilitator@trust.org.uk")?,
        advisers: Vec::new(),
        progress: ReviewProgress::Waiting,
    })
}

pub(crate) fn rater(
    trust: &Trust,
    (round, review, id): (RoundId, ReviewId, RaterId),
    email: &str,
) -> Result<Rater, InvalidPerson> {
    Ok(Rater {
        id,
        organisation_id: trust.organisation,
        round_id: round,
        review_id: review,
        person: person("Robin Rater", email)?,
        group: group("staff"),
    })
}

/// One of the standard groups.
pub(crate) fn group(id: &str) -> GroupId {
    let standard = RaterGroups::standard();
    let found = standard.find(id).or(standard.as_slice().first());
    found.map_or_else(|| unreachable!("there are standard groups"), |group| group.id.clone())
}

/// A questionnaire with every optional part.
pub(crate) fn content(key: &str) -> Result<FrameworkContent, serde_json::Error> {
    serde_json::from_value(json!({
        "key": key,
        "title": "Leaders of a trust",
        "minutes": 12,
        "scale": {
            "points": [{ "value": 1, "label": "Seldom" }, { "value": 2, "label": "Often" }],
            "not_observed": "I have not seen this",
        },
        "competencies": [{
            "id": "strategy",
            "title": "Strategy",
            "items": [
                { "id": "strategy.1", "self": "I explain where we are going.", "others": "Explains where we are going.", "asks": ["staff"] },
                { "id": "strategy.2", "self": "I decide in time.", "others": "Decides in time." },
            ],
        }],
        "prompts": [{ "id": "keep", "self": "What do I keep?", "others": "What should they keep?" }],
    }))
}

/// 32 bytes that nothing else in a database looks like.
pub(crate) fn noise(organisation: OrganisationId, number: u16) -> [u8; 32] {
    let mut state = organisation.uuid().as_u64_pair().0 ^ (u64::from(number) << 32);
    std::array::from_fn(|_| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed.to_be_bytes()[3]
    })
}

/// The answers of a counted review, as far as this crate knows them.
pub(crate) fn bundle() -> SealedBundle {
    SealedBundle { answers: vec![0, 255], key: vec![255, 0] }
}
