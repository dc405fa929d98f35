//! Who answers about one person, as an administrator sees and changes it in the console.

use candour_tests::{
    Engine, Outcome, Person, Reply, RoundPlan, Smtpd, StartedRound, TestApp, Trust, database, finding,
};
use chrono::TimeDelta;
use rust_xlsxwriter::Workbook;

const ROWS: [[&str; 3]; 6] = [
    ["Full name", "Work email", "Group"],
    ["Ann Lee", "ann@ashgrove.example.org", "Governors"],
    ["Bo Ade", "bo@", "Trustees"],
    ["Cy Wu", "cy@ashgrove.example.org", "Nobody's"],
    ["", "di@ashgrove.example.org", "Trustees"],
    ["Ed Fox", "ed@ashgrove.example.org", "Trustees"],
];

fn workbook(rows: &[[&str; 3]]) -> Outcome<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_string(row, column, *cell)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

fn raters(round: &StartedRound<'_, TestApp>) -> Outcome<String> {
    Ok(format!("/reviews/{}/raters", round.review()?.id))
}

/// What a field of a page holds.
fn value(page: &Reply, id: &str) -> Outcome<String> {
    let text = page.text();
    let input = text.split("<input ").find(|input| input.contains(&format!("name=\"{id}\"")));
    let value = input.and_then(|input| input.split_once("value=\"")).and_then(|(_, rest)| rest.split_once('"'));
    value.map(|(value, _)| value.to_owned()).ok_or_else(|| format!("no field {id}: {text}").into())
}

/// Where the forms of a check go.
fn check_of(page: &Reply) -> Outcome<String> {
    let text = page.text();
    let action =
        text.split("action=\"").skip(1).find_map(|rest| rest.split_once('"').filter(|(to, _)| to.contains("/list/")));
    action.map(|(to, _)| to.to_owned()).ok_or_else(|| format!("no check: {text}").into())
}

fn says(page: &Reply, texts: &[&str]) -> Outcome {
    let html = page.text();
    for text in texts {
        if !html.contains(text) {
            finding!("the page does not say {text:?}: {html}");
        }
    }
    Ok(())
}

fn addresses(trust: &Trust<'_, TestApp>, round: &StartedRound<'_, TestApp>) -> Outcome<Vec<String>> {
    let listed = trust.administrator.raters(&round.review()?.id)?;
    let mut found: Vec<String> =
        listed.iter().map(|rater| rater["email"].as_str().unwrap_or_default().to_owned()).collect();
    found.sort();
    Ok(found)
}

