//! Setting up a round and taking it through its life.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::service::Service;
use crate::trust::text;
use crate::{Answers, Facilitator, Outcome, Person, RaterLink, Server, TestApp, Trust, finding};

/// What a round is to look like.
#[derive(Clone, Debug)]
pub struct RoundPlan {
    closes_at: Closing,
    policy: Value,
    groups: Vec<(String, usize)>,
    reviews: usize,
    same_subjects: bool,
}

/// When a round closes.
#[derive(Clone, Debug)]
enum Closing {
    /// Seconds after it is set up.
    In(i64),
    At(String),
}

/// A round on a server.
#[derive(Debug)]
pub struct StartedRound<'a, S = Server> {
    /// The trust.
    pub trust: &'a Trust<'a, S>,
    /// The round's id.
    pub id: String,
    /// Its reviews.
    pub reviews: Vec<StartedReview>,
}

/// One review of a round.
#[derive(Clone, Debug)]
pub struct StartedReview {
    /// The review's id.
    pub id: String,
    /// Who it is about.
    pub subject: Person,
    /// Who owns the report.
    pub facilitator: Person,
    /// Everybody asked, the subject first.
    pub raters: Vec<Person>,
}

impl Default for RoundPlan {
    fn default() -> Self {
        Self {
            closes_at: Closing::In(14 * 24 * 3600),
            policy: json!({ "threshold": 4 }),
            groups: Vec::new(),
            reviews: 1,
            same_subjects: false,
        }
    }
}

impl RoundPlan {
    /// One review with nobody but the subject, open for two weeks, threshold 4.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The usual small round: 5 trustees, a chair, 4 executives.
    #[must_use]
    pub fn small() -> Self {
        Self::new().asking("chair", 1).asking("trustees", 5).asking("executive_team", 4)
    }

    /// Asks `people` of this group about every subject.
    #[must_use]
    pub fn asking(mut self, group: &str, people: usize) -> Self {
        self.groups.push((group.to_owned(), people));
        self
    }

    /// Closes this many seconds from now.
    #[must_use]
    pub fn closing_in(mut self, seconds: i64) -> Self {
        self.closes_at = Closing::In(seconds);
        self
    }

    /// Closes at this time.
    #[must_use]
    pub fn closing_at(mut self, time: &str) -> Self {
        self.closes_at = Closing::At(time.to_owned());
        self
    }

    /// Has these thresholds.
    #[must_use]
    pub fn policy(mut self, policy: Value) -> Self {
        self.policy = policy;
        self
    }

    /// Is about the subjects of the trust's first round. Otherwise each round of a trust is about other people, because
    /// two rounds about one person are not under way at the same time.
    #[must_use]
    pub fn about_the_same(mut self) -> Self {
        self.same_subjects = true;
        self
    }

    /// Has this many subjects, with the same raters.
    #[must_use]
    pub fn reviews(mut self, reviews: usize) -> Self {
        self.reviews = reviews;
        self
    }
}

impl<'a, S: Service> StartedRound<'a, S> {
    pub(crate) fn draft(trust: &'a Trust<'a, S>, plan: &RoundPlan) -> Outcome<Self> {
        let earlier = if plan.same_subjects { 0 } else { trust.administrator.list("/v1/rounds")?.len() };
        let closes_at = match &plan.closes_at {
            Closing::In(seconds) => trust.server.time_in(*seconds),
            Closing::At(time) => time.clone(),
        };
        let body = json!({ "title": "CEO review 2027", "framework_id": trust.framework_id, "closes_at": closes_at, "policy": plan.policy });
        let round = trust.administrator.post("/v1/rounds", &body)?.with(201)?.json()?;
        let id = text(&round, "id")?;
        let mut reviews = Vec::new();
        for at in 1..=plan.reviews {
            let subject = match earlier {
                0 => Person::called(&format!("Perpetua{at}"), "self"),
                earlier => Person::called(&format!("Perpetua{at} {}", earlier + 1), "self"),
            };
            let facilitator = Person::called(&format!("Ignatius{at}"), "");
            let body = json!({
                "subject": { "name": subject.name, "email": subject.email, "role": "Chief executive" },
                "facilitator": facilitator.as_person(),
            });
            let review = trust.administrator.post(&format!("/v1/rounds/{id}/reviews"), &body)?.with(201)?.json()?;
            let review_id = text(&review, "id")?;
            let people: Vec<Person> = plan
                .groups
                .iter()
                .flat_map(|(group, people)| {
                    (1..=*people).map(move |at| Person::called(&format!("{}{at}", group.replace('_', "")), group))
                })
                .collect();
            if !people.is_empty() {
                let rows: Vec<Value> = people.iter().map(Person::as_rater).collect();
                trust.administrator.post(&format!("/v1/reviews/{review_id}/raters"), &json!(rows))?.with(201)?;
            }
            let raters = std::iter::once(subject.clone()).chain(people).collect();
            reviews.push(StartedReview { id: review_id, subject, facilitator, raters });
        }
        Ok(Self { trust, id, reviews })
    }

    /// The only review, or the first.
    pub fn review(&self) -> Outcome<&StartedReview> {
        self.reviews.first().ok_or_else(|| "the round has no review".into())
    }

