//! Questionnaires on the console: read in both wordings, changed in a form that loses nothing, saved as a next version or
//! as another questionnaire.

use candour_tests::{Outcome, Reply, TestApp, Trust, Visitor, finding};
use serde_json::Value;

/// The fields of the form on a page, as a browser sends them without scripts.
fn fields(page: &str) -> Outcome<Vec<(String, String)>> {
    let form = page.split("<form class=\"sheet\"").nth(1).and_then(|rest| rest.split("</form>").next());
    let form = form.ok_or_else(|| format!("no form: {page}"))?;
    let mut found = Vec::new();
    for tag in form.split('<').filter(|tag| tag.starts_with("input ") || tag.starts_with("textarea ")) {
        let name = attribute(tag, "name").ok_or("a field without a name")?;
        let ticks = ["type=\"checkbox\"", "type=\"radio\""].iter().any(|kind| tag.contains(kind));
        let value = if tag.starts_with("textarea") {
            let text = tag.split_once('>').map(|(_, text)| text).unwrap_or_default();
            text.strip_prefix('\n').unwrap_or(text).to_owned()
        } else {
            attribute(tag, "value").unwrap_or_default()
        };
        if !ticks || tag.contains(" checked") {
            found.push((name, plain(&value)));
        }
    }
    Ok(found)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!("{name}=\""))?.1;
    Some(rest.split_once('"')?.0.to_owned())
}

fn plain(text: &str) -> String {
    let escapes = [("&#39;", "'"), ("&#34;", "\""), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    escapes.iter().fold(text.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

/// A form in somebody's hands.
struct Sheet<'a> {
    hr: &'a Visitor,
    path: String,
    fields: Vec<(String, String)>,
}

impl<'a> Sheet<'a> {
    fn open(hr: &'a Visitor, id: &str) -> Outcome<Self> {
        let path = format!("/questionnaires/{id}/edit");
        let fields = fields(&hr.get(&path)?.with(200)?.text())?;
        Ok(Self { hr, path, fields })
    }

    fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn set(&mut self, name: &str, value: &str) -> Outcome {
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, field)) => value.clone_into(field),
            None => finding!("the form has no {name}"),
        }
        Ok(())
    }

    fn send(&self, button: &str) -> Outcome<Reply> {
        let mut fields: Vec<(&str, &str)> =
            self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("do", button));
        self.hr.post(&self.path, &fields)
    }

    /// Presses a button that changes the form.
    fn press(&mut self, button: &str) -> Outcome<String> {
        let page = self.send(button)?.with(200)?.text();
        self.fields = fields(&page)?;
        Ok(page)
    }

    /// Saves it, and gives the id of what was made.
    fn save(&self) -> Outcome<String> {
        let to = self.send("save")?.with(303)?.header("location").unwrap_or_default().to_owned();
        let made = to.strip_prefix("/questionnaires/").and_then(|rest| rest.split('?').next());
        Ok(made.ok_or_else(|| format!("leads to {to}"))?.to_owned())
    }
}

fn framework(trust: &Trust<'_, TestApp>, id: &str) -> Outcome<Value> {
    trust.administrator.get(&format!("/v1/frameworks/{id}"))?.with(200)?.json()
}

fn count(trust: &Trust<'_, TestApp>) -> Outcome<usize> {
    Ok(trust.administrator.list("/v1/frameworks")?.len())
}

#[test]
fn a_questionnaire_is_read_in_both_wordings_with_who_is_asked() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    let list = hr.get("/questionnaires")?.with(200)?.text();
    let path = format!("/questionnaires/{}", trust.framework_id);
    assert!(list.contains(&format!("href=\"{path}\"")) && list.contains("School-trust executive leader"), "{list}");
    let document = framework(&trust, &trust.framework_id)?;
    let (others, own) = (hr.get(&path)?.with(200)?.text(), hr.get(&format!("{path}?as=self"))?.with(200)?.text());
    let has = |page: &str, text: &Value| plain(page).contains(text.as_str().unwrap_or("?"));
    for part in document["competencies"].as_array().into_iter().flatten() {
        for item in part["items"].as_array().into_iter().flatten() {
            assert!(has(&others, &item["others"]) && !has(&others, &item["self"]), "{item}");
            assert!(has(&own, &item["self"]) && !has(&own, &item["others"]), "{item}");
        }
    }
    for words in ["Rarely", "Consistently", "Not able to say", "Trustees, Executive team, Headteachers"] {
        assert!(others.contains(words), "{words}: {others}");
    }
    assert!(others.contains("Asked of everybody"), "{others}");
    Ok(())
}

