//! Looking for many things at once in files of a hundred megabytes.

use std::collections::HashMap;

/// What is looked for: each thing is at least this long.
const HEAD: usize = 8;

/// Things to look for.
pub(super) struct Needles<'a> {
    things: &'a [Vec<u8>],
    by_head: HashMap<[u8; HEAD], Vec<usize>>,
    /// Whether anything begins with these two bytes.
    begins: Vec<bool>,
}

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Which of the things.
    pub(super) thing: usize,
    /// At which byte.
    pub(super) at: usize,
}

impl<'a> Needles<'a> {
    /// Shorter things are left out.
    pub(super) fn new(things: &'a [Vec<u8>]) -> Self {
        let mut by_head: HashMap<[u8; HEAD], Vec<usize>> = HashMap::new();
        let mut begins = vec![false; 1 << 16];
        for (number, thing) in things.iter().enumerate() {
            if let Some(&head) = thing.first_chunk::<HEAD>() {
                by_head.entry(head).or_default().push(number);
                begins[usize::from(u16::from_be_bytes([head[0], head[1]]))] = true;
            }
        }
        Self { things, by_head, begins }
    }

    /// Every place in `hay` where any of them is, in the order of the places.
    pub(super) fn find(&self, hay: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        for at in 0..hay.len().saturating_sub(HEAD - 1) {
            if !self.begins[usize::from(u16::from_be_bytes([hay[at], hay[at + 1]]))] {
                continue;
            }
            let Some(head) = hay[at..].first_chunk::<HEAD>() else { break };
            for &thing in self.by_head.get(head).into_iter().flatten() {
                if hay[at..].starts_with(&self.things[thing]) {
                    found.push(Found { thing, at });
                }
            }
        }
        found
    }
}

/// Pieces of sealed bytes, close enough together that one of them is whole wherever a page ends.
pub(super) fn pieces(sealed: &[u8]) -> Vec<Vec<u8>> {
    const PIECE: usize = 24;
    let step = if sealed.len() > 1000 { 400 } else { PIECE };
    let starts = (0..).step_by(step).take_while(|start| start + PIECE <= sealed.len());
    starts.map(|start| sealed[start..start + PIECE].to_vec()).collect()
}