#[test]
fn a_workbook_with_three_bad_rows_is_put_right_in_place_and_imported() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let (hr, list) = (trust.office()?, raters(&round)?);
    says(&hr.open(&list)?.with(200)?, &["Nobody is asked yet but", "Add a list", "Add one person"])?;
    // The words come first: "Governors" is a guess, and "Nobody's" is nothing.
    let words = hr.upload(&format!("{list}/list"), "", Some(("raters.xlsx", &workbook(&ROWS)?)))?.with(200)?;
    says(&words, &["Which groups do these words mean?", "Governors", "Nobody&#39;s", "Upload again"])?;
    let check = check_of(&words)?;
    let fields =
        [("act", "words"), ("text-0", "Governors"), ("word-0", "trustees"), ("text-1", "Nobody's"), ("word-1", "")];
    let rows = hr.press(&check, &fields)?.with(200)?;
    says(
        &rows,
        &[
            "<title>Error:",
            "2 rows can be added.",
            "3 rows have to be put right.",
            "Row 3",
            "Row 4",
            "Row 5",
            "Upload again",
        ],
    )?;
    says(&rows, &["value=\"bo@\"", "The round has no group “Nobody&#39;s”"])?;
    let csv = hr.get(&format!("{check}/problems"))?.with(200)?;
    assert!(csv.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")), "{csv}");
    assert_eq!(csv.text().lines().count(), 4, "{csv}");
    assert_eq!(addresses(&trust, &round)?.len(), 1, "nobody is added before the button is pressed");
    let fixed = [
        ("act", "rows"),
        ("row", "3"),
        ("name-3", "Bo Ade"),
        ("email-3", "bo@ashgrove.example.org"),
        ("group-3", "trustees"),
        ("row", "4"),
        ("name-4", "Cy Wu"),
        ("email-4", "cy@ashgrove.example.org"),
        ("group-4", "staff"),
        ("row", "5"),
        ("name-5", "Di"),
        ("email-5", "di at ashgrove"),
        ("group-5", "trustees"),
    ];
    let again = hr.press(&check, &fixed)?.with(200)?;
    says(&again, &["4 rows can be added.", "1 row has to be put right.", "value=\"di at ashgrove\""])?;
    let out =
        [("act", "rows"), ("row", "5"), ("name-5", "Di"), ("email-5", "x"), ("group-5", "trustees"), ("out-5", "yes")];
    let good = hr.press(&check, &out)?.with(200)?;
    says(&good, &["Add these 4 people", "You have left out 1 row."])?;
    let back = hr.press(&check, &[("act", "back")])?.with(200)?;
    says(&back, &["1 row has to be put right.", "value=\"di at ashgrove\""])?;
    let good = hr.press(&check, &out)?.with(200)?;
    let seen = value(&good, "seen")?;
    // Somebody else adds one of them meanwhile.
    let one = serde_json::json!([{ "name": "Ed Fox", "email": "ed@ashgrove.example.org", "group": "trustees" }]);
    trust.administrator.post(&format!("/v1/reviews/{}/raters", round.review()?.id), &one)?.with(201)?;
    let moved = hr.press(&check, &[("act", "import"), ("seen", &seen)])?.with(200)?;
    says(&moved, &["Something has changed", "Add these 3 people", "is left out"])?;
    let seen = value(&moved, "seen")?;
    let import = [("act", "import"), ("seen", seen.as_str())];
    let done = hr.press(&check, &import)?.with(200)?;
    says(&done, &["3 people are on the list now.", "Bo Ade", "ann@ashgrove.example.org"])?;
    let expected = ["ann", "bo", "cy", "ed"].map(|name| format!("{name}@ashgrove.example.org"));
    let added = addresses(&trust, &round)?;
    assert!(expected.iter().all(|email| added.contains(email)) && added.len() == 5, "{added:?}");
    // The button again, and the page again: nothing is done twice, and the list is gone.
    says(&hr.press(&check, &import)?.with(200)?, &["3 people are on the list now."])?;
    assert_eq!(addresses(&trust, &round)?, added);
    says(&hr.open(&check)?.with(404)?, &["This list is not here any more", "Upload again"])?;
    // The trust's next list is read as this one was: nothing is asked about its words.
    let next = trust.draft(&RoundPlan::new())?;
    let list = raters(&next)?;
    says(&hr.upload(&format!("{list}/list"), "", Some(("raters.xlsx", &workbook(&ROWS[..2])?)))?, &["Add this person"])
}

/// What is sent: by which name, pasted, as a file, and what the page says.
type Case<'a> = (&'a str, &'a str, Option<(&'a str, &'a [u8])>, &'a str);

