//! Every page of the console, asked for by every kind of person: the table of pages against the running service. A page
//! that is not in the table is not served, and a kind of page that this story does not know does not compile.

use candour_pages::routes::{For, PAGES, PageRoute};
use candour_tests::{Outcome, Person, Reply, RoundPlan, TestApp, Trust, Visitor, finding};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nobody has signed in.
    Nobody,
    /// Somebody signed in, and their access has been ended since.
    Ended,
    /// The person a review is about, with a code by email.
    Subject,
    /// The facilitator of a review, with a passkey.
    Facilitator,
    /// An adviser of that review, with a passkey.
    Adviser,
    /// An administrator with a passkey.
    Administrator,
    /// An administrator with a code by email alone.
    Unproven,
    /// An administrator of another trust, with a passkey.
    Foreign,
}

/// What comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comes {
    /// The page, or what is wrong with the form, or the way on.
    Page,
    /// They are to sign in.
    SignIn,
    /// They are to prove more.
    ProveMore,
    /// There is no such page.
    Nothing,
    /// No page of it: nothing, or the way back to what is theirs.
    NotTheirs,
    /// Whatever everybody gets.
    Anything,
}

impl Comes {
    fn is(self, wanted: Self) -> bool {
        wanted == Self::Anything || self == wanted
    }
}

fn expected(kind: Kind, page: &PageRoute) -> Comes {
    let is_theirs = !page.pattern.contains("{id}");
    match (page.whom, kind) {
        // What leads nowhere without a beginning leads to the beginning.
        (For::Anybody, _) => Comes::Anything,
        (_, Kind::Nobody | Kind::Ended) => Comes::SignIn,
        // A review is there for everybody who has to do with it. A code by email is enough for its subject alone, and
        // there is no report of a draft.
        (For::SignedIn, Kind::Unproven) if page.pattern.starts_with("/reviews/") => Comes::ProveMore,
        (For::SignedIn, Kind::Foreign) if page.pattern.starts_with("/reviews/") => Comes::Nothing,
        (For::SignedIn, _) if page.pattern.ends_with("/report.csv") => Comes::Nothing,
        (For::SignedIn, _) if page.pattern.starts_with("/reviews/") => Comes::Page,
        // What is asked for is a thing of somebody else.
        (For::SignedIn, _) if !is_theirs => Comes::NotTheirs,
        (For::Administrator, Kind::Unproven) => Comes::ProveMore,
        // Neither trust has a sign-in of its own that could be removed.
        (For::Administrator, _) if page.pattern.ends_with("/sign-in/remove") => Comes::Nothing,
        (For::Administrator, Kind::Foreign) if !is_theirs => Comes::Nothing,
        // There is no such thing within it.
        (For::Facilitator, Kind::Facilitator) if page.pattern.contains("{adviser}") => Comes::Nothing,
        (For::Facilitator, Kind::Facilitator) if page.pattern.contains("{comment}") => Comes::Nothing,
        (For::Administrator, Kind::Administrator)
            if ["{review}", "{rater}", "{upload}"].iter().any(|within| page.pattern.contains(within)) =>
        {
            Comes::Nothing
        }
        // The trust has no integration.
        (For::Administrator, Kind::Administrator) if page.pattern.starts_with("/clients/") => Comes::Nothing,
        (For::SignedIn, _)
        | (For::AnyAdministrator, Kind::Administrator | Kind::Foreign | Kind::Unproven)
        | (For::Administrator, Kind::Administrator | Kind::Foreign)
        | (For::Facilitator, Kind::Facilitator) => Comes::Page,
        (For::Facilitator | For::AnyAdministrator | For::Administrator, _) => Comes::Nothing,
    }
}

fn is_no_page_of_it(reply: &Reply) -> bool {
    let leads_on = reply.status == 303 && reply.header("location").is_some_and(|to| to.starts_with("/account"));
    leads_on || reply.status == 404
}

fn what_comes(reply: &Reply) -> Outcome<Comes> {
    let leads_to_sign_in =
        reply.header("location").is_some_and(|to| to == "/sign-in" || to.starts_with("/sign-in?next="));
    Ok(match reply.status {
        303 if leads_to_sign_in => Comes::SignIn,
        200 | 303 | 422 => Comes::Page,
        403 => Comes::ProveMore,
        404 => Comes::Nothing,
        // An address for setting up that is over.
        410 => Comes::Anything,
        _ => finding!("what is this: {reply}"),
    })
}

