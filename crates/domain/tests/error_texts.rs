//! Every text of an error that a person can meet says in plain words what is wrong and what to do.

use std::fmt::Display;

use candour_domain::adviser::AdviserError;
use candour_domain::copy::LeftOut;
use candour_domain::earlier::{LaunchRefused, WhyAgree};
use candour_domain::framework::{FrameworkContent, FrameworkDocument};
use candour_domain::identity_provider::InvalidProvider;
use candour_domain::person::InvalidPerson;
use candour_domain::policy::PolicyError;
use candour_domain::rater::InvalidGroups;
use candour_domain::readiness::LaunchProblem;
use candour_domain::response::ResponseError;
use candour_domain::retention::RetentionError;
use candour_domain::review::ReviewError;
use candour_domain::roster::{ColumnProblem, RosterProblem, UnreadableRoster};
use candour_domain::round::{EndError, RoundError};
use candour_domain::scale::InvalidScale;
use candour_domain::text::{InvalidLine, Unseen, first_unseen};
use candour_domain::wording::{WordedEmail, WordingError};
use candour_domain::{GroupId, ItemId, PromptId, RoundState};
use chrono::{DateTime, Utc};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Words of the language that this is written in, or of its libraries.
const FOREIGN: [&str; 26] = [
    "usize",
    "u8",
    "u16",
    "u32",
    "u64",
    "i32",
    "i64",
    "f64",
    "serde",
    "enum",
    "variant",
    "struct",
    "tuple",
    "sequence",
    "vec",
    "option",
    "some",
    "unwrap",
    "panic",
    "panicked",
    "parse",
    "parsing",
    "deserialize",
    "invalid",
    "expected",
    "malformed",
];

/// What somebody is asked to do, as the first word of a part of the sentence.
const DO: [&str; 24] = [
    "add", "answer", "ask", "cancel", "choose", "close", "correct", "delete", "give", "launch", "leave", "list",
    "name", "number", "open", "raise", "read", "save", "send", "set", "shorten", "try", "use", "write",
];

/// Ways to say the same that do not begin with what to do.
const ALSO_DO: [&str; 6] = [
    "extend sets a later closes_at",
    "lists what to fix",
    "the next one can go out from",
    "the service deletes it when",
    "it can be cancelled",
    "agrees with POST",
];

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What is wrong with a text, if anything is.
fn faults(text: &str) -> Vec<String> {
    let words = words(text);
    let mut faults: Vec<String> =
        words.iter().filter(|word| FOREIGN.contains(&word.as_str())).map(|word| format!("\"{word}\"")).collect();
    if text.starts_with(|c: char| c.is_uppercase()) || text.ends_with(['.', '!', ' ']) || text.trim().is_empty() {
        faults
            .push("it begins in small letters and has no full stop, so that it can stand within a sentence".to_owned());
    }
    if text.contains("  ") || text.contains('\n') || text.contains("::") {
        faults.push("its form".to_owned());
    }
    faults
}

fn says_what_to_do(text: &str) -> bool {
    let plain = text.replace(" and ", "; ").replace(" or ", "; ");
    let mut parts = plain.split(['.', ',', ';', ':']).filter_map(|part| words(part).into_iter().next());
    parts.any(|first| DO.contains(&first.as_str())) || ALSO_DO.iter().any(|words| text.contains(words))
}

/// The texts of every kind of an error. A kind that is not listed does not compile.
macro_rules! texts {
    ($texts:ident, $($kind:pat => $made:expr),+ $(,)?) => {{
        let all = [$($made),+];
        for error in &all {
            match error { $($kind => {})+ }
            $texts.push(error.to_string());
        }
    }};
}

fn unseen() -> Result<Unseen, &'static str> {
    first_unseen("Jo\u{202e}nes").ok_or("it is seen")
}

