//! What has to be so for a claim to hold: of the released result, as JSON and as CSV, and of what people saw before it.

use std::collections::{BTreeMap, BTreeSet};

use candour_tests::Outcome;
use candour_tests::tool::repository;
use serde_json::Value;

use super::claims::Claim;
use super::ended::{Ended, Kind, Reader};

/// The items of a list, none where there is no list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Fails with what is not so.
pub(crate) fn check(claim: Claim, reader: &Reader, round: &Ended<'_>) -> Outcome {
    match claim {
        Claim::Nothing => Ok(()),
        Claim::ByName => shown_by_name(reader, round),
        Claim::WithoutName => nowhere_by_name(reader, round),
        Claim::InFigures => in_figures(round),
        Claim::PutTogether => put_together(reader, round),
        Claim::NotBySubtracting => not_by_subtracting(round),
        Claim::NothingOfFew => elsewhere(&["a_round_that_few_answer_shows_as_little_as_raters_were_told"]),
        Claim::Spread => spread(round),
        Claim::Bands => bands(round),
        Claim::InWords => in_words(round),
        Claim::CommentByName => comment_by_name(reader, round),
        Claim::CommentWithoutName => comment_without_name(reader, round),
        Claim::AnsweringShows => answering_shows(reader, round),
        Claim::AnsweringDoesNotShow => answering_does_not_show(reader, round),
        Claim::NoShows => answering_shows(reader, round).and_then(|()| no_is_not_told(round)),
        Claim::NoDoesNotShow => answering_does_not_show(reader, round).and_then(|()| no_is_not_told(round)),
        Claim::NoReminders => {
            so(reader.reminders == usize::from(!reader.said_no), "they were reminded all the same, or nobody was")
        }
        Claim::OneNumber => {
            elsewhere(&["progress_is_counted_once_a_day_and_nothing_brings_it_forward"])?;
            one_number(round)
        }
        Claim::ReadFirst => {
            read_first(round)?;
            so(round.readable.after == [true; 3], "the release did not let the others read it")
        }
        Claim::AdvisersRead => advisers_read(round),
        Claim::AdvisersAreOthers => {
            elsewhere(&["nobody_advises_on_their_own_review_or_on_one_they_set_up"])?;
            so(round.readable.others_named == [422; 2], "the subject or an administrator became an adviser")
        }
        Claim::TakesOut => takes_out(round),
        Claim::ReadThen => so(round.readable.after == [true; 3], "not everybody can read it after its release"),
        Claim::AddedLater => {
            elsewhere(&[
                "attack_37_people_added_around_a_lone_person_wait_for_the_facilitator",
                "attack_37_filling_a_group_afterwards",
            ])?;
            added_later(round)
        }
        Claim::Questions => elsewhere(&[
            "a_framework_is_reported_on_once_ten_reviews_have_been_released",
            "guarantee_the_report_depends_on_nothing_but_printed_figures",
        ]),
        Claim::CannotChange => cannot_change(reader),
        Claim::UnsentIsNotCounted => so(!round.result.to_string().contains(&round.unsent), "a draft is in the result"),
        Claim::Sealed => elsewhere(&[
            "a_copy_taken_while_the_round_is_open_holds_no_link_no_answer_and_no_comment",
            "rows_about_raters_and_ballots_hold_no_time_no_order_and_nothing_in_common",
            "on_sqlite_nothing_ties_answers_to_people_after_the_count",
        ]),
        Claim::DraftIsSealed => {
            elsewhere(&["a_copy_taken_while_the_round_is_open_holds_no_link_no_answer_and_no_comment"])
        }
        Claim::Kept => elsewhere(&["a_released_round_loses_its_raters_then_its_answers_and_at_last_everything"]),
        Claim::DraftComesBack => elsewhere(&["a_draft_comes_back_and_goes_with_the_answer"]),
        Claim::NotLive => elsewhere(&["attack_16_17_nothing_is_shown_live_and_nothing_is_added_later"]),
        Claim::LeftOut => elsewhere(&["a_round_from_launch_to_the_report"]),
        Claim::NoTrace => {
            elsewhere(&["a_page_carries_the_headers_that_protect_it", "the_log_of_a_whole_round_names_nobody"])
        }
        Claim::ReceiptsCarryNoTime => {
            so(round.receipts_while_open == 0, "a confirmation came as soon as somebody had answered")
        }
    }
}