#[test]
fn a_change_is_a_new_version_in_which_what_stayed_has_its_id() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    let before = framework(&trust, &trust.framework_id)?;
    let known = count(&trust)?;
    let mut sheet = Sheet::open(&hr, &trust.framework_id)?;
    sheet.set("c.0.0.others", "Puts what is right for pupils first & says \"why\".")?;
    let page = sheet.press("add.c.0")?;
    assert!(page.contains("<details id=\"c.0.4\" open>"), "what is new is open: {page}");
    sheet.set("c.0.4.others", "Listens <b>first</b>.\r\nThen speaks.")?;
    sheet.set("c.0.4.own", "I listen first.")?;
    sheet.press("up.c.0.4")?;
    assert_eq!(sheet.get("c.0.3.others"), "Listens <b>first</b>. Then speaks.");
    sheet.press("remove.c.1.0")?;
    sheet.press("remove.p.0")?;
    sheet.press("up.c.2")?;
    sheet.set("label.0", "Seldom")?;
    assert_eq!(count(&trust)?, known, "nothing is saved yet");
    let made = framework(&trust, &sheet.save()?)?;
    assert_eq!((&made["key"], &made["version"]), (&before["key"], &Value::from(2)));
    let ids = |part: &Value| -> Vec<String> {
        part["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| Some(item["id"].as_str()?.to_owned()))
            .collect()
    };
    let (old, new) = (&before["competencies"], &made["competencies"]);
    assert_eq!(ids(&new[0]), ["ethics.1", "ethics.2", "ethics.3", "ethics.5", "ethics.4"]);
    assert_eq!(new[0]["items"][0]["others"], "Puts what is right for pupils first & says \"why\".");
    assert_eq!(new[0]["items"][3]["others"], "Listens <b>first</b>. Then speaks.");
    assert_eq!((&new[1]["id"], &new[2]["id"]), (&old[2]["id"], &old[1]["id"]));
    assert_eq!(ids(&new[2]), ids(&old[1])[1..]);
    assert_eq!(new[3], old[3], "what was not touched is as it was");
    assert_eq!(
        (&made["scale"]["points"][0]["label"], &made["scale"]["harmful_end"]),
        (&"Seldom".into(), &before["scale"]["harmful_end"])
    );
    assert_eq!(made["prompts"][0], before["prompts"][1]);
    // What is gone comes back under no id that it could be compared by.
    let mut sheet = Sheet::open(&hr, made["id"].as_str().ok_or("no id")?)?;
    sheet.press("add.c.2")?;
    let last = ids(&new[2]).len();
    sheet.set(&format!("c.2.{last}.others"), "Says it.")?;
    sheet.set(&format!("c.2.{last}.own"), "I say it.")?;
    let third = framework(&trust, &sheet.save()?)?;
    assert_eq!(ids(&third["competencies"][2]).last().map(String::as_str), Some("strategy.5"));
    Ok(())
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    let known = count(&trust)?;
    let mut sheet = Sheet::open(&hr, &trust.framework_id)?;
    let long = "So very long. ".repeat(60);
    for (field, value) in [
        ("minutes", "soon"),
        ("c.2.1.others", long.trim()),
        ("c.3.title", ""),
        ("label.1", ""),
        ("c.0.0.own", "I am \u{202e}hidden"),
    ] {
        sheet.set(field, value)?;
    }
    sheet.press("add.c")?;
    sheet.press("remove.c.8.0")?;
    let page = sheet.send("save")?.with(422)?.text();
    assert!(page.contains("<title>Error:"), "{page}");
    for (field, words) in [
        ("minutes", "Give a whole number of minutes"),
        ("c.2.1.others", "Say in 1 to 500 characters what colleagues read."),
        ("c.3.title", "Give the part a heading"),
        ("label.1", "Give this answer words"),
        ("c.0.0.own", ""),
        ("c.8.title", "Give the part a heading"),
        ("add.c.8", "Add at least one statement"),
    ] {
        let error = format!("<a href=\"#{field}\">{words}");
        assert!(page.contains(&error) && page.contains(&format!(" id=\"{field}\"")), "{error}: {page}");
    }
    assert!(page.contains("<details id=\"c.2.1\" open>") && page.contains("<details id=\"c.2.0\">"), "{page}");
    let kept = Sheet { hr: &hr, path: sheet.path.clone(), fields: fields(&page)? };
    assert_eq!(kept.fields, sheet.fields);
    assert_eq!(count(&trust)?, known);
    Ok(())
}