#[test]
fn whatever_is_no_list_gets_a_page_that_says_what_to_do() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let (hr, list) = (trust.office()?, format!("{}/list", raters(&round)?));
    let longest: String = "Ann,ann@trust.uk,staff\n".repeat(20_001);
    let cases: [Case<'_>; 8] = [
        ("nothing", "", None, "Paste the list, or choose a file."),
        ("blanks", " \n \n", None, "Paste the list, or choose a file."),
        ("both", "Ann\tann@trust.uk", Some(("a.csv", b"name,email\n")), "and not both"),
        ("a picture", "", Some(("list.xlsx", b"\x89PNG\r\n\x1a\n")), "picture"),
        ("a document", "", Some(("list.csv", b"%PDF-1.7\n")), "PDF"),
        ("half a workbook", "", Some(("list.xlsx", b"PK\x03\x04\x14\0\0\0")), "There is a problem"),
        ("too many rows", &longest, None, "more than 20,000 rows"),
        ("an empty sheet", "", Some(("list.xlsx", &workbook(&[])?)), "empty"),
    ];
    for (what, pasted, file, said) in cases {
        let page = hr.upload(&list, pasted, file)?;
        assert_eq!(page.status, 422, "{what}: {page}");
        says(&page, &["<title>Error:", said, "Read the list"])?;
    }
    // What is called .xlsx and is CSV is read as what it is.
    let csv = b"name,email,group\nAnn,ann@ashgrove.example.org,trustees\n";
    says(&hr.upload(&list, "", Some(("list.xlsx", csv)))?.with(200)?, &["Add this person"])?;
    // A zip file that unpacks to far more than it is.
    says(&hr.upload(&list, "", Some(("list.xlsx", &bomb()?)))?.with(422)?, &["<title>Error:", "There is a problem"])?;
    let large = vec![b'a'; 20 * 1024 * 1024];
    let page = hr.upload(&list, "", Some(("film.mov", &large)))?;
    assert_eq!(page.status, 413, "{page}");
    says(&page, &["This file is too large", "Go back and choose another file", &format!("href=\"{list}\"")])?;
    let page = hr.upload(&list, "", Some(("large.csv", &large[..5 * 1024 * 1024 + 10])))?.with(422)?;
    says(&page, &["5 MB"])?;
    // Nobody who has not signed in has a large body read.
    let stranger = app.visitor()?.upload(&list, "", Some(("film.mov", &large[..1024 * 1024])));
    assert!(stranger.as_ref().map_or(true, |reply| reply.text().contains("Sign in")), "{stranger:?}");
    assert_eq!(addresses(&trust, &round)?.len(), 1);
    Ok(())
}

/// A workbook whose one sheet has forty million blanks in it.
fn bomb() -> Outcome<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let blank = " ".repeat(32_000);
    for row in 0..1_200 {
        sheet.write_string(row, 0, format!("{row}{blank}"))?;
    }
    Ok(book.save_to_buffer()?)
}

#[test]
fn columns_are_settled_before_anything_is_said_of_a_row() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let (hr, list) = (trust.office()?, format!("{}/list", raters(&round)?));
    let page = hr.upload(&list, "Ann Lee\tann@ashgrove.example.org\nBo\tbo@ashgrove.example.org\n", None)?;
    says(
        &page,
        &["<title>Error:", "Which column is which?", "There is no column with groups", "ann@ashgrove.example.org"],
    )?;
    let check = check_of(&page)?;
    let wrong = [("act", "columns"), ("header", "9"), ("name", "A"), ("email", "A"), ("group", ""), ("everybody", "")];
    says(&hr.press(&check, &wrong)?.with(422)?, &["The list has no such row"])?;
    let wrong =
        [("act", "columns"), ("header", ""), ("name", "A"), ("email", "A"), ("group", ""), ("everybody", "staff")];
    says(&hr.press(&check, &wrong)?.with(422)?, &["chosen for two things"])?;
    let right =
        [("act", "columns"), ("header", ""), ("name", "A"), ("email", "B"), ("group", ""), ("everybody", "staff")];
    let rows = hr.press(&check, &right)?.with(200)?;
    says(&rows, &["Everybody is in the group Other staff", "Add these 2 people"])?;
    // Another tab, and the way back: the columns can be chosen again.
    says(&hr.open(&format!("{check}?step=columns"))?.with(200)?, &["Which column is which?"])?;
    // Another list takes the place of this one, also in the tab that still shows it.
    hr.upload(&list, "Di\tdi@ashgrove.example.org\n", None)?.with(200)?;
    says(
        &hr.press(&check, &[("act", "import"), ("seen", &value(&rows, "seen")?)])?.with(404)?,
        &["not here any more"],
    )?;
    assert_eq!(addresses(&trust, &round)?.len(), 1);
    Ok(())
}

