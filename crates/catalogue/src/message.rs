//! A message as it is understood.

use std::collections::BTreeMap;

use crate::Error;
use crate::markup::Tag;

/// One text.
pub(crate) struct Message {
    /// As the file names it: `survey-part-save`.
    pub(crate) name: String,
    /// The file, from the folder of the texts.
    pub(crate) file: String,
    /// Where it begins.
    pub(crate) line: usize,
    /// What it says.
    pub(crate) pieces: Vec<Piece>,
}

/// A piece of a message.
pub(crate) enum Piece {
    /// Text, which is the same in all forms but for escapes.
    Text(String),
    /// What is handed in.
    Argument(String),
    /// The beginning of a tag.
    Open(Tag),
    /// The end of a tag.
    Close(Tag),
    /// One of several texts, by a number.
    Choice {
        /// The argument that is the number.
        by: String,
        /// What is said when.
        cases: Vec<(When, Vec<Piece>)>,
        /// What is said otherwise: the language's form `other`.
        otherwise: Vec<Piece>,
    },
}

/// When a text of a choice is said.
pub(crate) enum When {
    /// The number is this one.
    Is(u64),
    /// The number takes this form in the language: the name of a variant of `Plural`.
    Takes(&'static str),
}

/// What an argument is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It is written.
    Text,
    /// It chooses, and can be written too.
    Quantity,
}

impl Message {
    /// The arguments, by name.
    pub(crate) fn arguments(&self) -> BTreeMap<&str, Use> {
        let mut arguments = BTreeMap::new();
        collect(&self.pieces, &mut arguments);
        arguments
    }

    /// An error about it.
    pub(crate) fn refused(&self, problem: String) -> Error {
        Error::Text { file: self.file.clone(), line: self.line, problem }
    }
}

fn collect<'a>(pieces: &'a [Piece], arguments: &mut BTreeMap<&'a str, Use>) {
    for piece in pieces {
        match piece {
            Piece::Text(_) | Piece::Close(_) => {}
            Piece::Argument(name) => _ = arguments.entry(name).or_insert(Use::Text),
            Piece::Open(tag) => _ = tag.argument().map(|name| arguments.entry(name).or_insert(Use::Text)),
            Piece::Choice { by, cases, otherwise } => {
                arguments.insert(by, Use::Quantity);
                for (_, pieces) in cases {
                    collect(pieces, arguments);
                }
                collect(otherwise, arguments);
            }
        }
    }
}