    /// The facilitator of each review reads its list of raters and agrees to it.
    pub fn agree(&self) -> Outcome {
        for review in &self.reviews {
            self.trust.facilitator(&review.facilitator)?.agrees(&review.id)?.with(200)?;
        }
        Ok(())
    }

    /// Launches it.
    pub fn launch(&self) -> Outcome {
        let round = self.trust.administrator.moves(&self.id, "launch", &json!({}))?;
        if round["state"] == "open" { Ok(()) } else { finding!("a launched round is open: {round}") }
    }

    /// Waits until no invitation of any review is on its way any more.
    pub fn delivered(&self) -> Outcome {
        self.trust.server.until("every invitation to be delivered or refused", Duration::from_mins(2), || {
            for review in &self.reviews {
                let raters = self.trust.administrator.raters(&review.id)?;
                if raters.iter().any(|rater| rater["delivery"] == "queued") {
                    return Ok(None);
                }
            }
            Ok(Some(()))
        })
    }

    /// The links of every rater by address, as soon as all invitations have arrived. With more than one review a person
    /// has several.
    pub fn links(&self) -> Outcome<BTreeMap<String, Vec<RaterLink>>> {
        let wanted: Vec<&str> = self.review()?.raters.iter().map(|person| person.email.as_str()).collect();
        self.links_of(&wanted)
    }

    /// The links of these people by address, as soon as their invitations have arrived.
    pub fn links_of(&self, wanted: &[&str]) -> Outcome<BTreeMap<String, Vec<RaterLink>>> {
        let http = self.trust.server.http()?;
        let mailbox = self.trust.server.mailbox();
        self.trust.server.until("an invitation for every rater", Duration::from_mins(2), || {
            if mailbox.count()? < wanted.len() {
                return Ok(None);
            }
            let mut links: BTreeMap<String, Vec<RaterLink>> = BTreeMap::new();
            for email in mailbox.read()? {
                for address in &email.to {
                    let known = links.entry(address.clone()).or_default();
                    for token in &email.links {
                        if known.iter().all(|link| link.token() != token) {
                            known.push(RaterLink::new(http.clone(), token));
                        }
                    }
                }
            }
            Ok(wanted.iter().all(|address| links.get(*address).is_some_and(|found| !found.is_empty())).then_some(links))
        })
    }

    /// The one link of every rater of the only review.
    pub fn link_of_each(&self) -> Outcome<Vec<(Person, RaterLink)>> {
        let links = self.links()?;
        self.review()?
            .raters
            .iter()
            .map(|person| match links.get(&person.email).map(Vec::as_slice) {
                Some([link]) => Ok((person.clone(), link.clone())),
                found => Err(format!("{} has {} links", person.email, found.map_or(0, <[_]>::len)).into()),
            })
            .collect()
    }

    /// Everybody answers; `rate` is given the rater's and the item's place.
    pub fn everybody_answers(&self, rate: impl Fn(usize, usize) -> Option<u8>) -> Outcome<Vec<(Person, Answers)>> {
        let mut given = Vec::new();
        for (at, (person, link)) in self.link_of_each()?.into_iter().enumerate() {
            let answers = Answers::to(&link.survey()?, |item| rate(at, item))
                .saying("keep", &format!("Comment number {at} on keeping."));
            link.submit(&answers)?.with(200)?;
            given.push((person, answers));
        }
        Ok(given)
    }

    /// Waits until the round has reached a state.
    pub fn reaches(&self, state: &str) -> Outcome<Value> {
        self.trust.server.until(&format!("the round to be {state}"), Duration::from_mins(1), || {
            let round = self.trust.administrator.round(&self.id)?;
            Ok((round["state"] == state).then_some(round))
        })
    }

    /// How many have answered, as trust HR reads it.
    pub fn progress(&self) -> Outcome<Value> {
        self.trust.administrator.get(&format!("/v1/rounds/{}/progress", self.id))?.with(200)?.json()
    }

    /// Closes it and waits for the count.
    pub fn close_and_count(&self) -> Outcome {
        self.trust.administrator.moves(&self.id, "close", &json!({ "confirm": true }))?;
        self.reaches("counted")?;
        Ok(())
    }

    /// The facilitator of the only review.
    pub fn facilitator(&self) -> Outcome<Facilitator> {
        self.trust.facilitator(&self.review()?.facilitator)
    }

    /// From open to released with everybody's answers; gives the released result.
    pub fn to_release(&self) -> Outcome<Value> {
        self.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
        self.close_and_count()?;
        let facilitator = self.facilitator()?;
        let review = &self.review()?.id;
        facilitator.release(review)?.with(200)?;
        facilitator.result(review)
    }
}

impl StartedRound<'_, TestApp> {
    /// Lets two nights pass, so that the number of a 6am after the launch is there. Gives what trust HR reads then.
    pub fn night_passes(&self) -> Outcome<Value> {
        self.trust.server.time_passes(TimeDelta::days(2))?;
        let seen = self.progress()?;
        if seen["as_of"].is_null() {
            finding!("there is no number of 6am: {seen}");
        }
        Ok(seen)
    }

    /// Lets the quiet time after a reminder pass.
    pub fn quiet_time_passes(&self) -> Outcome {
        self.trust.server.time_passes(TimeDelta::hours(25))
    }
}