#[test]
fn a_list_belongs_to_who_uploaded_it_for_an_hour_and_goes_with_the_launch() -> Outcome {
    let app = TestApp::start()?;
    let (trust, other) = (Trust::found(&app, "Ashgrove Trust")?, Trust::found(&app, "Birchwood Trust")?);
    let round = trust.draft(&RoundPlan::small())?;
    let (hr, list) = (trust.office()?, raters(&round)?);
    let text = "name,email,group\nOttoline Vane,ottoline@ashgrove.example.org,trustees\n";
    let check = check_of(&hr.upload(&format!("{list}/list"), text, None)?.with(200)?)?;
    let colleague = serde_json::json!({ "name": "Second Administrator", "email": "second@ashgrove.example.org" });
    trust.administrator.post("/v1/people", &colleague)?.with(201)?;
    let second = Person {
        name: "Second Administrator".into(),
        email: "second@ashgrove.example.org".into(),
        group: "staff".into(),
    };
    let second = app.signed_in(&trust.id, &second, Some(0))?;
    for (who, status) in [
        (&second, 404),
        (&other.office()?, 404),
        (&app.signed_in(&trust.id, &round.review()?.facilitator, Some(0))?, 404),
        (&app.signed_in(&trust.id, &round.review()?.subject, None)?, 404),
    ] {
        for path in [check.clone(), format!("{check}/problems")] {
            let reply = who.get(&path)?.with(status)?;
            assert!(!reply.text().to_lowercase().contains("ottoline"), "{reply}");
        }
        who.post(&check, &[("act", "import"), ("seen", "")])?.with(status)?;
    }
    // Nothing of it is in the database as it was typed.
    if candour_tests::engine()? == Engine::Sqlite {
        let look = database::open(&app)?;
        assert_eq!(database::number(&look, "SELECT COUNT(*) FROM uploads")?, 1);
        let open = "SELECT COUNT(*) FROM uploads WHERE hex(sealed) LIKE '%' || hex('ttoline') || '%'";
        assert_eq!(database::number(&look, open)?, 0, "it is sealed");
    }
    // A session ends before the hour does, and the list is there for its owner's next one.
    app.time_passes(TimeDelta::minutes(59))?;
    says(&trust.office()?.open(&check)?.with(200)?, &["Add this person", "Ottoline Vane"])?;
    app.time_passes(TimeDelta::minutes(2))?;
    let hr = trust.office()?;
    says(&hr.open(&check)?.with(404)?, &["This list is not here any more"])?;
    assert_eq!(database::number(&database::open(&app)?, "SELECT COUNT(*) FROM uploads")?, 0, "it is erased");
    let check = check_of(&hr.upload(&format!("{list}/list"), text, None)?.with(200)?)?;
    round.agree()?;
    round.launch()?;
    assert_eq!(database::number(&database::open(&app)?, "SELECT COUNT(*) FROM uploads")?, 0, "it is erased");
    says(&hr.open(&check)?.with(404)?, &["when the round starts"])
}

