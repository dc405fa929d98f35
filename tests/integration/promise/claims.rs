//! What sentences claim, and which sentences a reader of a round may find.

use std::collections::BTreeMap;

use candour_tests::Outcome;
use candour_tests::trust::CONCERNS;
use candour_words::uk_time::uk_time;

use super::ended::{Ended, Reader, text};
use super::sentences::{EMAILS, PAGES, UNHELD};

/// What a sentence claims. `held` says what has to be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Claim {
    /// Nothing that a result could show: what is asked, how to go on, whom to ask, what is beyond any promise.
    Nothing,
    /// Ratings and comments are shown with the reader's name.
    ByName,
    /// The reader's name is in no result.
    WithoutName,
    /// Nobody's ratings without a name are shown but in a figure over as many people as the threshold.
    InFigures,
    /// Groups too small for that are put together.
    PutTogether,
    /// Who takes their own answer away is left with several.
    NotBySubtracting,
    /// Below the threshold there is nothing.
    NothingOfFew,
    /// How answers spread.
    Spread,
    /// Figures near an end of the scale.
    Bands,
    /// Comparison with an earlier round.
    InWords,
    /// The reader's comment stands there with their name.
    CommentByName,
    /// The reader's comment stands there without name and group.
    CommentWithoutName,
    /// Whether the reader answered is shown.
    AnsweringShows,
    /// Whether the reader answered is not shown.
    AnsweringDoesNotShow,
    /// That the reader said no shows as not having answered, and not before the report.
    NoShows,
    /// That the reader said no is shown nowhere.
    NoDoesNotShow,
    /// Who said no is not reminded.
    NoReminders,
    /// Administrators see one number.
    OneNumber,
    /// The facilitator reads first and decides.
    ReadFirst,
    /// Advisers read it with the facilitator and change nothing.
    AdvisersRead,
    /// Neither the subject nor an administrator is an adviser.
    AdvisersAreOthers,
    /// The facilitator may take out a comment.
    TakesOut,
    /// Who reads it once it is released.
    ReadThen,
    /// People added later change nothing in which groups are shown together.
    AddedLater,
    /// What the questions are judged by.
    Questions,
    /// What is sent stays.
    CannotChange,
    /// What is not sent is not counted.
    UnsentIsNotCounted,
    /// Nothing ties sealed answers to a person.
    Sealed,
    /// Only the link opens a draft.
    DraftIsSealed,
    /// A draft comes back through the link.
    DraftComesBack,
    /// Nobody reads answers while the round is open.
    NotLive,
    /// *Not able to say* is in no average.
    LeftOut,
    /// No cookie, and no line in a log about a device.
    NoTrace,
    /// When names, addresses and answers go.
    Kept,
    /// Confirmations do not tell when somebody answered.
    ReceiptsCarryNoTime,
}

impl Claim {
    /// All of them.
    pub(crate) const ALL: &'static [Self] = &[
        Self::Nothing,
        Self::ByName,
        Self::WithoutName,
        Self::InFigures,
        Self::PutTogether,
        Self::NotBySubtracting,
        Self::NothingOfFew,
        Self::Spread,
        Self::Bands,
        Self::InWords,
        Self::CommentByName,
        Self::CommentWithoutName,
        Self::AnsweringShows,
        Self::AnsweringDoesNotShow,
        Self::NoShows,
        Self::NoDoesNotShow,
        Self::NoReminders,
        Self::OneNumber,
        Self::ReadFirst,
        Self::AdvisersRead,
        Self::AdvisersAreOthers,
        Self::TakesOut,
        Self::ReadThen,
        Self::AddedLater,
        Self::Questions,
        Self::CannotChange,
        Self::UnsentIsNotCounted,
        Self::Sealed,
        Self::DraftIsSealed,
        Self::DraftComesBack,
        Self::NotLive,
        Self::LeftOut,
        Self::NoTrace,
        Self::Kept,
        Self::ReceiptsCarryNoTime,
    ];
}

/// What each sentence claims that this reader may read, with the numbers and names of the round.
pub(crate) fn sentences(reader: &Reader, round: &Ended<'_>) -> Outcome<BTreeMap<String, Claim>> {
    let mut known = BTreeMap::new();
    let deadlines = [text(&round.round["closes_at"]), round.first_deadline.clone()];
    for deadline in deadlines {
        let said = facts(reader, round, &uk_time(deadline.parse()?))?;
        let filled = |sentence: &str| {
            said.iter().fold(sentence.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        };
        known.extend(UNHELD.iter().map(|sentence| (filled(sentence), Claim::Nothing)));
        known.extend(PAGES.iter().chain(EMAILS).map(|(claim, sentence)| (filled(sentence), *claim)));
    }
    Ok(known)
}

fn facts(reader: &Reader, round: &Ended<'_>, deadline: &str) -> Outcome<Vec<(&'static str, String)>> {
    let (result, review) = (&round.result, round.started.review()?);
    let threshold = |name: &str| result["policy"][name].as_u64().unwrap_or_default();
    let kept = |name: &str| in_words(round.round["retention"][name].as_u64().unwrap_or_default());
    let title = super::held::list(&result["groups"]).iter().find(|group| group["id"] == reader.person.group.as_str());
    let insiders = threshold("colluding_insiders");
    Ok(vec![
        ("subject", text(&result["subject"]["name"])),
        ("role", text(&result["subject"]["role"])),
        ("trust", "Ashgrove Trust".to_owned()),
        ("facilitator_address", review.facilitator.email.clone()),
        ("facilitator", review.facilitator.name.clone()),
        ("contact", "Beatrix Quillfeather".to_owned()),
        ("contact_address", "contact@ashgrove.example.org".to_owned()),
        ("concerns", CONCERNS.to_owned()),
        ("name", reader.person.name.clone()),
        ("capacity", in_capacity(&reader.person.group).to_owned()),
        ("group", title.map(|group| text(&group["title"])).unwrap_or_default()),
        ("deadline", deadline.to_owned()),
        ("statements", reader.statements.to_string()),
        ("parts", reader.parts.to_string()),
        ("threshold", in_words(threshold("threshold"))),
        ("others", in_words(threshold("threshold") - 1)),
        ("comments", in_words(threshold("comment_threshold"))),
        ("spread", in_words(threshold("distribution_threshold"))),
        ("count", in_words((insiders + 2).max(3))),
        ("together", capitalised(&in_words(insiders + 1))),
        ("people_days", kept("erase_people_days")),
        ("answers_days", kept("destroy_answers_days")),
        ("unreleased_days", kept("destroy_unreleased_days")),
        ("years", kept("keep_results_years")),
    ])
}

/// What somebody of a group calls themselves.
fn in_capacity(group: &str) -> &'static str {
    match group {
        "chair" => "as chair of trustees",
        "trustees" => "as a trustee",
        "executive_team" => "as a member of the executive team",
        "staff" => "as a member of staff",
        "external" => "as an external partner",
        _ => "",
    }
}

fn in_words(number: u64) -> String {
    const WORDS: [&str; 11] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    usize::try_from(number)
        .ok()
        .and_then(|at| WORDS.get(at))
        .map_or_else(|| number.to_string(), |&word| word.to_owned())
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
