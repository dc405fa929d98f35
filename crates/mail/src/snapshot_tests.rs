//! Every letter with sample data, compared with the files in `snapshots`, which are there to be read.

use std::error::Error;
use std::fs;
use std::path::Path;

use candour_domain::policy::{AnonymityPolicy, PolicyRequest};
use candour_domain::retention::ReleaseBy;
use candour_domain::review::Subject;
use candour_domain::round::WhyNotLaunched;
use candour_domain::wording::Opening;
use candour_domain::{Organisation, OrganisationId, Person, PersonName, RaterGroups};

use super::Rendered;
use super::letter::{
    AddressCode, Advises, Answered, Asking, Counted, Extended, Invitation, Invited, NotCounted, NotLaunched, Received,
    Released, Reminder, Request, RoundCounted, SignInChange, SignInChanged, SignInCode, TestEmail, Unreleased,
    WithFacilitator,
};

type Outcome = Result<(), Box<dyn Error>>;

const REFRESH: &str = "CANDOUR_REFRESH_SNAPSHOTS";
const SIGN_IN: &str = "https://feedback.northernlights.example/sign-in";
const REVIEW: &str = "https://feedback.northernlights.example/reviews/4b0e7b0e-5a53-4f0e-9d5f-3f6f7c1f1a11";
const ROUND: &str = "https://feedback.northernlights.example/rounds/9d4f4f0e-5a53-4f0e-9d5f-3f6f7c1f1a22";
const BASE: &str = "https://feedback.northernlights.example/s/";

/// Sample people and links. A link is 27 characters, as a real one.
struct Sample {
    to: PersonName,
    organisation: Organisation,
    groups: RaterGroups,
    ellis: Subject,
    okafor: Subject,
    /// Reads both reports first.
    chair: Person,
    links: [String; 3],
}

impl Sample {
    fn new() -> Result<Self, Box<dyn Error>> {
        let subject = |name, email, role: &str| {
            Ok::<_, Box<dyn Error>>(Subject { person: Person::parse(name, email)?, role: role.to_owned() })
        };
        Ok(Self {
            to: PersonName::parse("Siân O’Neil")?,
            organisation: Organisation {
                id: OrganisationId::from_random([1; 16]),
                name: "Northern Lights Learning Trust".to_owned(),
                contact: Person::parse("Priya Nair", "priya.nair@northernlights.example")?,
                concerns_route:
                    "Write to the chair of the audit committee at concerns@northernlights.example, or call \
                 0300 123 4567."
                        .to_owned(),
            },
            groups: RaterGroups::standard(),
            ellis: subject("Jordan Ellis", "jordan.ellis@northernlights.example", "Chief executive")?,
            okafor: subject("Zoë Okafor", "zoe.okafor@northernlights.example", "Director of education")?,
            chair: Person::parse("Ruth Adeyemi", "ruth.adeyemi@northernlights.example")?,
            links: ["AAECAwQFBgcICQoLDA0ODxAREhM", "FBUWFxgZGhscHR4fICEiIyQlJic", "KCkqKywtLi8wMTIzNDU2Nzg5Ojs"]
                .map(|link| format!("{BASE}{link}")),
        })
    }