/// Of values that a caller sends, of lists, and of settings.
fn of_values() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let (mut texts, unseen) = (Vec::new(), unseen()?);
    let (group, item, prompt) = (GroupId::parse("trustees")?, ItemId::parse("strategy.1")?, PromptId::parse("keep")?);
    texts!(texts, InvalidLine::Empty => InvalidLine::Empty, InvalidLine::TooLong(_) => InvalidLine::TooLong(9),
        InvalidLine::Control => InvalidLine::Control, InvalidLine::Unseen(_) => InvalidLine::Unseen(unseen));
    texts!(texts, InvalidPerson::EmailMissing => InvalidPerson::EmailMissing, InvalidPerson::EmailSyntax => InvalidPerson::EmailSyntax,
        InvalidPerson::EmailTooLong => InvalidPerson::EmailTooLong, InvalidPerson::EmailLetter(_) => InvalidPerson::EmailLetter('ü'),
        InvalidPerson::EmailDomain => InvalidPerson::EmailDomain, InvalidPerson::EmailUnseen(_) => InvalidPerson::EmailUnseen(unseen),
        InvalidPerson::NameMissing => InvalidPerson::NameMissing, InvalidPerson::NameTooLong => InvalidPerson::NameTooLong,
        InvalidPerson::NameControl => InvalidPerson::NameControl, InvalidPerson::NameUnseen(_) => InvalidPerson::NameUnseen(unseen));
    texts!(texts, PolicyError::Threshold => PolicyError::Threshold, PolicyError::CommentThreshold => PolicyError::CommentThreshold,
        PolicyError::DistributionThreshold => PolicyError::DistributionThreshold,
        PolicyError::ColludingInsiders => PolicyError::ColludingInsiders,
        PolicyError::ReminderQuietHours => PolicyError::ReminderQuietHours);
    texts!(texts, RetentionError::DestroyAnswers => RetentionError::DestroyAnswers,
        RetentionError::DestroyUnreleased => RetentionError::DestroyUnreleased, RetentionError::ErasePeople => RetentionError::ErasePeople,
        RetentionError::KeepResults => RetentionError::KeepResults, RetentionError::UnreleasedFirst => RetentionError::UnreleasedFirst,
        RetentionError::ResultsBeforeAnswers => RetentionError::ResultsBeforeAnswers,
        RetentionError::ResultsBeforePeople => RetentionError::ResultsBeforePeople);
    texts!(texts, InvalidProvider::Label(_) => InvalidProvider::Label(InvalidLine::Empty),
        InvalidProvider::ClientId => InvalidProvider::ClientId, InvalidProvider::ClientSecret => InvalidProvider::ClientSecret,
        InvalidProvider::Domains => InvalidProvider::Domains, InvalidProvider::Domain => InvalidProvider::Domain);
    texts!(texts, InvalidScale::Size => InvalidScale::Size, InvalidScale::Values => InvalidScale::Values,
        InvalidScale::Label => InvalidScale::Label);
    texts!(texts, InvalidGroups::TooMany => InvalidGroups::TooMany, InvalidGroups::Duplicate(_) => InvalidGroups::Duplicate(group.clone()),
        InvalidGroups::Title(_) => InvalidGroups::Title(group.clone()),
        InvalidGroups::TitleUnseen(..) => InvalidGroups::TitleUnseen(group.clone(), unseen),
        InvalidGroups::SelfMissing => InvalidGroups::SelfMissing, InvalidGroups::Reserved(_) => InvalidGroups::Reserved(group.clone()),
        InvalidGroups::NobodyAnonymous => InvalidGroups::NobodyAnonymous);
    texts!(texts, ResponseError::UnknownItem { .. } => ResponseError::UnknownItem { item: "strategy.99".to_owned() },
        ResponseError::RatingOffScale { .. } => ResponseError::RatingOffScale { item: item.clone(), lowest: 1, highest: 5 },
        ResponseError::ItemNotAsked { .. } => ResponseError::ItemNotAsked { item: item.clone() },
        ResponseError::UnknownPrompt { .. } => ResponseError::UnknownPrompt { prompt: "gossip".to_owned() },
        ResponseError::CommentTooLong { .. } => ResponseError::CommentTooLong { prompt: prompt.clone(), length: 4001 },
        ResponseError::Empty => ResponseError::Empty);
    texts.extend(GroupId::parse("Trustees!").err().map(|error| error.to_string()));
    Ok(texts)
}

