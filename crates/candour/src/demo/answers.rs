//! Synthetic raters: each opens the link in their email, reads the questionnaire, saves a draft and sends.

use std::collections::BTreeMap;
use std::sync::Mutex;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::{Value, json};

use super::caller::{agent, read};
use super::mailbox::Letter;
use super::{DemoError, people};

/// What came of it.
pub(super) struct Sent {
    /// How many sent their answers.
    pub(super) responded: usize,
}

/// How the sample trust sees its chief executive: competency, others' mean and the subject's own, in tenths.
const VIEWS: [(&str, i32, i32); 8] = [
    ("ethics", 43, 45),
    ("strategy", 41, 40),
    ("education", 39, 35),
    ("safeguarding", 42, 42),
    ("people", 30, 42),
    ("resources", 38, 33),
    ("governance", 36, 40),
    ("civic", 31, 30),
];

const COMMENTS: [(&str, &[&str]); 4] = [
    (
        "keep",
        &[
            "Visiting schools without an entourage. People talk to her.",
            "Telling us bad news early and plainly.",
            "Putting children first when the budget pulls the other way.",
            "Explaining the reasons behind hard decisions.",
        ],
    ),
    (
        "more",
        &[
            "Time with middle leaders, not only heads.",
            "Let others chair. The team is stronger than the meetings show.",
            "Sharing what other trusts do well.",
            "Saying thank you in public.",
        ],
    ),
    (
        "differently",
        &[
            "Fewer initiatives at a time. We are still finishing the last one.",
            "Deal with underperformance sooner; everyone can see it.",
            "Send papers a week ahead rather than the night before.",
        ],
    ),
    (
        "help",
        &[
            "A clear succession plan for the central team.",
            "One shared calendar of what is expected from schools, and when.",
            "A stronger voice with the local authority on places for special needs.",
        ],
    ),
];

/// Lets the raters of a round about somebody, by address, answer, four at a time. Some do not, as in life.
pub(super) fn answer_all(base: &str, letters: &[Letter], subject: &str, seed: u64) -> Result<Sent, DemoError> {
    let comments = hand_out_comments(letters, subject, seed);
    let waiting = Mutex::new(letters.iter().collect::<Vec<_>>());
    let outcomes = std::thread::scope(|scope| {
        let work = || -> Result<usize, DemoError> {
            let agent = agent();
            let mut sent = 0;
            while let Some(letter) = waiting.lock().ok().and_then(|mut waiting| waiting.pop()) {
                sent += usize::from(answer(&agent, base, letter, comments.get(letter.to.as_str()), (subject, seed))?);
            }
            Ok(sent)
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_panic| DemoError::Missing("rater thread"))?)
            .collect::<Vec<_>>()
    });
    Ok(Sent { responded: outcomes.into_iter().sum::<Result<usize, _>>()? })
}

/// What one rater writes: prompt to text.
type Comments = BTreeMap<&'static str, &'static str>;

/// Gives every sample comment to one rater, chosen by the seed.
fn hand_out_comments<'a>(letters: &'a [Letter], subject: &str, seed: u64) -> BTreeMap<&'a str, Comments> {
    let mut writers: Vec<_> = letters.iter().map(|letter| letter.to.as_str()).filter(|to| *to != subject).collect();
    writers.sort_unstable();
    writers.shuffle(&mut StdRng::seed_from_u64(seed));
    let mut given: BTreeMap<&'a str, Comments> = BTreeMap::new();
    let texts = COMMENTS.into_iter().flat_map(|(prompt, texts)| texts.iter().map(move |text| (prompt, *text)));
    for ((prompt, text), writer) in texts.zip(writers) {
        given.entry(writer).or_default().insert(prompt, text);
    }
    given
}

fn answer(
    agent: &ureq::Agent,
    base: &str,
    letter: &Letter,
    comments: Option<&Comments>,
    (subject, seed): (&str, u64),
) -> Result<bool, DemoError> {
    let mut rng = rng_of(&letter.to, seed);
    let by_name = letter.to == subject || letter.to == people::CHAIR.1;
    if !by_name && rng.random_ratio(3, 20) {
        return Ok(false);
    }
    // The page in the email, as a phone would open it.
    read("GET /s/{token}", agent.get(&letter.link).call()?)?;
    let token = letter.link.rsplit('/').next().unwrap_or_default();
    let opened = agent.get(format!("{base}/v1/survey/{token}")).call()?;
    let draft = opened.headers().get("ETag").and_then(|tag| tag.to_str().ok()).unwrap_or_default().to_owned();
    let survey: Value = serde_json::from_str(&read("GET /v1/survey/{token}", opened)?)?;
    let response = fill_in(&survey, letter.to == subject, comments, &mut rng);
    let put = |what: &str| {
        let request = agent.put(format!("{base}/v1/survey/{token}/{what}")).header("Content-Type", "application/json");
        // A draft says which one it was made from; what is sent says all by itself.
        let request = if what == "draft" { request.header("If-Match", &draft) } else { request };
        read(&format!("PUT /v1/survey/{{token}}/{what}"), request.send(response.to_string())?)
    };
    put("draft")?;
    put("response")?;
    if letter.to == people::CHAIR.1 {
        put("response")?;
    }
    Ok(true)
}

/// Each rater has a generator of their own, so that the order in which they answer makes no difference.
fn rng_of(address: &str, seed: u64) -> StdRng {
    let mixed = address
        .bytes()
        .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    StdRng::seed_from_u64(mixed)
}

fn fill_in(survey: &Value, own: bool, comments: Option<&Comments>, rng: &mut impl Rng) -> Value {
    let mut ratings = BTreeMap::new();
    for competency in survey["competencies"].as_array().into_iter().flatten() {
        let id = competency["id"].as_str().unwrap_or_default();
        let mean = VIEWS
            .iter()
            .find(|(known, ..)| *known == id)
            .map_or(35, |(_, others, mine)| if own { *mine } else { *others });
        let leaning = rng.random_range(-5..=5);
        for item in competency["items"].as_array().into_iter().flatten() {
            let tenths = mean + if own { rng.random_range(-3..=3) } else { leaning + rng.random_range(-9..=9) };
            let rating = (!rng.random_ratio(1, 16)).then_some(((tenths + 5) / 10).clamp(1, 5));
            ratings.insert(item["id"].as_str().unwrap_or_default().to_owned(), rating);
        }
    }
    json!({"ratings": ratings, "comments": comments.cloned().unwrap_or_default()})
}