fn so(holds: bool, otherwise: &str) -> Outcome {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

/// Other tests hold it to its word; here it is seen that they are still there.
fn elsewhere(tests: &[&str]) -> Outcome {
    let mut folders = vec![repository().join("crates"), repository().join("tests")];
    let mut missing: BTreeSet<&str> = tests.iter().copied().collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path)?;
                missing.retain(|test| !source.contains(&format!("fn {test}(")));
            }
        }
    }
    so(missing.is_empty(), &format!("no test is called {missing:?}"))
}

/// Every competency and every item.
fn figures(result: &Value) -> impl Iterator<Item = &Value> {
    list(&result["competencies"])
        .iter()
        .flat_map(|competency| std::iter::once(competency).chain(list(&competency["items"])))
}

fn items(result: &Value) -> impl Iterator<Item = &Value> {
    list(&result["competencies"]).iter().flat_map(|competency| list(&competency["items"]))
}

fn group<'a>(reader: &Reader, round: &'a Ended<'_>) -> Outcome<&'a Value> {
    let found = list(&round.result["groups"]).iter().find(|group| group["id"] == reader.person.group.as_str());
    found.ok_or_else(|| "the result does not list the group".into())
}

/// How many rows of the CSV have all of these values.
fn rows(round: &Ended<'_>, wanted: &[(&str, &str)]) -> usize {
    let has = |row: &&BTreeMap<String, String>| {
        wanted.iter().all(|(name, value)| row.get(*name).is_some_and(|found| found == value))
    };
    round.rows.iter().filter(has).count()
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
}

/// How many people answered an item whose group is one of these.
fn answered(round: &Ended<'_>, groups: &[Value], item: &str) -> usize {
    let of_these = round.given.iter().filter(|(person, _)| groups.iter().any(|group| *group == person.group.as_str()));
    of_these.filter(|(_, answers)| answers.ratings.get(item).is_some_and(Option::is_some)).count()
}

fn shown_by_name(reader: &Reader, round: &Ended<'_>) -> Outcome {
    so(reader.kind != Kind::Anonymous && group(reader, round)?["named"] == true, "their group is anonymous")?;
    let Some(sent) = &reader.sent else { return Ok(()) };
    for item in items(&round.result) {
        let id = item["id"].as_str().unwrap_or_default();
        let Some(mark) = sent.ratings.get(id).copied().flatten() else { continue };
        let shown = list(&item["named"]).iter().find(|named| named["name"] == reader.person.name.as_str());
        let shown = shown.ok_or_else(|| format!("{id} is not shown with their name"))?;
        so(
            shown["mean"] == format!("{mark}.0") && shown["group"] == reader.person.group.as_str(),
            &format!("{id} is shown as {shown}"),
        )?;
        let mark = format!("{mark}.0");
        let wanted =
            [("level", "item"), ("item_id", id), ("state", "named"), ("value", &mark), ("name", &reader.person.name)];
        so(rows(round, &wanted) == 1, &format!("the CSV does not say so of {id}"))?;
    }
    Ok(())
}

fn nowhere_by_name(reader: &Reader, round: &Ended<'_>) -> Outcome {
    so(reader.kind == Kind::Anonymous && group(reader, round)?["named"] == false, "their group is named")?;
    let result = round.result.to_string();
    for tell in [&reader.person.name, &reader.person.email] {
        so(
            !result.contains(tell.as_str()) && !round.csv.contains(tell.as_str()),
            "their name or address is in the result",
        )?;
    }
    let as_named =
        |part: &Value| list(&part["named"]).iter().any(|named| named["group"] == reader.person.group.as_str());
    so(
        !figures(&round.result).chain(list(&round.result["comments"])).any(as_named),
        "their group is among those shown by name",
    )
}

