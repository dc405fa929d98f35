//! A trust on a server: its people, its administrator, and the tokens of everybody else.

use serde_json::{Value, json};

use crate::service::{Founded, Service};
use crate::{
    Administrator, Caller, Facilitator, Integration, Outcome, RoundPlan, Server, StartedReview, StartedRound, Subject,
    finding,
};

/// Where a concern goes, as every trust in a story says it.
pub const CONCERNS: &str = "Write to concerns@ashgrove.example.org or use the whistleblowing line.";

/// The surname of everybody in a story, so that a search for it finds anyone.
pub const SURNAME: &str = "Quillfeather";

/// The domain of every address in a story.
pub const DOMAIN: &str = "ashgrove.example.org";

/// Somebody in a story.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The group in which they answer.
    pub group: String,
}

/// A trust on a server.
#[derive(Debug)]
pub struct Trust<'a, S = Server> {
    /// Where it is.
    pub server: &'a S,
    /// Its id.
    pub id: String,
    /// Its copy of the built-in framework.
    pub framework_id: String,
    /// Its administrator.
    pub administrator: Administrator,
}

impl Person {
    /// Somebody called after what they are, such as `trustees 3`.
    #[must_use]
    pub fn called(first: &str, group: &str) -> Self {
        let email = format!("{}@{DOMAIN}", first.to_lowercase().replace(' ', "-"));
        Self { name: format!("{first} {SURNAME}"), email, group: group.to_owned() }
    }

    /// As the API takes a rater.
    #[must_use]
    pub fn as_rater(&self) -> Value {
        json!({ "name": self.name, "email": self.email, "group": self.group })
    }

    /// As the API takes a facilitator.
    #[must_use]
    pub fn as_person(&self) -> Value {
        json!({ "name": self.name, "email": self.email })
    }
}

impl<'a, S: Service> Trust<'a, S> {
    /// Sets up a trust with its first administrator.
    pub fn found(server: &'a S, name: &str) -> Outcome<Self> {
        let Founded { id, framework_id } = server.found(name)?;
        let administrator = Administrator(server.administrator(&id, "Hester Quillfeather", &format!("hr@{DOMAIN}"))?);
        Ok(Self { server, id, framework_id, administrator })
    }

    /// A token for this person in this role.
    pub fn token(&self, person: &Person, role: &str) -> Outcome<Caller> {
        self.server.sign_in(&self.id, person, role)
    }

    /// This person as a facilitator.
    pub fn facilitator(&self, person: &Person) -> Outcome<Facilitator> {
        Ok(Facilitator(self.token(person, "facilitator")?))
    }

    /// This person as a subject.
    pub fn subject(&self, person: &Person) -> Outcome<Subject> {
        Ok(Subject(self.token(person, "subject")?))
    }

    /// An adviser of this review, who its facilitator names if they have not yet.
    pub fn adviser(&self, review: &StartedReview) -> Outcome<Caller> {
        let (adviser, path) = (Person::called("Vice", ""), format!("/v1/reviews/{}/advisers", review.id));
        let facilitator = self.facilitator(&review.facilitator)?;
        if facilitator.list(&path)?.is_empty() {
            facilitator.post(&path, &adviser.as_person())?.with(201)?;
        }
        self.token(&adviser, "adviser")
    }

    /// Another system with these scopes.
    pub fn integration(&self, scopes: &[&str]) -> Outcome<Integration> {
        let (id, secret) = self.client(scopes)?;
        let anonymous = Caller::new(self.server.http()?, None);
        let sign_in = move || {
            let form =
                [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret.as_str())];
            let reply = anonymous.post_form("/oauth/token", &form)?.with(200)?.json()?;
            if reply["token_type"] != "Bearer" {
                finding!("a token is a Bearer token: {reply}");
            }
            text(&reply, "access_token")
        };
        Ok(Integration(self.server.caller_by(sign_in)?))
    }

    /// Credentials with these scopes: id and secret.
    pub fn client(&self, scopes: &[&str]) -> Outcome<(String, String)> {
        self.server.client(&self.id, scopes)
    }

    /// Sets up a round with its reviews and raters; it is still a draft.
    pub fn draft(&self, plan: &RoundPlan) -> Outcome<StartedRound<'_, S>> {
        StartedRound::draft(self, plan)
    }

    /// Sets up a round and launches it.
    pub fn open(&self, plan: &RoundPlan) -> Outcome<StartedRound<'_, S>> {
        let round = self.draft(plan)?;
        round.launch()?;
        Ok(round)
    }
}

/// A text field of a document.
pub fn text(document: &Value, field: &str) -> Outcome<String> {
    document[field].as_str().map(str::to_owned).ok_or_else(|| format!("no text \"{field}\" in {document}").into())
}
