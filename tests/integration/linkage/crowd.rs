//! A round with people in it who each answer as nobody else does, in an order the test knows.

use std::collections::BTreeMap;

use candour_seal::Link;
use candour_tests::answers::prompts;
use candour_tests::{Answers, Outcome, Person, RaterLink, RoundPlan, StartedRound, Trust, finding};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// How many people answer anonymously. 150 is the size of the measurement of `LimeSurvey` that SECURITY.md sets beside
/// ours.
const RATERS: &str = "CANDOUR_LINKAGE_RATERS";
const USUAL_RATERS: usize = 40;

/// How many save a draft and never send it.
const SILENT: usize = 3;

/// Every tenth writes so much that the sealed answers take two steps of padding.
const WRITES_AT_LENGTH: usize = 10;

/// Groups whose members answer by name.
const NAMED: [&str; 2] = ["self", "chair"];

/// Somebody who was asked, and what they say.
pub(super) struct Participant {
    pub(super) person: Person,
    pub(super) link: RaterLink,
    pub(super) sheet: Answers,
}

/// Everybody who was asked.
pub(super) struct Crowd {
    /// In the order in which they answer, named ones among them.
    pub(super) answering: Vec<Participant>,
    /// Those who leave a draft.
    pub(super) silent: Vec<Participant>,
}

/// What has just happened.
pub(super) enum Step {
    /// Somebody has saved a draft.
    Saved,
    /// Somebody has sent, and so many have by now.
    Sent { answered: usize },
}

impl Participant {
    pub(super) fn is_anonymous(&self) -> bool {
        !NAMED.contains(&self.person.group.as_str())
    }

    pub(super) fn email(&self) -> &str {
        &self.person.email
    }
}

impl Crowd {
    /// Opens a round and gathers the people it asks.
    pub(super) fn gather<'a>(trust: &'a Trust<'a>) -> Outcome<(StartedRound<'a>, Self)> {
        let raters = std::env::var(RATERS).map_or(Ok(USUAL_RATERS), |text| text.parse())?;
        let (trustees, heads) = (raters / 5, raters * 3 / 10);
        let staff = raters - trustees - heads + SILENT;
        let plan = RoundPlan::new()
            .asking("chair", 1)
            .asking("trustees", trustees)
            .asking("headteachers", heads)
            .asking("staff", staff);
        let round = trust.open(&plan)?;
        round.delivered()?;
        let mut everybody = Vec::new();
        for (number, (person, link)) in round.link_of_each()?.into_iter().enumerate() {
            let sheet = sheet(&link.survey()?, number)?;
            everybody.push(Participant { person, link, sheet });
        }
        let silent = everybody.split_off(everybody.len() - SILENT);
        // Neither the order in which they were asked nor that of their names.
        everybody.sort_by_key(|one| Sha256::digest(format!("when {} answers", one.email())).to_vec());
        let sheets: std::collections::BTreeSet<String> = everybody.iter().map(|one| ratings(&one.sheet)).collect();
        if sheets.len() != everybody.len() {
            finding!("two people answer alike, so that no match can be told from another");
        }
        Ok((round, Self { answering: everybody, silent }))
    }

    /// Everybody answers. Each opens their link, saves a draft, and sends; `then` is told of each of the last two.
    pub(super) fn answer(&self, mut then: impl FnMut(Step) -> Outcome) -> Outcome {
        for one in &self.silent {
            one.link.save(&one.sheet)?.succeeded()?;
        }
        for (number, one) in self.answering.iter().enumerate() {
            one.link.survey()?;
            one.link.save(&one.sheet)?.succeeded()?;
            then(Step::Saved)?;
            one.link.submit(&one.sheet)?.with(200)?;
            then(Step::Sent { answered: number + 1 })?;
        }
        Ok(())
    }

    /// Those who answer anonymously, in the order in which they do.
    pub(super) fn anonymous(&self) -> impl Iterator<Item = &Participant> {
        self.answering.iter().filter(|one| one.is_anonymous())
    }

    /// Every link, as the mail server has them.
    pub(super) fn links(&self) -> Vec<Link> {
        self.answering.iter().chain(&self.silent).filter_map(|one| Link::parse(one.link.token())).collect()
    }

    /// Who gave these ratings.
    pub(super) fn who_said(&self, said: &BTreeMap<String, Value>) -> Option<&str> {
        let said = serde_json::to_string(said).unwrap_or_default();
        self.answering.iter().chain(&self.silent).find(|one| ratings(&one.sheet) == said).map(Participant::email)
    }

    /// The group of everybody, by address.
    pub(super) fn groups(&self) -> BTreeMap<String, String> {
        self.answering.iter().map(|one| (one.person.email.clone(), one.person.group.clone())).collect()
    }
}

/// Ratings as the service writes them into a ballot: nobody else's are the same.
pub(super) fn ratings(sheet: &Answers) -> String {
    serde_json::to_string(&sheet.ratings).unwrap_or_default()
}

fn sheet(survey: &Value, number: usize) -> Outcome<Answers> {
    let drawn = |item: usize| Sha256::digest(format!("{number} answers {item}")).first().copied().unwrap_or_default();
    let answers = Answers::to(survey, |item| (drawn(item) % 13 != 0).then_some(drawn(item) % 5 + 1));
    let prompts = prompts(survey);
    let [first, second, ..] = prompts.as_slice() else { finding!("the questionnaire has fewer than two prompts") };
    let answers = answers.saying(first, &format!("Remark {number} on marmalade."));
    let at_length = number % WRITES_AT_LENGTH == 3;
    Ok(if at_length { answers.saying(second, &format!("Remark {number:03} at length. ").repeat(180)) } else { answers })
}