/// Of a list of raters.
fn of_lists() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let (mut texts, group, unseen) = (Vec::new(), GroupId::parse("trustees")?, unseen()?);
    let known = "chair, trustees".to_owned();
    texts!(texts, RosterProblem::Person(_) => RosterProblem::Person(InvalidPerson::NameMissing),
        RosterProblem::GroupMissing(_) => RosterProblem::GroupMissing(known.clone()),
        RosterProblem::GroupUnknown { .. } => RosterProblem::GroupUnknown { group: "friends".to_owned(), known: known.clone() },
        RosterProblem::GroupUnseen(_) => RosterProblem::GroupUnseen(unseen), RosterProblem::DuplicateRow(_) => RosterProblem::DuplicateRow(2),
        RosterProblem::AlreadyRater => RosterProblem::AlreadyRater,
        RosterProblem::AnotherGroup(_) => RosterProblem::AnotherGroup(group.clone()),
        RosterProblem::SameMailboxRow(_) => RosterProblem::SameMailboxRow(2), RosterProblem::SameMailbox => RosterProblem::SameMailbox,
        RosterProblem::Subject => RosterProblem::Subject, RosterProblem::GroupNotAsked(_) => RosterProblem::GroupNotAsked(group.clone()),
        RosterProblem::NotSubject => RosterProblem::NotSubject,
        RosterProblem::Fields { .. } => RosterProblem::Fields { expected: 3, found: 2 });
    texts!(texts, UnreadableRoster::Empty => UnreadableRoster::Empty, UnreadableRoster::Encoding { .. } => UnreadableRoster::Encoding { line: 4 },
        UnreadableRoster::Utf16 => UnreadableRoster::Utf16, UnreadableRoster::OtherFile(_) => UnreadableRoster::OtherFile("a PDF"),
        UnreadableRoster::Header { .. } => UnreadableRoster::Header { column: "group" },
        UnreadableRoster::HeaderTwice(_) => UnreadableRoster::HeaderTwice("email"),
        UnreadableRoster::Quote { .. } => UnreadableRoster::Quote { row: 7 }, UnreadableRoster::Csv(_) => UnreadableRoster::Csv("row 3".to_owned()),
        UnreadableRoster::TooLong => UnreadableRoster::TooLong, UnreadableRoster::TooWide => UnreadableRoster::TooWide);
    let typed = || "Z".to_owned();
    texts!(texts, ColumnProblem::NoName => ColumnProblem::NoName, ColumnProblem::NoEmail => ColumnProblem::NoEmail,
        ColumnProblem::NoGroup => ColumnProblem::NoGroup, ColumnProblem::NoAddresses(_) => ColumnProblem::NoAddresses(typed()),
        ColumnProblem::Unknown { .. } => ColumnProblem::Unknown { field: "name", typed: typed() },
        ColumnProblem::Twice { .. } => ColumnProblem::Twice { field: "name", letter: typed() },
        ColumnProblem::Header(_) => ColumnProblem::Header(typed()), ColumnProblem::Group(_) => ColumnProblem::Group(typed()),
        ColumnProblem::NoRows => ColumnProblem::NoRows);
    Ok(texts)
}