#[test]
fn each_page_comes_for_whom_it_is_and_for_nobody_else() -> Outcome {
    let app = TestApp::start()?;
    let (trust, other) = (Trust::found(&app, "Ashgrove Trust")?, Trust::found(&app, "Birchwood Trust")?);
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?.clone();
    let hr = Person::called("hr", "staff");
    let (subject, facilitator) = (review.subject.clone(), review.facilitator.clone());
    let adviser = Person::called("adviser", "external");
    let named = serde_json::json!({ "name": adviser.name, "email": adviser.email });
    round.facilitator()?.post(&format!("/v1/reviews/{}/advisers", review.id), &named)?.with(201)?;
    let leaver = invited(&trust, "leaver@ashgrove.example.org")?;
    let colleague = invited(&trust, "colleague@ashgrove.example.org")?;
    let gone = app.signed_in(&trust.id, &person("leaver@ashgrove.example.org"), Some(0))?;
    let boss = app.signed_in(&trust.id, &hr, Some(0))?;
    boss.press(&format!("/people/{leaver}/end"), &[])?.with(200)?;
    let browser = |kind: Kind| -> Outcome<Visitor> {
        match kind {
            Kind::Nobody => app.visitor(),
            Kind::Ended => Ok(gone.copied()),
            Kind::Subject => app.signed_in(&trust.id, &subject, None),
            Kind::Facilitator => app.signed_in(&trust.id, &facilitator, Some(0)),
            Kind::Adviser => app.signed_in(&trust.id, &adviser, Some(0)),
            Kind::Administrator => app.signed_in(&trust.id, &hr, Some(0)),
            Kind::Unproven => app.signed_in(&trust.id, &hr, None),
            Kind::Foreign => app.signed_in(&other.id, &hr, Some(0)),
        }
    };
    let kinds = [
        Kind::Nobody,
        Kind::Ended,
        Kind::Subject,
        Kind::Facilitator,
        Kind::Adviser,
        Kind::Unproven,
        Kind::Foreign,
        Kind::Administrator,
    ];
    let mut asked = 0;
    for page in PAGES {
        let id = match page.pattern.split('/').nth(1) {
            Some("reviews") => &review.id,
            Some("rounds") => &round.id,
            Some("questionnaires") => &trust.framework_id,
            _ => &colleague,
        };
        let path = page.pattern.replace("{id}", id);
        for kind in kinds {
            let wanted = expected(kind, page);
            if page.reads {
                let reply = browser(kind)?.get(&path)?;
                let is_wanted =
                    if wanted == Comes::NotTheirs { is_no_page_of_it(&reply) } else { what_comes(&reply)?.is(wanted) };
                assert!(is_wanted, "{kind:?} opens {path}, and {wanted:?} should come: {reply}");
                asked += 1;
            }
            // Who goes to another trust signs in there.
            let wanted = match (page.pattern, kind) {
                ("/account/trust", _) if wanted == Comes::Page => Comes::SignIn,
                // Who has only read an email makes no token.
                ("/account/tokens", Kind::Subject | Kind::Unproven) => Comes::ProveMore,
                _ => wanted,
            };
            if page.takes_form {
                let reply = browser(kind)?.post(&path, &[])?;
                let is_wanted =
                    if wanted == Comes::NotTheirs { is_no_page_of_it(&reply) } else { what_comes(&reply)?.is(wanted) };
                assert!(is_wanted, "{kind:?} sends {path}, and {wanted:?} should come: {reply}");
                asked += 1;
            }
        }
    }
    assert!(asked > 100, "{asked}");
    Ok(())
}

/// Whatever a page is for, a form for it comes from a page of ours.
#[test]
fn no_form_is_taken_from_another_site() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let colleague = invited(&trust, "colleague@ashgrove.example.org")?;
    let hr = trust.office()?;
    let before = hr.open("/people")?.text();
    for page in PAGES.iter().filter(|page| page.takes_form) {
        let path = page.pattern.replace("{id}", &colleague);
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", "null")],
            &[("origin", "https://elsewhere.example")],
            &[("origin", "null")],
            &[],
        ] {
            let fields = [("name", "Eve Intruder"), ("email", "eve@elsewhere.example"), ("session", "others")];
            let reply = hr.send("POST", &path, headers, Some(&fields))?;
            assert_eq!(reply.status, 403, "{headers:?} to {path}: {reply}");
        }
    }
    assert_eq!(hr.open("/people")?.text(), before, "nothing has changed, and nobody was signed out");
    Ok(())
}

#[test]
fn what_is_nowhere_says_so_and_leads_on() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    for (visitor, way) in [(app.visitor()?, "href=\"/sign-in\""), (hr, "href=\"/organisation\"")] {
        let reply = visitor.get("/no/such/page")?.with(404)?;
        let text = reply.text();
        assert!(text.contains("There is no such page") && text.contains("href=\"/\"") && text.contains(way), "{reply}");
        assert!(reply.header("content-security-policy").is_some_and(|policy| !policy.contains("unsafe")), "{reply}");
    }
    Ok(())
}

#[test]
fn the_address_of_the_service_itself_is_a_page_with_a_way_on() -> Outcome {
    let app = TestApp::start()?;
    let _trust = Trust::found(&app, "Ashgrove Trust")?;
    let visitor = app.visitor()?;
    for method in ["GET", "HEAD"] {
        let reply = visitor.send(method, "/", &[], None)?.with(200)?;
        let header = |name: &str| reply.header(name).unwrap_or_default().to_owned();
        assert!(header("content-security-policy").contains("default-src 'none'"), "{method}");
        assert_eq!(
            (header("cache-control"), header("x-frame-options")),
            ("no-store".into(), "DENY".into()),
            "{method}"
        );
        assert!(header("set-cookie").is_empty(), "{method}: nobody has done anything yet");
    }
    let html = visitor.get("/")?.text();
    for words in ["Open the email again", "ask the person named in the email", "href=\"/sign-in\""] {
        assert!(html.contains(words), "{words}: {html}");
    }
    Ok(())
}

fn person(email: &str) -> Person {
    Person { name: "Somebody Quillfeather".to_owned(), email: email.to_owned(), group: "staff".to_owned() }
}

/// Invites a colleague, and gives their account.
fn invited(trust: &Trust<'_, TestApp>, email: &str) -> Outcome<String> {
    let new = serde_json::json!({ "name": "Somebody Quillfeather", "email": email });
    let made = trust.administrator.post("/v1/people", &new)?.with(201)?.json()?;
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}