#[test]
fn what_is_in_a_cell_is_shown_and_does_nothing() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let (hr, list) = (trust.office()?, format!("{}/list", raters(&round)?));
    let nasty = "<script>alert(1)</script>\" onfocus=\"x";
    let bidi = "Ann \u{202e}eeL";
    let rows = [
        ["name", "email", "group"],
        [nasty, "a@b.uk", nasty],
        ["=HYPERLINK(\"http://evil.example\")", nasty, "=1+1"],
        [bidi, "ann@ashgrove.example.org", bidi],
        ["O'Brien & Söhne <x>", "ob@ashgrove.example.org", "Trustees"],
    ];
    let words = hr.upload(&list, "", Some(("x.xlsx", &workbook(&rows)?)))?.with(200)?;
    let check = check_of(&words)?;
    let columns = hr.open(&format!("{check}?step=columns"))?.with(200)?;
    let rows = hr.press(&check, &[("act", "words")])?.with(200)?;
    for page in [&words, &columns, &rows] {
        let text = page.text();
        assert!(!text.contains("<script>alert") && !text.contains("\" onfocus=\"x"), "{page}");
        assert!(text.contains("&#60;script&#62;alert(1)") || text.contains("&lt;script&gt;alert(1)"), "{page}");
        for (at, _) in text.match_indices('\u{202e}') {
            let before = &text[..at];
            let isolated = before.rfind("<bdi>") > before.rfind("</bdi>");
            let in_control = before
                .rfind('<')
                .is_some_and(|tag| ["<input", "<option", "<bdi"].iter().any(|name| before[tag..].starts_with(name)));
            assert!(
                isolated || in_control,
                "nothing around it is turned: {}",
                &before[before.len().saturating_sub(80)..]
            );
        }
    }
    let csv = hr.get(&format!("{check}/problems"))?.with(200)?.text();
    assert!(csv.contains("'=HYPERLINK"), "no spreadsheet takes it for a formula: {csv}");
    Ok(())
}

#[test]
fn one_person_is_added_once_and_removed_again() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let (hr, list) = (trust.office()?, raters(&round)?);
    let form = hr.open(&format!("{list}/add"))?.with(200)?;
    let number = value(&form, "number")?;
    let send = |name: &str, email: &str, group: &str| {
        let fields = [("number", number.as_str()), ("name", name), ("email", email), ("group", group)];
        hr.press(&format!("{list}/add"), &fields)
    };
    says(
        &send("", "", "")?.with(422)?,
        &["<title>Error:", "Choose a group.", "id=\"name-problem\"", "id=\"email-problem\""],
    )?;
    says(
        &send("Ann Lee", "ann@", "trustees")?.with(422)?,
        &["value=\"Ann Lee\"", "value=\"ann@\"", "id=\"email-problem\""],
    )?;
    for _ in 0..2 {
        let done = send("Ann Lee", "ann@ashgrove.example.org", "trustees")?.with(200)?;
        says(&done, &["They are on the list.", "Ann Lee"])?;
    }
    assert_eq!(addresses(&trust, &round)?.len(), 2);
    let other = value(&hr.open(&format!("{list}/add"))?, "number")?;
    let again =
        [("number", other.as_str()), ("name", "Ann"), ("email", "ann+x@ashgrove.example.org"), ("group", "staff")];
    says(&hr.press(&format!("{list}/add"), &again)?.with(422)?, &["another address of somebody who is on the list"])?;
    let page = hr.open(&list)?.text();
    let remove = page.split("href=\"").find_map(|rest| rest.split_once('"').filter(|(to, _)| to.ends_with("/remove")));
    let remove = remove.ok_or("no way to remove anybody")?.0.to_owned();
    says(&hr.open(&remove)?.with(200)?, &["Remove this person?", "ann@ashgrove.example.org", "Nobody has written"])?;
    let removed = [("leaving", "removed")];
    says(&hr.press(&remove, &removed)?.with(200)?, &["They have been removed."])?;
    hr.press(&remove, &removed)?.with(200)?;
    assert_eq!(addresses(&trust, &round)?.len(), 1);
    Ok(())
}