fn in_figures(round: &Ended<'_>) -> Outcome {
    let threshold = number(&round.result["policy"]["threshold"]);
    for block in list(&round.result["blocks"]) {
        so(number(&block["responded"]) >= threshold, &format!("a column of fewer people: {block}"))?;
        for item in items(&round.result) {
            let cell = list(&item["cells"])
                .iter()
                .find(|cell| cell["block"] == block["id"])
                .ok_or("a column without a figure")?;
            let people = answered(round, list(&block["groups"]), item["id"].as_str().unwrap_or_default());
            so(cell["state"] == "suppressed" || people >= threshold, &format!("a figure over {people}: {cell}"))?;
        }
    }
    let named = list(&round.result["groups"]).iter().filter(|group| group["named"] == true).map(|group| &group["id"]);
    let named: Vec<&Value> = named.collect();
    let by_name = |figure: &Value| list(&figure["named"]).iter().all(|shown| named.contains(&&shown["group"]));
    so(figures(&round.result).all(by_name), "somebody's own figure is shown who was not told so")
}

fn put_together(reader: &Reader, round: &Ended<'_>) -> Outcome {
    in_figures(round)?;
    let threshold = number(&round.result["policy"]["threshold"]);
    for group in list(&round.result["groups"]).iter().filter(|group| group["named"] == false && group["invited"] != 0) {
        let people = round.given.iter().filter(|(person, _)| group["id"] == person.group.as_str()).count();
        let columns =
            list(&round.result["blocks"]).iter().filter(|block| list(&block["groups"]).contains(&group["id"]));
        let others: Vec<usize> = columns.map(|block| list(&block["groups"]).len()).collect();
        so(others.len() == 1, &format!("{} is in {} columns", group["id"], others.len()))?;
        so(
            people >= threshold || others.iter().all(|&groups| groups > 1),
            &format!("{} is too small and stands alone", group["id"]),
        )?;
    }
    so(reader.kind == Kind::Anonymous, "a named group is in no column")
}

fn not_by_subtracting(round: &Ended<'_>) -> Outcome {
    let threshold = number(&round.result["policy"]["threshold"]);
    for block in list(&round.result["blocks"]) {
        so(number(&block["responded"]) > threshold - 1, &format!("too few others: {block}"))?;
    }
    in_figures(round)
}

/// Looks for what counts answers along the scale, wherever in the result it stands.
fn spread(round: &Ended<'_>) -> Outcome {
    let mut found = Vec::new();
    for item in items(&round.result) {
        distributions(item, &mut found);
    }
    so(!found.is_empty(), "the twelve colleagues show no spread, so this tells nothing")?;
    let (least, smallest) = (
        number(&round.result["policy"]["distribution_threshold"]),
        (number(&round.result["policy"]["colluding_insiders"]) + 2).max(3),
    );
    let columns: Vec<usize> = list(&round.result["blocks"]).iter().map(|block| number(&block["responded"])).collect();
    let in_csv =
        round.rows.iter().filter(|row| row["level"] == "distribution" && !row["column"].ends_with("favourable"));
    so(
        in_csv.map(|row| row["value"].parse().unwrap_or(0)).all(|count: usize| count >= smallest),
        "the CSV counts fewer answers apart",
    )?;
    for bins in found {
        let counts: Vec<usize> = bins.iter().map(|bin| number(&bin["count"])).collect();
        let answers: usize = counts.iter().sum();
        so(answers >= least, &format!("{answers} answers are spread"))?;
        so(counts.iter().all(|&count| count >= smallest), &format!("fewer answers are counted apart: {counts:?}"))?;
        so(
            columns.iter().any(|&column| answers <= column),
            &format!("{answers} answers are of more than one column: {columns:?}"),
        )?;
    }
    Ok(())
}

fn distributions<'a>(value: &'a Value, found: &mut Vec<&'a [Value]>) {
    match value {
        Value::Object(fields) => {
            if let Some(bins) = fields.get("bins") {
                found.push(list(bins));
            }
            fields.values().for_each(|field| distributions(field, found));
        }
        Value::Array(values) => values.iter().for_each(|value| distributions(value, found)),
        _ => {}
    }
}

