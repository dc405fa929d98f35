//! Comments: pooled over all blocks, and shuffled for each prompt by itself.

use candour_domain::{CommentId, Framework, Response};
use rand::CryptoRng;
use rand::seq::SliceRandom;

use crate::document::Comment;

/// The comments of the anonymous raters by prompt, in the framework's order of prompts.
///
/// # Guarantee
/// The order within a prompt and the ids come from `rng` alone: texts are sorted before they are shuffled, so neither
/// the order of the ballots nor the order under another prompt says anything about who wrote what.
pub(crate) fn pooled_comments(
    framework: &Framework,
    responses: &[&Response],
    rng: &mut impl CryptoRng,
) -> Vec<Vec<Comment>> {
    let mut pooled = Vec::new();
    for prompt in framework.prompts() {
        let mut texts: Vec<_> = responses.iter().filter_map(|response| response.comments().get(&prompt.id)).collect();
        texts.sort_unstable();
        texts.shuffle(rng);
        pooled.push(texts.into_iter().map(|text| with_id(text, rng)).collect());
    }
    pooled
}

/// A comment under a fresh id.
pub(crate) fn with_id(text: &str, rng: &mut impl CryptoRng) -> Comment {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    Comment::new(CommentId::from_random(bytes), text.to_owned())
}
