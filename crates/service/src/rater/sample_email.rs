//! The invitation as a rater would get it, for those who set up a round: to look at, and to send to oneself. Its link
//! leads to a page that says that it is a sample.

use candour_domain::access::permission::{PreviewEmail, SendTestEmail};
use candour_domain::audit::{Action, Target};
use candour_domain::list::Listed;
pub use candour_domain::list::letter::Which;
use candour_domain::list::letter::named;
use candour_domain::wording::{Opening, WordedEmail};
use candour_domain::{
    AccountId, Authorised, Email, GroupId, JobId, Organisation, OrganisationId, Person, PersonName, Principal,
    RaterGroup, RaterId, Review, Round, RoundId, RoundState, Visibility,
};
use candour_mail::letter::{Asking, Invitation, Reminder, Request};
use candour_mail::{Message, Rendered, message_id};
use candour_storage::{PageRequest, Tenant, accounts, audit_log, frameworks, organisations, raters, reviews, rounds};
use chrono::TimeDelta;
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::entropy::fresh;
use crate::error::Error;
use crate::job::Job;
use crate::round::read_rounds;
use crate::send_mail::host;

/// What stands in the place of a link.
pub const SAMPLE: &str = "sample";

/// How many test emails somebody may ask for in an hour.
pub const MOST_AN_HOUR: usize = 10;

/// The one to whom a test email goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The address of the account that asks.
    pub email: Email,
}

/// What stands around the opening of an email, as text, for those who write one.
pub struct Around {
    /// What comes before it.
    pub before: String,
    /// How the email begins where the trust has written nothing.
    pub built_in: String,
    /// What comes after it.
    pub after: String,
}

/// Where the opening is, while it is looked for.
const MARK: &str = "[[opening]]";

/// The email whose opening it begins with.
fn worded(which: Which) -> WordedEmail {
    match which {
        Which::Invitation => WordedEmail::Invitation,
        Which::Reminder => WordedEmail::Reminder,
    }
}

/// An email as somebody of a list would get it.
pub struct Sample {
    /// Who.
    pub to: PersonName,
    /// What they would read.
    pub email: Rendered,
}

/// What an invitation says.
struct Letter {
    organisation: Organisation,
    round: Round,
    minutes: u32,
    to: PersonName,
    /// Each review that the person is asked for, with their group and whether they facilitate it.
    requests: Vec<(Review, RaterGroup, bool)>,
}

/// The invitation of a rater, with all that it asks them for.
///
/// # Guarantee
/// It is written from the lists alone: whether they have a link, have answered or have declined is not looked at, and
/// there is no link of anybody in it.
///
/// # Errors
/// [`Error::NotFound`], also for somebody who was withdrawn: nobody writes to them.
pub async fn preview(app: &App, by: &Authorised<PreviewEmail>, id: RaterId) -> Result<Rendered, Error> {
    find(app, by, id, Which::Invitation).await?.render(&app.base_url, Which::Invitation)
}

/// The invitation or the reminder of a rater of this round, as [`preview`] writes it. A reminder names everything that
/// they are asked for, as if they had answered nothing.
///
/// # Guarantee
/// As [`preview`].
///
/// # Errors
/// [`Error::NotFound`], for a rater of another round as well.
pub async fn sample(
    app: &App,
    by: &Authorised<PreviewEmail>,
    (round, rater): (RoundId, RaterId),
    which: Which,
) -> Result<Sample, Error> {
    let letter = find(app, by, rater, which).await?;
    if letter.round.id() != round {
        return Err(Error::NotFound);
    }
    let email = letter.render(&app.base_url, which)?;
    Ok(Sample { to: letter.to, email })
}

/// What stands around the opening of an email of this round, as somebody of the first group whose raters answer without
/// their names would get it about the first subject; `None` while nobody is reviewed.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn around(
    app: &App,
    by: &Authorised<PreviewEmail>,
    id: RoundId,
    email: WordedEmail,
) -> Result<Option<Around>, Error> {
    let sees = by.principal().visibility();
    let found = app
        .storage
        .read(by.organisation(), move |tenant| {
            let round = read_rounds::round(tenant, &sees, id)?;
            let first = reviews::list(tenant, id, &sees, &PageRequest::default())?.items.into_iter().next();
            let Some(review) = first else { return Ok(None) };
            let Ok(group) = chosen(&round, None) else { return Ok(None) };
            let to = organisations::get(tenant)?.contact.name;
            Letter::read(tenant, round, to, vec![(review, group, false)]).map(Some)
        })
        .await?;
    let Some(letter) = found else { return Ok(None) };
    let which = match email {
        WordedEmail::Invitation => Which::Invitation,
        WordedEmail::Reminder => Which::Reminder,
    };
    let marked = letter.render_with(&app.base_url, which, Some(&Opening::stored(MARK)))?.text;
    let (before, after) = marked.split_once(MARK).ok_or(Error::Internal("an email without its opening"))?;
    let usual = letter.render_with(&app.base_url, which, None)?.text;
    let built_in = usual.get(before.len()..).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    let own = |text: &str| text.trim().to_owned();
    Ok(Some(Around { before: own(before), built_in: own(built_in), after: own(after) }))
}