#[test]
fn another_name_is_asked_about_and_can_be_another_questionnaire() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    let before = framework(&trust, &trust.framework_id)?;
    for (kin, key, version) in [("same", before["key"].as_str().unwrap_or("?"), 2), ("other", "head-of-school-2027", 1)]
    {
        let mut sheet = Sheet::open(&hr, &trust.framework_id)?;
        sheet.set("title", "Head of School (2027)")?;
        let page = sheet.send("save")?.with(422)?.text();
        assert!(page.contains("<a href=\"#kin\">Say whether this is the same"), "{page}");
        sheet.fields.push(("kin".to_owned(), kin.to_owned()));
        let made = framework(&trust, &sheet.save()?)?;
        assert_eq!((made["key"].as_str(), made["version"].as_u64()), (Some(key), Some(version)), "{kin}");
        assert_eq!(made["title"], "Head of School (2027)");
    }
    Ok(())
}

#[test]
fn two_presses_save_once_and_two_tabs_know_of_each_other() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    let known = count(&trust)?;
    let (mut one, mut other) = (Sheet::open(&hr, &trust.framework_id)?, Sheet::open(&hr, &trust.framework_id)?);
    let same = one.send("save")?.with(303)?;
    assert!(same.header("location").is_some_and(|to| to.ends_with("?done=same")), "{same}");
    assert_eq!(count(&trust)?, known, "without a change there is no version");
    one.press("add.c.0")?;
    one.set("c.0.4.others", "Listens.")?;
    one.set("c.0.4.own", "I listen.")?;
    let made = one.save()?;
    assert_eq!(one.save()?, made);
    assert_eq!(count(&trust)?, known + 1, "pressed twice, saved once");
    other.set("c.0.0.others", "Typed in another tab.")?;
    let page = other.send("save")?.with(422)?.text();
    assert!(
        page.contains("Somebody has saved version 2 meanwhile") && page.contains("Typed in another tab."),
        "{page}"
    );
    other.fields = fields(&page)?;
    assert_eq!(framework(&trust, &other.save()?)?["version"], 3);
    let old = hr.get(&format!("/questionnaires/{}", trust.framework_id))?.with(200)?.text();
    assert!(old.contains("Version 3 is newer"), "{old}");
    // The first version is made the newest again, and not taken for saved because it is there.
    let first = Sheet::open(&hr, &trust.framework_id)?;
    let again = framework(&trust, &first.save()?)?;
    assert_eq!(again["version"], 4);
    assert_eq!(again["competencies"], framework(&trust, &trust.framework_id)?["competencies"]);
    assert_eq!(count(&trust)?, known + 3);
    Ok(())
}

#[test]
fn a_large_questionnaire_fits_and_one_beyond_all_bounds_is_refused() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    let mut sheet = Sheet::open(&hr, &trust.framework_id)?;
    for part in 0..8 {
        for _ in 0..6 {
            sheet.press(&format!("add.c.{part}"))?;
        }
    }
    let wording = "Explains the décisions of the trust – and why. ".repeat(10);
    for (name, value) in &mut sheet.fields {
        if name.starts_with("c.") && matches!(name.rsplit('.').next(), Some("others" | "own")) {
            wording.trim().clone_into(value);
        }
    }
    let size: usize = sheet.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(size > 64 * 1024, "{size}");
    assert_eq!(framework(&trust, &sheet.save()?)?["version"], 2);
    sheet.set("title", &"x".repeat(1024 * 1024))?;
    assert_eq!(sheet.send("save")?.status, 413);
    Ok(())
}

#[test]
fn what_is_no_questionnaire_of_the_trust_is_nowhere() -> Outcome {
    let app = TestApp::start()?;
    let (trust, other) = (Trust::found(&app, "Ashgrove Trust")?, Trust::found(&app, "Birchwood Trust")?);
    let hr = other.office()?;
    for id in [trust.framework_id.as_str(), "nothing", "00000000-0000-4000-8000-000000000000"] {
        for page in ["", "/edit"] {
            hr.get(&format!("/questionnaires/{id}{page}"))?.with(404)?;
        }
        hr.post(&format!("/questionnaires/{id}/edit"), &[("do", "save"), ("title", "Theirs")])?.with(404)?;
    }
    Ok(())
}