fn bands(round: &Ended<'_>) -> Outcome {
    let cells = || figures(&round.result).flat_map(|figure| list(&figure["cells"]).iter().chain([&figure["all"]]));
    let is_band = |cell: &&Value| cell["state"] == "low" || cell["state"] == "high";
    so(cells().filter(is_band).all(|cell| cell["mean"].is_null()), "a figure stands beside a band")?;
    so(cells().any(|cell| is_band(&cell)), "nothing is so low or high here, so this tells nothing")
}

fn in_words(round: &Ended<'_>) -> Outcome {
    let words = |competency: &Value| {
        competency["change"].as_str().is_none_or(|change| ["up", "down", "about_the_same"].contains(&change))
    };
    so(
        list(&round.result["competencies"])
            .iter()
            .all(|competency| words(competency) && !competency["change"].is_number()),
        "a change is a number",
    )?;
    elsewhere(&["a_second_round_says_in_words_what_has_moved"])
}

/// The reader's own comment, as it stands in the result: alone, and with a name.
fn comment<'a>(reader: &Reader, round: &'a Ended<'_>) -> (Vec<&'a Value>, Vec<&'a Value>) {
    let text = reader.sent.as_ref().and_then(|sent| sent.comments.get("keep")).cloned().unwrap_or_default();
    let prompts = || list(&round.result["comments"]).iter();
    let is_theirs = move |comment: &&Value| comment["text"] == text.as_str();
    (
        prompts().flat_map(|prompt| list(&prompt["comments"])).filter(is_theirs.clone()).collect(),
        prompts().flat_map(|prompt| list(&prompt["named"])).filter(is_theirs).collect(),
    )
}

fn comment_by_name(reader: &Reader, round: &Ended<'_>) -> Outcome {
    if reader.sent.is_none() {
        return Ok(());
    }
    match comment(reader, round) {
        (alone, named) if alone.is_empty() => match named.as_slice() {
            [named] => so(named["name"] == reader.person.name.as_str(), "another name stands beside it"),
            _ => Err("it is not shown word for word".into()),
        },
        _ => Err("it is shown without their name".into()),
    }
}

fn comment_without_name(reader: &Reader, round: &Ended<'_>) -> Outcome {
    elsewhere(&["comments_without_a_name_wait_for_enough_people_who_answer_without_one"])?;
    if reader.sent.is_none() {
        return Ok(());
    }
    let (alone, named) = comment(reader, round);
    so(named.is_empty(), "a name stands beside it")?;
    let [comment] = alone.as_slice() else { return Err("it is not shown word for word".into()) };
    let fields: BTreeSet<&str> = comment.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    so(fields == BTreeSet::from(["id", "text"]), &format!("more than the text is shown: {fields:?}"))?;
    let text = comment["text"].as_str().unwrap_or_default();
    let alone = [("level", "comment"), ("column", "all"), ("state", "published"), ("value", text), ("name", "")];
    so(rows(round, &[("value", text)]) == 1 && rows(round, &alone) == 1, "the CSV shows more than the text")
}

fn answering_shows(reader: &Reader, round: &Ended<'_>) -> Outcome {
    let shown = group(reader, round)?;
    let raters = &round.started.review()?.raters;
    let asked = raters.iter().filter(|person| person.group == reader.person.group).count();
    let answered = round.given.iter().filter(|(person, _)| person.group == reader.person.group).count();
    so(shown["named"] == true && number(&shown["invited"]) == asked, &format!("{asked} were asked: {shown}"))?;
    so(
        shown["responded"].as_u64().is_some() && number(&shown["responded"]) == answered,
        &format!("{answered} answered: {shown}"),
    )?;
    let named = items(&round.result)
        .any(|item| list(&item["named"]).iter().any(|named| named["name"] == reader.person.name.as_str()));
    let in_csv = rows(round, &[("state", "named"), ("name", &reader.person.name)]) > 0;
    so(named == reader.sent.is_some() && in_csv == named, "their name does not show whether they answered")
}