#[test]
fn somebody_who_was_invited_since_the_page_was_shown_is_not_withdrawn_by_a_press_on_remove() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let (hr, list) = (trust.office()?, raters(&round)?);
    let asked = trust.administrator.raters(&round.review()?.id)?;
    let one = asked.iter().find(|rater| rater["group"] == "trustees").ok_or("no trustee")?;
    let remove = format!("{list}/{}/remove", one["id"].as_str().unwrap_or_default());
    let shown = value(&hr.open(&remove)?.with(200)?, "leaving")?;
    assert_eq!(shown, "removed");
    round.agree()?;
    round.launch()?;
    let asks = hr.press(&remove, &[("leaving", &shown)])?.with(409)?;
    says(&asks, &["This has changed since you pressed the button", "Withdraw this person?"])?;
    // A form that says neither only asks.
    says(&hr.press(&remove, &[])?.with(200)?, &["Withdraw this person?"])?;
    let page = hr.open(&list)?.with(200)?;
    assert!(!page.text().contains("was withdrawn"), "{page}");
    let leaving = value(&asks, "leaving")?;
    let done = hr.press(&remove, &[("leaving", &leaving)])?.with(200)?;
    says(&done, &["They have been withdrawn.", "1 person was withdrawn."])?;
    let asked = asked.len() - 1;
    says(&done, &[&format!("{asked} people are on the list.")])
}

#[test]
fn the_words_of_which_nothing_is_known_come_first() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let (hr, list) = (trust.office()?, format!("{}/list", raters(&round)?));
    let line = |at: usize| format!("Person {at},person{at}@ashgrove.example.org,Word {at:02}\n");
    let known = "Ann Lee,ann@ashgrove.example.org,Governors\n";
    let csv = "name,email,group\n".to_owned() + known + &(0..70).map(line).collect::<String>();
    let words = hr.upload(&list, &csv, None)?.with(200)?;
    says(&words, &["There are 71 different words", "the first 60 are here"])?;
    assert_eq!(value(&words, "text-0")?, "Word 00", "what is proposed comes after what nobody knows");
    let check = check_of(&words)?;
    let fields: Vec<(String, String)> = (0..60)
        .flat_map(|at| [(format!("text-{at}"), format!("Word {at:02}")), (format!("word-{at}"), "staff".to_owned())])
        .chain([("act".to_owned(), "words".to_owned())])
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    says(&hr.press(&check, &fields)?.with(200)?, &["60 rows can be added.", "11 rows have to be put right."])?;
    let words = hr.open(&format!("{check}?step=words"))?.with(200)?;
    assert_eq!(value(&words, "text-0")?, "Word 60", "those that are left come first");
    assert_eq!(value(&words, "text-10")?, "Governors");
    Ok(())
}

#[test]
fn after_the_launch_somebody_is_withdrawn_or_asked_again_where_their_address_was_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let refused = "trustees3@ashgrove.example.org";
    let smtpd = Smtpd::start(folder.path(), &["--refuse", refused])?;
    let url = smtpd.url();
    let app = TestApp::start_with(move |config| {
        config.smtp_url = Some(url.clone());
        config.mail_from = "Feedback <feedback@ashgrove.example.org>".to_owned();
    })?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    app.work_until_idle()?;
    let (hr, list) = (trust.office()?, raters(&round)?);
    let page = hr.open(&list)?.with(200)?;
    says(
        &page,
        &["refused by the mail server", "Correct the address", "Withdraw", "Who has answered is not shown here."],
    )?;
    let text = page.text();
    assert_eq!(text.matches("/again\"").count(), 1, "only where the mail server refused");
    let again = text.split("href=\"").find_map(|rest| rest.split_once('"').filter(|(to, _)| to.ends_with("/again")));
    let again = again.ok_or("no way to correct an address")?.0.to_owned();
    let form = hr.open(&again)?.with(200)?;
    says(&form, &[refused, "Send the email"])?;
    let number = value(&form, "number")?;
    let send = |email: &str| hr.press(&again, &[("number", number.as_str()), ("email", email)]);
    says(&send("nobody at all")?.with(422)?, &["<title>Error:", "value=\"nobody at all\""])?;
    says(&send("trustees1@ashgrove.example.org")?.with(422)?, &["on the list already"])?;
    for _ in 0..2 {
        let done = send("right@ashgrove.example.org")?.with(200)?;
        says(&done, &["once Ignatius1", "right@ashgrove.example.org", "waits for"])?;
    }
    // They have been invited once, so they are withdrawn and not deleted.
    let waiting = again.replace("/again", "/remove");
    let page = hr.open(&waiting)?.with(200)?;
    says(&page, &["Withdraw this person?", "you can add them again later"])?;
    assert_eq!(value(&page, "leaving")?, "withdrawn");
    says(&hr.press(&waiting, &[("leaving", "removed")])?.with(409)?, &["Nothing has been done"])?;
    // A person who may have read their email has no such page.
    let asked = trust.administrator.raters(&round.review()?.id)?;
    let reached = asked.iter().find(|rater| rater["email"] == "trustees1@ashgrove.example.org").ok_or("nobody")?;
    let reached = reached["id"].as_str().unwrap_or_default();
    assert_eq!(hr.get(&format!("{list}/{reached}/again"))?.status, 303);
    let remove = format!("{list}/{reached}/remove");
    says(
        &hr.open(&remove)?.with(200)?,
        &["Withdraw this person?", "This cannot be undone", "You do not learn whether"],
    )?;
    let withdrawn = [("leaving", "withdrawn")];
    says(&hr.press(&remove, &withdrawn)?.with(200)?, &["They have been withdrawn.", "1 person was withdrawn."])?;
    says(&hr.press(&remove, &withdrawn)?.with(200)?, &["withdrawn"])
}