/// Of moves that the state forbids, in every state.
fn of_moves() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let (mut texts, unseen) = (Vec::new(), unseen()?);
    let from: DateTime<Utc> = "2027-03-31T17:00:00Z".parse()?;
    let open = RoundState::Open;
    texts!(texts, RoundError::Frozen => RoundError::Frozen, RoundError::NotDraft(_) => RoundError::NotDraft(open),
        RoundError::NotOpen(_) => RoundError::NotOpen(RoundState::Draft), RoundError::NotClosed(_) => RoundError::NotClosed(open),
        RoundError::NotCounted(_) => RoundError::NotCounted(open), RoundError::NotCancellable(_) => RoundError::NotCancellable(open),
        RoundError::NotDeletable(_) => RoundError::NotDeletable(open), RoundError::NotReady => RoundError::NotReady,
        RoundError::Deadline => RoundError::Deadline, RoundError::RemindedRecently { .. } => RoundError::RemindedRecently { hours: 24, from },
        RoundError::LeapSecond => RoundError::LeapSecond, RoundError::NotLater => RoundError::NotLater, RoundError::Title => RoundError::Title,
        RoundError::TitleUnseen(_) => RoundError::TitleUnseen(unseen), RoundError::LaunchSet(_) => RoundError::LaunchSet(from),
        RoundError::LaunchTime => RoundError::LaunchTime,
        RoundError::Wording(..) => RoundError::Wording(WordedEmail::Reminder, WordingError::TooLong));
    texts!(texts, WordingError::TooLong => WordingError::TooLong, WordingError::Control => WordingError::Control,
        WordingError::Unseen(_) => WordingError::Unseen(unseen), WordingError::Link(_) => WordingError::Link(7));
    texts!(texts, LeftOut::Erased => LeftOut::Erased, LeftOut::Withdrawn(_) => LeftOut::Withdrawn(2),
        LeftOut::Waiting(_) => LeftOut::Waiting(2), LeftOut::Unusable(_) => LeftOut::Unusable(2),
        LeftOut::Review(_) => LeftOut::Review(ReviewError::Role), LeftOut::Person(_) => LeftOut::Person(InvalidPerson::NameMissing),
        LeftOut::Advisers(_) => LeftOut::Advisers(2));
    for state in RoundState::ALL {
        let moves = [RoundError::NotDraft(state), RoundError::NotOpen(state), RoundError::NotDeletable(state)];
        texts.extend(moves.iter().map(ToString::to_string));
    }
    texts!(texts, ReviewError::OwnFacilitator => ReviewError::OwnFacilitator,
        ReviewError::AdministratorFacilitates => ReviewError::AdministratorFacilitates,
        ReviewError::FacilitatorAdministrates => ReviewError::FacilitatorAdministrates,
        ReviewError::FacilitatorFrozen => ReviewError::FacilitatorFrozen, ReviewError::Role => ReviewError::Role,
        ReviewError::RoleUnseen(_) => ReviewError::RoleUnseen(unseen), ReviewError::NotCounted => ReviewError::NotCounted,
        ReviewError::Released => ReviewError::Released, ReviewError::NotScheduled => ReviewError::NotScheduled,
        ReviewError::ReleaseTime => ReviewError::ReleaseTime,
        ReviewError::LeapSecond => ReviewError::LeapSecond, ReviewError::Adviser(_) => ReviewError::Adviser(AdviserError::Named));
    texts!(texts, AdviserError::Subject => AdviserError::Subject, AdviserError::Facilitator => AdviserError::Facilitator,
        AdviserError::Administrator => AdviserError::Administrator, AdviserError::Administrates => AdviserError::Administrates,
        AdviserError::Named => AdviserError::Named, AdviserError::TooMany => AdviserError::TooMany,
        AdviserError::NotPromised => AdviserError::NotPromised, AdviserError::Over(_) => AdviserError::Over(RoundState::Archived));
    let (subject, title) = ("Jo Mason".to_owned(), "Spring".to_owned());
    texts!(texts, LaunchRefused::AdministratorFacilitates { .. } => LaunchRefused::AdministratorFacilitates { subject: subject.clone() },
        LaunchRefused::AdministratorAdvises { .. } => LaunchRefused::AdministratorAdvises { subject: subject.clone() },
        LaunchRefused::UnderWay { .. } =>
            LaunchRefused::UnderWay { subject: subject.clone(), title: title.clone(), state: "open" },
        LaunchRefused::AgreementNeeded { .. } =>
            LaunchRefused::AgreementNeeded { why: WhyAgree::Recent { subject: subject.clone(), title: title.clone(), days: 40 } });
    texts.push(LaunchRefused::AgreementNeeded { why: WhyAgree::SameName { subject, title } }.to_string());
    texts!(texts, LaunchProblem::NobodyAnonymous => LaunchProblem::NobodyAnonymous, LaunchProblem::NothingToShow => LaunchProblem::NothingToShow,
        LaunchProblem::SelfMissing => LaunchProblem::SelfMissing);
    Ok(texts)
}