async fn find(app: &App, by: &Authorised<PreviewEmail>, id: RaterId, which: Which) -> Result<Letter, Error> {
    let sees = by.principal().visibility();
    app.storage
        .read(by.organisation(), move |tenant| {
            let rater = raters::find(tenant, id)?.ok_or(Error::NotFound)?;
            let round = read_rounds::round(tenant, &sees, rater.round_id)?;
            let places = raters::of_person(tenant, round.id(), &rater.person.email)?;
            let mut requests = Vec::new();
            for Listed { rater: other, .. } in named(&places, id, which) {
                requests.push(request(tenant, &round, (other.review_id, &other.group), &rater.person.email)?);
            }
            if requests.is_empty() {
                return Err(Error::NotFound);
            }
            Letter::read(tenant, round, rater.person.name, requests)
        })
        .await
}

/// Queues an invitation to the one who asks, as somebody of this group would get it about the first subject of the
/// round; of the first group whose raters answer without their names where none is given.
///
/// # Guarantee
/// It goes to the address of the account that asks, and to no other.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a group that the round does not have; [`Error::Conflict`] for a round
/// without reviews, and where somebody has asked for too many.
pub async fn send_test(
    app: &App,
    asked: Asked<SendTestEmail, Asker>,
    id: RoundId,
    group: Option<GroupId>,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    let answered = asked
        .carry_out(app, asked::round(id), move |tenant, round, by| {
            let Principal::User { account, email, .. } = by else { return Err(Error::NotFound) };
            let group = chosen(&round, group)?;
            if !reviews::any(tenant, id, &Visibility::Trust)? {
                return Err(Error::Conflict("the round has no review yet, so there is nobody to ask about; add one"));
            }
            let actor = by.actor();
            let since = now - TimeDelta::hours(1);
            if audit_log::number(tenant, &actor.to_string(), Action::RoundTestEmail.as_str(), since)? >= MOST_AN_HOUR {
                return Err(Error::Conflict("you have asked for ten test emails within an hour; wait a little"));
            }
            let detail = json!({"group": group.id});
            audit::record(tenant, actor, Action::RoundTestEmail, Target::Round(id), detail, now)?;
            let job =
                Job::SampleMail { round: id, group: group.id, account: *account, sample: fresh(JobId::from_random) };
            job.enqueue(tenant, now, None)?;
            Ok(Asker { email: email.clone() })
        })
        .await?;
    app.wake.notify_one();
    Ok(answered)
}

/// Writes and sends it, unless the round or the account is gone.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub(crate) async fn send(
    app: &App,
    organisation: OrganisationId,
    (id, group): (RoundId, GroupId),
    account: AccountId,
    sample: JobId,
) -> Result<(), Error> {
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let (Some(round), Some(account)) = (rounds::find(tenant, id)?, accounts::find(tenant, account)?) else {
                return Ok(None);
            };
            let first =
                reviews::list(tenant, id, &Visibility::Trust, &PageRequest::default())?.items.into_iter().next();
            let Some(review) = first else { return Ok(None) };
            let Ok(group) = chosen(&round, Some(group)) else { return Ok(None) };
            let to = Person { name: account.name, email: account.email };
            let requests = vec![(review, group, false)];
            Ok::<_, Error>(Some((Letter::read(tenant, round, to.name.clone(), requests)?, to)))
        })
        .await?;
    let Some((letter, to)) = found else { return Ok(()) };
    let Rendered { subject, text, html } = letter.render(&app.base_url, Which::Invitation)?;
    let message = Message {
        from: letter.organisation.name,
        to,
        subject,
        text,
        html,
        message_id: message_id("sample", 1, sample.uuid(), host(&app.base_url)),
        reply_to: None,
    };
    match app.transport.send(&message, app.clock.now()).await {
        Ok(()) | Err(candour_mail::SendError::Refused { .. }) => Ok(()),
        Err(later) => Err(later.into()),
    }
}

/// The group with this id, or the first whose raters answer without their names.
fn chosen(round: &Round, group: Option<GroupId>) -> Result<RaterGroup, Error> {
    let groups = &round.record().groups;
    match group {
        Some(id) => groups.find(id.as_str()).cloned(),
        None => groups.as_slice().iter().find(|group| !group.named).cloned(),
    }
    .ok_or_else(|| Error::field("/group", "the round has no such group; send the id of one of its groups"))
}

