//! A trust on a server: its people, its administrator, and the tokens of everybody else.

use serde_json::{Value, json};

use crate::{Administrator, Caller, Facilitator, Integration, Outcome, RoundPlan, Server, StartedRound, Subject, finding};

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
pub struct Trust<'a> {
    /// Where it is.
    pub server: &'a Server,
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

impl<'a> Trust<'a> {
    /// Sets up a trust by the CLI, as its first administrator would.
    pub fn found(server: &'a Server, name: &str) -> Outcome<Self> {
        let contact = format!("contact@{DOMAIN}");
        let made = server.cli_json(&[
            "organisation",
            "create",
            "--name",
            name,
            "--contact-name",
            "Beatrix Quillfeather",
            "--contact-email",
            &contact,
            "--concerns-route",
            CONCERNS,
        ])?;
        let id = text(&made, "id")?;
        let framework_id = text(&made, "framework_id")?;
        let email = format!("hr@{DOMAIN}");
        let administrator =
            server.cli_json(&["administrator", "create", "--organisation", &id, "--name", "Hester Quillfeather", "--email", &email])?;
        let administrator = Administrator(Caller::new(server.http()?, Some(text(&administrator, "token")?)));
        Ok(Self { server, id, framework_id, administrator })
    }

    /// A token for this person in this role.
    pub fn token(&self, person: &Person, role: &str) -> Outcome<Caller> {
        let made = self.server.cli_json(&[
            "token",
            "create",
            "--organisation",
            &self.id,
            "--email",
            &person.email,
            "--name",
            &person.name,
            "--role",
            role,
        ])?;
        Ok(Caller::new(self.server.http()?, Some(text(&made, "token")?)))
    }

    /// This person as a facilitator.
    pub fn facilitator(&self, person: &Person) -> Outcome<Facilitator> {
        Ok(Facilitator(self.token(person, "facilitator")?))
    }

    /// This person as a subject.
    pub fn subject(&self, person: &Person) -> Outcome<Subject> {
        Ok(Subject(self.token(person, "subject")?))
    }

    /// Another system with these scopes.
    pub fn integration(&self, scopes: &[&str]) -> Outcome<Integration> {
        let (id, secret) = self.client(scopes)?;
        let form = [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret.as_str())];
        let reply = self.server.anonymous()?.post_form("/oauth/token", &form)?.with(200)?.json()?;
        if reply["token_type"] != "Bearer" {
            finding!("a token is a Bearer token: {reply}");
        }
        Ok(Integration(Caller::new(self.server.http()?, Some(text(&reply, "access_token")?))))
    }

    /// Credentials with these scopes: id and secret.
    pub fn client(&self, scopes: &[&str]) -> Outcome<(String, String)> {
        let mut arguments = vec!["client", "create", "--organisation", &self.id, "--name", "Payroll"];
        for scope in scopes {
            arguments.extend(["--scope", scope]);
        }
        let made = self.server.cli_json(&arguments)?;
        Ok((text(&made, "client_id")?, text(&made, "client_secret")?))
    }

    /// Sets up a round with its reviews and raters; it is still a draft.
    pub fn draft(&self, plan: &RoundPlan) -> Outcome<StartedRound<'_>> {
        StartedRound::draft(self, plan)
    }

    /// Sets up a round and launches it.
    pub fn open(&self, plan: &RoundPlan) -> Outcome<StartedRound<'_>> {
        let round = self.draft(plan)?;
        round.launch()?;
        Ok(round)
    }
}

/// A text field of a document.
pub fn text(document: &Value, field: &str) -> Outcome<String> {
    document[field].as_str().map(str::to_owned).ok_or_else(|| format!("no text \"{field}\" in {document}").into())
}