/// Of a questionnaire in which everything is wrong.
fn of_a_framework() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let good = FrameworkContent::school_trust_executive()?.document().clone();
    let mut ruined = FrameworkDocument { key: "No Key".to_owned(), title: String::new(), minutes: 0, ..good.clone() };
    for competency in &mut ruined.competencies {
        "Jo\u{202e}nes".clone_into(&mut competency.title);
        for item in &mut competency.items {
            (item.others, item.own) = (String::new(), "x".repeat(501));
            item.id = ItemId::parse("same")?;
        }
    }
    ruined.prompts = std::iter::repeat_n(good.prompts.first().cloned().ok_or("no prompt")?, 21).collect();
    let mut empty = FrameworkDocument { competencies: Vec::new(), ..good.clone() };
    empty.prompts.clear();
    let mut bare = good;
    bare.competencies.iter_mut().for_each(|competency| competency.items.clear());
    let errors = [ruined, empty, bare].map(|document| FrameworkContent::parse(document).err().unwrap_or_default());
    Ok(errors.iter().flatten().map(ToString::to_string).collect())
}

/// Of what only the service itself asks for: no person can put it right.
fn of_ours() -> Vec<String> {
    let mut texts = Vec::new();
    texts!(texts, EndError::StillNeeded(_) => EndError::StillNeeded(RoundState::Open), EndError::Done => EndError::Done,
        EndError::NotReleased(_) => EndError::NotReleased(RoundState::Open), EndError::StillThere => EndError::StillThere);
    texts.extend(
        [RoundError::NotClosed(RoundState::Open), RoundError::NotCounted(RoundState::Open)]
            .map(|error| error.to_string()),
    );
    texts
}

fn report(of: &str, faults: &[impl Display]) -> String {
    format!("{of}: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

#[test]
fn every_error_says_in_plain_words_what_is_wrong_and_what_to_do() -> Outcome {
    let ours = of_ours();
    let framework = of_a_framework()?;
    assert!(framework.iter().collect::<std::collections::BTreeSet<_>>().len() >= 10, "{framework:#?}");
    let met = [of_values()?, of_lists()?, of_moves()?, framework].concat();
    let mut wrong: Vec<String> = met
        .iter()
        .chain(&ours)
        .filter(|text| !faults(text).is_empty())
        .map(|text| report(text, &faults(text)))
        .collect();
    wrong.extend(
        met.iter()
            .filter(|text| !ours.contains(text) && !says_what_to_do(text))
            .map(|text| report(text, &["what to do?"])),
    );
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

#[test]
fn a_text_that_says_too_little_or_speaks_of_the_program_is_found() {
    for bad in [
        "invalid value",
        "expected u8",
        "Give a name",
        "give a name.",
        "unknown variant `x`",
        "the field is a usize; send one",
        "",
    ] {
        assert!(!faults(bad).is_empty(), "{bad}");
    }
    for bad in [
        "threshold is between 3 and 1000",
        "the group \"staff\" is here twice",
        "closes_at is in the future and at most a year away",
        "the list has no name; the group is open",
    ] {
        assert!(!says_what_to_do(bad), "{bad}");
    }
}