fn answering_does_not_show(reader: &Reader, round: &Ended<'_>) -> Outcome {
    let shown = group(reader, round)?;
    so(shown["named"] == false && reader.kind == Kind::Anonymous, "whether somebody answered by name is shown")?;
    let column = list(&round.result["blocks"]).iter().find(|block| list(&block["groups"]).contains(&shown["id"]));
    let column = column.ok_or("their group is in no column, which shows that nobody of it answered")?;
    let of_column = list(&round.result["groups"]).iter().filter(|group| list(&column["groups"]).contains(&group["id"]));
    let asked: usize = of_column.map(|group| number(&group["invited"])).sum();
    let answered = number(&column["responded"]);
    let alone = list(&column["groups"]).len() == 1;
    so(
        shown["responded"].is_null() || (alone && number(&shown["responded"]) == answered),
        &format!("a finer count than the column's: {shown}"),
    )?;
    let all_did = round.given.iter().filter(|(person, _)| person.group == reader.person.group).count()
        == number(&shown["invited"]);
    so(answered > 0 && (answered < asked || all_did), &format!("{answered} of {asked} in {column}"))?;
    let columns = list(&round.result["blocks"]);
    so(rows(round, &[("level", "block")]) == columns.len(), "the CSV counts other people than those of each column")?;
    let people: BTreeSet<&str> =
        list(&round.seen_while_open[1]).iter().filter_map(|rater| rater["email"].as_str()).collect();
    so(people.contains(reader.person.email.as_str()), "the administrator's list is without them")?;
    elsewhere(&["a_list_of_raters_is_the_same_before_and_after_they_answer_decline_and_are_reminded"])
}

/// No word of it in the result, nor in what an administrator saw.
fn no_is_not_told(round: &Ended<'_>) -> Outcome {
    let told = [round.result.to_string(), round.csv.clone(), round.seen_while_open.to_string()]
        .into_iter()
        .any(|text| text.contains("declin"));
    so(!told, "it is told who said no")
}

fn one_number(round: &Ended<'_>) -> Outcome {
    let progress = &round.seen_while_open[0]["reviews"];
    let sets: Vec<&Value> = list(progress).iter().flat_map(|review| list(&review["groups"])).collect();
    let groups = list(&round.result["groups"]).iter().filter(|group| group["invited"] != 0).count();
    so(
        matches!(sets.as_slice(), [all] if list(&all["groups"]).len() == groups),
        &format!("more than one number: {progress}"),
    )?;
    elsewhere(&["everybody_is_counted_together"])
}

fn read_first(round: &Ended<'_>) -> Outcome {
    so(
        round.readable.first && round.readable.before == [false; 3],
        "somebody else could read it before its release, or the facilitator could not",
    )
}

fn advisers_read(round: &Ended<'_>) -> Outcome {
    elsewhere(&["an_adviser_reads_the_counted_result_before_release_and_changes_nothing"])?;
    so(round.readable.adviser, "an adviser could not read it before its release")?;
    so(round.readable.adviser_changes == [403; 2], "an adviser could change something")
}

fn takes_out(round: &Ended<'_>) -> Outcome {
    read_first(round)?;
    so(
        !round.result.to_string().contains(&round.readable.taken_out) && !round.csv.contains(&round.readable.taken_out),
        "a comment that was taken out is there",
    )
}

/// A third executive was added while people answered; as launched, two of them and three partners are shown together.
fn added_later(round: &Ended<'_>) -> Outcome {
    let together =
        list(&round.result["blocks"]).iter().map(|block| list(&block["groups"])).find(|groups| groups.len() > 1);
    so(
        together.is_some_and(|groups| groups == ["executive_team", "external"]),
        &format!("{together:?} are shown together"),
    )
}

/// What was sent is not replaced by anything sent later, and there is no way to take it back.
fn cannot_change(reader: &Reader) -> Outcome {
    let Some(sent) = &reader.sent else { return Ok(()) };
    so(reader.link.save(sent)?.status != 200, "a draft can be saved after sending")?;
    so(reader.link.decline()?.status != 200, "they can still say no after sending")?;
    elsewhere(&["answers_sent_several_times_at_once_are_one_ballot"])
}