fn request(
    tenant: &mut Tenant<'_>,
    round: &Round,
    (review, group): (candour_domain::ReviewId, &GroupId),
    email: &Email,
) -> Result<(Review, RaterGroup, bool), Error> {
    let review = reviews::find(tenant, review)?.ok_or(Error::NotFound)?;
    let group = round.record().groups.find(group.as_str()).cloned().ok_or(Error::NotFound)?;
    let to_facilitator = review.is_facilitated_by(email);
    Ok((review, group, to_facilitator))
}

impl Letter {
    fn read(
        tenant: &mut Tenant<'_>,
        round: Round,
        to: PersonName,
        requests: Vec<(Review, RaterGroup, bool)>,
    ) -> Result<Self, Error> {
        let framework = frameworks::find(tenant, round.record().framework_id)?;
        let framework = framework.ok_or(Error::Internal("a round without its framework"))?;
        Ok(Self { organisation: organisations::get(tenant)?, round, minutes: framework.minutes(), to, requests })
    }

    /// # Guarantee
    /// Every link in it is that of the sample.
    fn render(&self, base_url: &str, which: Which) -> Result<Rendered, Error> {
        self.render_with(base_url, which, self.round.record().emails.of(worded(which)))
    }

    fn render_with(&self, base_url: &str, which: Which, opening: Option<&Opening>) -> Result<Rendered, Error> {
        let (record, url) = (self.round.record(), format!("{base_url}/s/{SAMPLE}"));
        let requests = self
            .requests
            .iter()
            .map(|(review, group, to_facilitator)| Request {
                subject: &review.subject,
                facilitator: &review.facilitator,
                to_facilitator: *to_facilitator,
                group,
                url: &url,
            })
            .collect();
        let asking = Asking {
            to: &self.to,
            organisation: &self.organisation,
            requests,
            minutes: self.minutes,
            policy: record.policy,
            // At launch they are promised.
            advisers: record.advisers_promised || record.state == RoundState::Draft,
            closes_at: record.closes_at,
            opening,
        };
        Ok(match which {
            Which::Invitation => Invitation(&asking).render()?,
            Which::Reminder => Reminder(&asking).render()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use candour_domain::{AnonymityPolicy, FrameworkId, RaterGroups, ReviewId};
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn letter(groups: &[usize]) -> Result<Letter, Box<dyn std::error::Error>> {
        let (organisation_id, at) = (OrganisationId::from_random([2; 16]), DateTime::UNIX_EPOCH);
        let rules = (AnonymityPolicy::default(), RaterGroups::standard());
        let ids = (RoundId::from_random([3; 16]), organisation_id);
        let framework = FrameworkId::from_random([5; 16]);
        let round = Round::draft(ids, "CEO review", framework, rules, at + TimeDelta::days(20), at)?;
        let every = RaterGroups::standard();
        let request = |(at, group): (u8, &usize)| -> Result<_, Box<dyn std::error::Error>> {
            let subject = Person::parse("Jo Mason", &format!("jo{at}@trust.uk"))?;
            let ids = (ReviewId::from_random([at; 16]), organisation_id, round.id());
            let review = Review::new(ids, (subject, "Chief executive"), Person::parse("Al Khan", "al@trust.uk")?)?;
            let group = every.as_slice().iter().cycle().nth(*group).ok_or("no group")?.clone();
            Ok((review, group, at % 2 == 0))
        };
        Ok(Letter {
            organisation: Organisation {
                id: organisation_id,
                name: "Ashgrove Trust".to_owned(),
                contact: Person::parse("Pat", "pat@trust.uk")?,
                concerns_route: "Write to Kim.".to_owned(),
            },
            requests: (0..).zip(groups).map(request).collect::<Result<_, _>>()?,
            round,
            minutes: 12,
            to: PersonName::parse("Ann Lee")?,
        })
    }

    proptest! {
        #[test]
        fn guarantee_every_link_of_a_sample_is_that_of_the_sample(
            groups in proptest::collection::vec(0_usize..9, 1..6),
            reminder in any::<bool>(),
        ) {
            let which = if reminder { Which::Reminder } else { Which::Invitation };
            let letter = letter(&groups).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let base_url = "https://feedback.trust.uk";
            let Rendered { subject, text, html } = letter.render(base_url, which).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert!(!subject.contains("://"));
            for form in [text, html] {
                let links: Vec<&str> = form.split(base_url).skip(1).collect();
                prop_assert!(links.len() >= groups.len(), "{}", form);
                for link in links {
                    let path: String = link.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
                    prop_assert_eq!(path, "/s/sample");
                }
            }
        }
    }
}