    fn asking<'a>(&'a self, requests: &[(&'a Subject, &str)]) -> Result<Asking<'a>, Box<dyn Error>> {
        let request = |(&(subject, group), url): (&(&'a Subject, &str), &'a String)| {
            let group = self.groups.find(group).ok_or("no such group")?;
            Ok::<_, Box<dyn Error>>(Request {
                subject,
                facilitator: &self.chair,
                to_facilitator: self.to == self.chair.name,
                group,
                url,
            })
        };
        Ok(Asking {
            to: &self.to,
            organisation: &self.organisation,
            requests: requests.iter().zip(&self.links).map(request).collect::<Result<_, _>>()?,
            minutes: 12,
            policy: AnonymityPolicy::default(),
            advisers: true,
            closes_at: "2027-02-01T17:00:00Z".parse()?,
            opening: None,
        })
    }

    fn answered<'a>(&'a self, answered: &[(&'a Subject, &str)]) -> Result<Received<'a>, Box<dyn Error>> {
        let answered = answered
            .iter()
            .map(|&(subject, group)| Ok(Answered { subject, group: self.groups.find(group).ok_or("no such group")? }))
            .collect::<Result<_, Box<dyn Error>>>()?;
        Ok(Received { to: &self.to, organisation: &self.organisation, answered })
    }

    fn released(&self, is_subject: bool) -> Released<'_> {
        Released {
            to: if is_subject { &self.ellis.person.name } else { &self.to },
            organisation: &self.organisation,
            subject: &self.ellis,
            facilitator: &self.chair.name,
            is_subject,
            is_administrator: false,
            shows_others: true,
            url: REVIEW,
        }
    }
}

fn check(name: &str, rendered: &Rendered) -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/snapshots");
    let text = format!("Subject: {}\n\n{}", rendered.subject, rendered.text);
    for (extension, now) in [("txt", &text), ("html", &rendered.html)] {
        let path = folder.join(format!("{name}.{extension}"));
        if std::env::var_os(REFRESH).is_some() {
            fs::write(&path, now)?;
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            &kept == now,
            "{} differs from what is rendered now. If the change is meant, refresh the files with\n\n    \
             {REFRESH}=1 cargo test -p candour-mail\n\nand read the difference before committing. Rendered \
             now:\n\n{now}",
            path.display()
        );
    }
    assert!(
        rendered.text.lines().all(|line| line.chars().count() < 76 || line.starts_with("https://")),
        "a line of {name} is too long"
    );
    for url in rendered.text.lines().filter(|line| line.contains("://")) {
        assert!(url.starts_with("https://") && !url.contains(' '), "a link stands alone on its line: {url}");
        assert!(
            rendered.html.contains(&format!("<a href=\"{url}\"")) && rendered.html.contains(&format!(">{url}</a>")),
            "{url}"
        );
    }
    for remote in ["<img", "<link", "src=", "url(", "@import", "<script"] {
        assert!(!rendered.html.contains(remote), "{name} fetches something: {remote}");
    }
    Ok(())
}

#[test]
fn invitations_read_as_kept() -> Outcome {
    let sample = Sample::new()?;
    check("invitation_anonymous", &Invitation(&sample.asking(&[(&sample.ellis, "trustees")])?).render()?)?;
    check("invitation_named", &Invitation(&sample.asking(&[(&sample.ellis, "chair")])?).render()?)?;
    check("invitation_self", &Invitation(&sample.asking(&[(&sample.ellis, "self")])?).render()?)?;
    let several = [(&sample.ellis, "executive_team"), (&sample.okafor, "self")];
    check("invitation_several", &Invitation(&sample.asking(&several)?).render()?)
}

#[test]
fn a_chair_who_reads_the_report_first_is_asked_as_such() -> Outcome {
    let mut sample = Sample::new()?;
    sample.to = sample.chair.name.clone();
    check("invitation_facilitator", &Invitation(&sample.asking(&[(&sample.ellis, "chair")])?).render()?)
}

#[test]
fn what_begins_in_a_trusts_own_words_reads_as_kept() -> Outcome {
    let sample = Sample::new()?;
    let opening = Opening::parse(
        "Dear colleagues,\n\nthis year we ask about Jordan's work with 5 < 6 questions & \"no\" tricks.\nIt is new to \
         many of you.\n\n<script>alert(1)</script>\n=HYPERLINK(1)",
    )?;
    let one = [(&sample.ellis, "trustees")];
    let several = [(&sample.ellis, "headteachers"), (&sample.okafor, "headteachers")];
    check("invitation_worded", &Invitation(&Asking { opening: opening.as_ref(), ..sample.asking(&one)? }).render()?)?;
    check("reminder_worded", &Reminder(&Asking { opening: opening.as_ref(), ..sample.asking(&several)? }).render()?)
}

#[test]
fn reminders_and_extensions_read_as_kept() -> Outcome {
    let sample = Sample::new()?;
    let (one, several) =
        ([(&sample.ellis, "trustees")], [(&sample.ellis, "headteachers"), (&sample.okafor, "headteachers")]);
    check("reminder", &Reminder(&sample.asking(&one)?).render()?)?;
    check("reminder_several", &Reminder(&sample.asking(&several)?).render()?)?;
    check("extended", &Extended(&sample.asking(&one)?).render()?)?;
    check("extended_several", &Extended(&sample.asking(&several)?).render()?)
}

#[test]
fn confirmations_read_as_kept_and_carry_no_link() -> Outcome {
    let sample = Sample::new()?;
    let one = sample.answered(&[(&sample.ellis, "trustees")])?.render()?;
    let several =
        sample.answered(&[(&sample.ellis, "chair"), (&sample.okafor, "self"), (&sample.okafor, "staff")])?.render()?;
    for rendered in [&one, &several] {
        assert!(!rendered.text.contains("://") && !rendered.html.contains("://"));
    }
    check("received", &one)?;
    check("received_several", &several)
}

#[test]
fn news_of_a_release_reads_as_kept() -> Outcome {
    let sample = Sample::new()?;
    check("released_subject", &sample.released(true).render()?)?;
    let to_administrator = |shows_others| Released { is_administrator: true, shows_others, ..sample.released(false) };
    check("released_administrator", &to_administrator(true).render()?)?;
    check("released_nothing_administrator", &to_administrator(false).render()?)?;
    check("released_facilitator", &sample.released(false).render()?)
}

#[test]
fn news_of_a_release_that_shows_nothing_promises_nothing() -> Outcome {
    let sample = Sample::new()?;
    check("released_nothing_subject", &Released { shows_others: false, ..sample.released(true) }.render()?)?;
    check("released_nothing_facilitator", &Released { shows_others: false, ..sample.released(false) }.render()?)
}

#[test]
fn news_of_a_count_and_of_what_is_to_be_destroyed_reads_as_kept() -> Outcome {
    let sample = Sample::new()?;
    let (to, organisation, subject) = (&sample.to, &sample.organisation, &sample.ellis);
    let (by, at) = ("2027-07-01T16:00:00Z".parse()?, "2027-07-31T16:00:00Z".parse()?);
    let counted = |is_adviser, advised| Counted {
        to,
        organisation,
        subject,
        facilitator: &sample.chair.name,
        is_adviser,
        advised,
        shows_others: true,
        release_by: Some(ReleaseBy { by: Some(by), answers_go: at }),
        url: REVIEW,
    };
    check("counted", &counted(false, false).render()?)?;
    check("counted_nothing", &Counted { shows_others: false, ..counted(false, false) }.render()?)?;
    check("counted_nothing_adviser", &Counted { shows_others: false, ..counted(true, true) }.render()?)?;
    let late = Some(ReleaseBy { by: None, answers_go: at });
    check("counted_late", &Counted { release_by: late, ..counted(false, false) }.render()?)?;
    check("counted_gone", &Counted { release_by: None, ..counted(false, false) }.render()?)?;
    check("counted_advised", &counted(false, true).render()?)?;
    check("counted_adviser", &counted(true, true).render()?)?;
    let letter = |is_facilitator, counted, report_goes| Unreleased {
        to: if is_facilitator { &sample.chair.name } else { to },
        organisation,
        subject,
        facilitator: &sample.chair.name,
        is_facilitator,
        advised: false,
        counted,
        report_goes,
        at,
        url: REVIEW,
    };
    check("unreleased_facilitator", &letter(true, true, false).render()?)?;
    let advised = Unreleased { advised: true, ..letter(true, true, false) };
    check("unreleased_facilitator_advised", &advised.render()?)?;
    check("unreleased_administrator", &letter(false, true, false).render()?)?;
    check("unreleased_report_goes", &letter(true, true, true).render()?)?;
    check("unreleased_not_counted", &letter(false, false, false).render()?)
}

#[test]
fn those_who_run_a_round_are_told_with_whom_the_reports_are() -> Outcome {
    let sample = Sample::new()?;
    let report = |subject| WithFacilitator { subject, facilitator: &sample.chair.name };
    let letter = |reports| RoundCounted {
        to: &sample.to,
        organisation: &sample.organisation,
        round: "Executive reviews 2027",
        reports,
    };
    check("round_counted", &letter(vec![report(&sample.ellis)]).render()?)?;
    check("round_counted_several", &letter(vec![report(&sample.ellis), report(&sample.okafor)]).render()?)
}

#[test]
fn an_adviser_is_told_what_they_are_asked_for() -> Outcome {
    let sample = Sample::new()?;
    let letter = |counted| Advises {
        to: &sample.to,
        organisation: &sample.organisation,
        subject: &sample.ellis,
        facilitator: &sample.chair.name,
        counted,
        url: SIGN_IN,
    };
    check("advises", &letter(false).render()?)?;
    check("advises_counted", &letter(true).render()?)
}

#[test]
fn raters_of_a_round_from_before_there_were_advisers_are_told_of_none() -> Outcome {
    let sample = Sample::new()?;
    let mut asking = sample.asking(&[(&sample.ellis, "staff")])?;
    assert!(Reminder(&asking).render()?.text.contains("advisers"));
    asking.advisers = false;
    let rendered = Reminder(&asking).render()?;
    assert!(!rendered.text.contains("advisers") && !rendered.html.contains("advisers"));
    Ok(())
}

#[test]
fn news_of_a_report_that_could_not_be_made_reads_as_kept() -> Outcome {
    let sample = Sample::new()?;
    let letter = NotCounted { to: &sample.to, organisation: &sample.organisation, subject: &sample.ellis };
    check("not_counted", &letter.render()?)
}

#[test]
fn a_round_that_was_not_launched_at_its_time_says_why_and_what_to_do() -> Outcome {
    let Sample { to, organisation, .. } = &Sample::new()?;
    let at = "2027-02-01T08:00:00Z".parse()?;
    for (name, why) in [
        ("late", WhyNotLaunched::Late),
        ("deadline", WhyNotLaunched::Deadline),
        ("not_ready", WhyNotLaunched::NotReady),
        ("administrator_facilitates", WhyNotLaunched::AdministratorFacilitates),
        ("administrator_advises", WhyNotLaunched::AdministratorAdvises),
        ("under_way", WhyNotLaunched::UnderWay),
        ("agreement", WhyNotLaunched::AgreementNeeded),
    ] {
        let letter = NotLaunched { to, organisation, title: "CEO review 2027", at, why, url: ROUND };
        check(&format!("not_launched_{name}"), &letter.render()?)?;
    }
    Ok(())
}

#[test]
fn emails_about_signing_in_read_as_kept() -> Outcome {
    let Sample { to, organisation, chair, .. } = &Sample::new()?;
    check("sign_in_code", &SignInCode { to, organisation, code: "1234 5678", minutes: 10 }.render()?)?;
    let (email, url) = ("sian.oneil@northernlights.example", "https://feedback.northernlights.example/sign-in");
    let invited = |runs_rounds| Invited { to, organisation, by: &chair.name, runs_rounds, email, url };
    check("invited", &invited(true).render()?)?;
    check("access_restored", &invited(false).render()?)
}

#[test]
fn a_test_email_reads_as_kept() -> Outcome {
    let sample = Sample::new()?;
    check("test_email", &TestEmail { to: &sample.to, organisation: &sample.organisation }.render()?)
}

#[test]
fn thresholds_and_local_time_are_those_of_the_round() -> Outcome {
    let sample = Sample::new()?;
    let mut asking = sample.asking(&[(&sample.ellis, "staff")])?;
    asking.policy = AnonymityPolicy::parse(PolicyRequest {
        threshold: Some(6),
        comment_threshold: Some(12),
        ..PolicyRequest::default()
    })?;
    asking.closes_at = "2027-07-01T16:00:00Z".parse()?;
    let text = Invitation(&asking).render()?.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "stands for at least six people",
        "if at least 12 people answer without their names",
        "Thursday 1 July 2027 at 5pm",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    Ok(())
}

#[test]
fn what_changes_about_how_somebody_signs_in() -> Outcome {
    let Sample { to, organisation, .. } = &Sample::new()?;
    let (at, until) = ("2027-02-01T17:00:00Z".parse()?, "2027-02-02T17:00:00Z".parse()?);
    for (name, change) in [
        ("passkey_added", SignInChange::PasskeyAdded { opens_from: None }),
        ("passkey_added_waits", SignInChange::PasskeyAdded { opens_from: Some(until) }),
        ("passkey_removed", SignInChange::PasskeyRemoved),
        ("passkey_disowned", SignInChange::PasskeyDisowned),
        ("provider_linked", SignInChange::ProviderLinked { opens_from: Some(until) }),
        ("provider_unlinked", SignInChange::ProviderUnlinked),
        ("passkey_only", SignInChange::PasskeyOnly { only: true }),
        ("passkey_not_only", SignInChange::PasskeyOnly { only: false }),
        ("access_ended", SignInChange::AccessEnded),
        ("access_given_again", SignInChange::AccessRestored),
        ("address_added", SignInChange::AddressAdded),
        ("address_removed", SignInChange::AddressRemoved),
    ] {
        let rendered = SignInChanged { to, organisation, account: "chair@trust.org.uk", change, at }.render()?;
        assert!(!rendered.text.contains("://") && !rendered.html.contains("http"), "a link in {name}");
        check(name, &rendered)?;
    }
    check("address_code", &AddressCode { to, organisation, code: "1234 5678", minutes: 10 }.render()?)
}

#[test]
fn a_hostile_name_stays_text() -> Outcome {
    let mut sample = Sample::new()?;
    let hostile = "<img src=x onerror=alert(1)>\"'&amp;";
    sample.to = PersonName::parse(hostile)?;
    sample.ellis =
        Subject { person: Person::parse(hostile, "x@trust.uk")?, role: "\"><script>alert(1)</script>".to_owned() };
    sample.organisation.name = "<b>Trust</b>".to_owned();
    sample.organisation.concerns_route = "<script>\r\n\r\nalert(1)</script>".to_owned();
    sample.organisation.contact = Person::parse(hostile, "o'neil@trust.uk")?;
    sample.chair = Person::parse("<b>Ruth</b>", "o'hara@trust.uk")?;
    let requests = [(&sample.ellis, "trustees"), (&sample.okafor, "self")];
    for rendered in [
        Invitation(&sample.asking(&requests)?).render()?,
        Reminder(&sample.asking(&requests[..1])?).render()?,
        Extended(&sample.asking(&requests)?).render()?,
        sample.answered(&requests)?.render()?,
        Released { url: "https://x.example/\"><script>", ..sample.released(true) }.render()?,
        sample.released(false).render()?,
        Advises {
            to: &sample.to,
            organisation: &sample.organisation,
            subject: &sample.ellis,
            facilitator: &sample.chair.name,
            counted: true,
            url: SIGN_IN,
        }
        .render()?,
    ] {
        for element in ["<img", "<script", "<b>", "\"'&"] {
            assert!(!rendered.html.contains(element), "{element} in\n{}", rendered.html);
        }
        assert!(rendered.text.contains(hostile), "the text is not escaped");
        assert!(!rendered.subject.contains('\n') && !rendered.subject.contains("&lt;"));
    }
    Ok(())
}
