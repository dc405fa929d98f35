//! What the tests of this crate share: a database of its own for each, and a trust with one round in it.

use std::path::{Path, PathBuf};

use candour_domain::clock::{Reading, judge};
use candour_domain::framework::{FrameworkContent, FrameworkDocument};
use candour_domain::{
    AnonymityPolicy, BallotId, Delivery, Framework, FrameworkId, GroupId, Invitation, InvitationId, Organisation,
    OrganisationId, Person, Rater, RaterGroups, RaterId, Review, ReviewId, Round, RoundId, SettledNow,
};
use candour_test_database::{Database as Place, Engine, fingerprint};
use chrono::{DateTime, TimeDelta, Utc};

use crate::ballots::Casting;
use crate::invitations::NewInvitation;
use crate::{Storage, StorageError, System, frameworks, invitations, organisations, raters, reviews, rounds};

/// Sixteen bytes that differ for each number and lie in no order, as random ids do.
pub(crate) fn bytes(number: u64) -> [u8; 16] {
    let mut state = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
        state.to_be_bytes()
    };
    let (one, two) = (next(), next());
    std::array::from_fn(|at| if at < 8 { one[at] } else { two[at - 8] })
}

pub(crate) fn hash(number: u64) -> [u8; 32] {
    let (one, two) = (bytes(number), bytes(number + 1_000_000));
    std::array::from_fn(|at| if at < 16 { one[at] } else { two[at - 16] })
}

pub(crate) fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
}

/// A time that has been settled, for what cannot be undone.
#[expect(clippy::disallowed_methods, reason = "tests of what is done at a settled time")]
pub(crate) fn settled() -> SettledNow {
    // Nothing has been stored that it could contradict.
    judge(&[], &Reading::of_a_wall_clock(at(9))).unwrap_or_else(|_doubt| unreachable!())
}

/// What a test gives back.
pub(crate) type Outcome<T = ()> = candour_test_database::Outcome<T>;

pub(crate) struct Database {
    pub(crate) storage: Storage,
    // Last, so that nothing is connected any more when it goes.
    place: Place,
}

impl Database {
    /// Its file, on SQLite.
    pub(crate) fn path(&self) -> PathBuf {
        self.place.path()
    }
}

/// A migrated database without rows.
pub(crate) fn database(engine: Engine) -> Outcome<Database> {
    let version = fingerprint(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations"))?;
    let migrate = |url: &str| {
        Storage::connect(url, 1)?.migrate()?;
        Ok(())
    };
    let place = Place::like(engine, &version, migrate)?;
    Ok(Database { storage: Storage::connect(&place.url(), 4)?, place })
}

/// A trust with a framework, a round, a review and ten raters with invitations, each id made from `number` and a place.
#[derive(Clone)]
pub(crate) struct Trust {
    pub(crate) organisation: Organisation,
    pub(crate) framework: Framework,
    pub(crate) round: Round,
    pub(crate) review: Review,
    pub(crate) raters: Vec<Rater>,
    pub(crate) invitations: Vec<NewInvitation>,
}

impl Trust {
    pub(crate) fn new(number: u64) -> Outcome<Self> {
        let id = |place: u64| bytes(number * 1000 + place);
        let organisation_id = OrganisationId::from_random(id(0));
        let contact = Person::parse("Pat Contact", "pat@trust.uk")?;
        let organisation = Organisation {
            id: organisation_id,
            name: format!("Trust {number}"),
            contact,
            concerns_route: "Write to the chair.".to_owned(),
        };
        let framework = Framework::new(FrameworkId::from_random(id(1)), organisation_id, 1, content()?);
        let round_ids = (RoundId::from_random(id(2)), organisation_id);
        let rules = (AnonymityPolicy::default(), RaterGroups::standard());
        let round = Round::draft(round_ids, "CEO review", framework.id, rules, at(1000), at(0))?;
        let review_ids = (ReviewId::from_random(id(3)), organisation_id, round.id());
        let people = (Person::parse("Sam Subject", "sam@trust.uk")?, Person::parse("Fay Facilitator", "fay@trust.uk")?);
        let review = Review::new(review_ids, (people.0, "Chief executive"), people.1)?;
        let mut trust = Self { organisation, framework, round, review, raters: Vec::new(), invitations: Vec::new() };
        for place in 0..10 {
            trust.invite(number * 1000 + 100 + place, if place < 6 { "trustees" } else { "staff" })?;
        }
        Ok(trust)
    }

    pub(crate) fn id(&self) -> OrganisationId {
        self.organisation.id
    }

    /// Adds a rater with an invitation, in memory.
    pub(crate) fn invite(&mut self, number: u64, group: &str) -> Outcome<()> {
        let rater = Rater {
            id: RaterId::from_random(bytes(number + 200)),
            organisation_id: self.organisation.id,
            round_id: self.round.id(),
            review_id: self.review.id,
            person: Person::parse(&format!("Rater {number}"), &format!("rater{number}@trust.uk"))?,
            group: GroupId::parse(group)?,
        };
        let invitation = Invitation {
            id: InvitationId::from_random(bytes(number + 400)),
            round_id: self.round.id(),
            review_id: self.review.id,
            rater_id: rater.id,
            used: false,
            declined: false,
            withdrawn: false,
            receipt_sent: false,
            delivery: Delivery::Queued,
        };
        self.raters.push(rater);
        self.invitations.push(NewInvitation { invitation, link_hash: hash(number + 600), sealed_link: vec![7; 60] });
        Ok(())
    }

    /// The answer of the rater at this place, with these bytes for a ballot.
    pub(crate) fn casting(&self, place: usize, sealed: Vec<u8>) -> Casting {
        let NewInvitation { invitation, link_hash, .. } = &self.invitations[place];
        let (spent_hash, id) = (link_hash.map(|byte| !byte), BallotId::from_random(bytes(90_000 + place as u64)));
        Casting { round: self.round.clone(), review: self.review.id, invitation: invitation.id, spent_hash, id, sealed }
    }

    /// Stores everything.
    pub(crate) fn store(&self, system: &mut System<'_>) -> Result<(), StorageError> {
        organisations::insert(system, &self.organisation, at(0))?;
        let tenant = &mut system.tenant(self.id());
        frameworks::insert(tenant, &self.framework, at(0))?;
        rounds::insert(tenant, &self.round)?;
        reviews::insert(tenant, &self.review)?;
        self.raters.iter().try_for_each(|rater| raters::insert(tenant, rater))?;
        invitations::insert_all(tenant, &self.invitations)
    }
}

/// A database that holds one trust.
pub(crate) async fn with_trust(engine: Engine, number: u64) -> Outcome<(Database, Trust)> {
    let (database, trust) = (database(engine)?, Trust::new(number)?);
    let stored = trust.clone();
    database.storage.write_system(move |system| stored.store(system)).await?;
    Ok((database, trust))
}

pub(crate) fn content() -> Outcome<FrameworkContent> {
    let document: FrameworkDocument = serde_json::from_value(serde_json::json!({
        "key": "small", "title": "Small", "minutes": 5,
        "scale": {"points": [{"value": 1, "label": "Rarely"}, {"value": 2, "label": "Often"}],
         "not_observed": "Not able to say"},
        "competencies": [{"id": "a", "title": "A", "items": [{"id": "a.1", "self": "I explain", "others": "Explains"}]}],
        "prompts": [],
    }))?;
    Ok(FrameworkContent::try_from(document)?)
}
