//! The questionnaire that is answered, and answers of usual length: 8 competencies of 5 items, and 8 comments.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Map, Value, json};

const COMPETENCIES: usize = 8;
const ITEMS: usize = 5;
const PROMPTS: usize = 8;

/// Words in a comment. What people write under a prompt is mostly between one and three sentences.
const WORDS: std::ops::RangeInclusive<usize> = 20..=50;

/// Different sets of answers; they are sent in turn.
const SHEETS: u64 = 64;

/// What comments are made of: words as long as English words are.
const VOCABULARY: [&str; 24] = [
    "and",
    "the",
    "meetings",
    "with",
    "schools",
    "always",
    "is",
    "clear",
    "about",
    "priorities",
    "more",
    "time",
    "for",
    "headteachers",
    "when",
    "decisions",
    "change",
    "late",
    "we",
    "hear",
    "reasons",
    "would",
    "help",
    "trust",
];

/// The questionnaire as `POST /v1/frameworks` takes it.
pub(crate) fn framework() -> Value {
    let item = |competency: usize, at: usize| {
        json!({
            "id": format!("area{competency}.{at}"),
            "self": format!("I give reasons for difficult decisions and apply the same standards to everyone \
             ({competency}.{at})."),
            "others": format!("Gives reasons for difficult decisions and applies the same standards to everyone \
             ({competency}.{at})."),
        })
    };
    let competency = |at: usize| {
        let items: Vec<Value> = (1..=ITEMS).map(|item_at| item(at, item_at)).collect();
        json!({ "id": format!("area{at}"), "title": format!("Ethical and public-service leadership \
         {at}"), "items": items })
    };
    let prompt = |at: usize| {
        json!({
            "id": format!("prompt{at}"),
            "self": format!("What should you do differently ({at})?"),
            "others": format!("What should this leader do differently ({at})?"),
        })
    };
    let points: Vec<Value> = ["Rarely", "Occasionally", "Often", "Usually", "Consistently"]
        .iter()
        .zip(1..)
        .map(|(label, value)| json!({ "value": value, "label": label }))
        .collect();
    json!({
        "key": "bench", "title": "School-trust executive leader", "minutes": 12,
        "scale": { "points": points, "not_observed": "Not able to say" },
        "competencies": (1..=COMPETENCIES).map(competency).collect::<Vec<_>>(),
        "prompts": (1..=PROMPTS).map(prompt).collect::<Vec<_>>(),
    })
}

/// Answers to all of it, as `PUT /v1/survey/{token}/response` takes them.
pub(crate) fn answer_sheets() -> Vec<String> {
    (0..SHEETS).map(|seed| sheet(&mut StdRng::seed_from_u64(seed)).to_string()).collect()
}

fn sheet(rng: &mut StdRng) -> Value {
    let mut ratings = Map::new();
    for competency in 1..=COMPETENCIES {
        for item in 1..=ITEMS {
            // One in twenty cannot say.
            let rating = if rng.random_range(0..20) == 0 { Value::Null } else { json!(rng.random_range(1..=5)) };
            ratings.insert(format!("area{competency}.{item}"), rating);
        }
    }
    let comments: Map<String, Value> =
        (1..=PROMPTS).map(|prompt| (format!("prompt{prompt}"), json!(comment(rng)))).collect();
    json!({ "ratings": ratings, "comments": comments })
}

fn comment(rng: &mut StdRng) -> String {
    let words = rng.random_range(WORDS);
    (0..words).filter_map(|_| VOCABULARY.choose(rng).copied()).collect::<Vec<_>>().join(" ")
}