#[test]
fn the_email_to_the_subject_is_sent_again_where_it_was_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let plan = RoundPlan::small();
    let smtpd = Smtpd::start(folder.path(), &["--refuse", "perpetua1@ashgrove.example.org"])?;
    let url = smtpd.url();
    let app = TestApp::start_with(move |config| {
        config.smtp_url = Some(url.clone());
        config.mail_from = "Feedback <feedback@ashgrove.example.org>".to_owned();
    })?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&plan)?;
    app.work_until_idle()?;
    let (hr, list) = (trust.office()?, raters(&round)?);
    let page = hr.open(&list)?.with(200)?;
    says(&page, &["refused by the mail server", "Send it again"])?;
    let text = page.text();
    let again = text.split("href=\"").find_map(|rest| rest.split_once('"').filter(|(to, _)| to.ends_with("/again")));
    let again = again.ok_or("no way to send it again")?.0.to_owned();
    let form = hr.open(&again)?.with(200)?;
    says(&form, &["Send the email again", "their address stays the same in this round"])?;
    let number = value(&form, "number")?;
    let send = |email: &str| hr.press(&again, &[("number", number.as_str()), ("email", email)]);
    says(&send("other@ashgrove.example.org")?.with(422)?, &["their address stays the same in this round"])?;
    let own = value(&form, "email")?;
    says(&send(&own)?.with(200)?, &["Another email is on its way to them."])
}

#[test]
fn a_list_of_five_thousand_comes_in_pages() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let (hr, list) = (trust.office()?, raters(&round)?);
    let line = |at: usize| {
        let group = if at < 100 { "trustees" } else { "staff" };
        format!("Person {at:04},person{at:04}@ashgrove.example.org,{group}\n")
    };
    let csv = "name,email,group\n".to_owned() + &(0..5_000).map(line).collect::<String>();
    let rows = hr.upload(&format!("{list}/list"), &csv, None)?.with(200)?;
    says(&rows, &["Add these 5000 people", "Page 1 of 25"])?;
    let check = check_of(&rows)?;
    let seen = value(&rows, "seen")?;
    let done = hr.press(&check, &[("act", "import"), ("seen", &seen)])?.with(200)?;
    says(&done, &["5001 people are on the list.", "4900 people", "Page 1 of 26", "Next page"])?;
    let end = hr.open(&format!("{list}?page=26"))?.with(200)?;
    says(&end, &["Person 4999", "Page before"])?;
    assert!(!end.text().contains("Next page"));
    says(&hr.open(&format!("{list}?page=999"))?.with(200)?, &["Page 26 of 26"])
}
