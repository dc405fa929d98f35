//! Reading a Fluent file.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use fluent_syntax::parser;

use crate::Error;
use crate::markup;
use crate::message::{Message, Piece, When};

/// The forms of a number, as Fluent names them and as `candour_words::language::Plural` does; `other` is the default of
/// a choice.
const PLURALS: [(&str, &str); 5] = [("zero", "Zero"), ("one", "One"), ("two", "Two"), ("few", "Few"), ("many", "Many")];

/// The messages of a file.
pub(crate) fn messages(file: &str, text: &str) -> Result<Vec<Message>, Error> {
    let refused = |line, problem| Error::Text { file: file.to_owned(), line, problem };
    let line = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
    // What the parser hands out are slices of the text.
    let line_of = |part: &str| line((part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize));
    let resource = parser::parse(text).map_err(|(_, errors)| {
        let first = errors.first();
        refused(
            first.map_or(1, |error| line(error.pos.start)),
            first.map_or_else(String::new, |error| error.kind.to_string()),
        )
    })?;
    let mut messages = Vec::new();
    for entry in resource.body {
        match entry {
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            Entry::Term(term) => return Err(refused(line_of(term.id.name), "a term is not understood".to_owned())),
            Entry::Junk { content } => return Err(refused(line_of(content), "this is not Fluent".to_owned())),
            Entry::Message(message) => {
                let (name, line) = (message.id.name, line_of(message.id.name));
                if !message.attributes.is_empty() {
                    return Err(refused(line, format!("“{name}” has attributes, which are not understood")));
                }
                let pattern = message.value.ok_or_else(|| refused(line, format!("“{name}” says nothing")))?;
                let pieces =
                    is_name(name).and_then(|()| pieces(name, &pattern)).map_err(|problem| refused(line, problem))?;
                messages.push(Message { name: name.to_owned(), file: file.to_owned(), line, pieces });
            }
        }
    }
    Ok(messages)
}

fn pieces(message: &str, pattern: &Pattern<&str>) -> Result<Vec<Piece>, String> {
    let (mut pieces, mut text) = (Vec::new(), String::new());
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { expression } => {
                pieces.extend(tagged(message, &std::mem::take(&mut text))?);
                pieces.push(placeable(message, expression)?);
            }
        }
    }
    pieces.extend(tagged(message, &text)?);
    markup::is_balanced(&pieces)?;
    Ok(pieces)
}

fn tagged(message: &str, text: &str) -> Result<Vec<Piece>, String> {
    if text.contains("\n\n") {
        return Err(format!("“{message}” has more than one paragraph"));
    }
    markup::pieces(&text.replace('\n', " "))
}

fn placeable(message: &str, expression: &Expression<&str>) -> Result<Piece, String> {
    match expression {
        Expression::Inline(InlineExpression::VariableReference { id }) => {
            is_name(id.name)?;
            Ok(Piece::Argument(id.name.to_owned()))
        }
        Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
            is_name(id.name)?;
            let (mut cases, mut otherwise) = (Vec::new(), None);
            for variant in variants {
                let pieces = pieces(message, &variant.value)?;
                match variant.key {
                    VariantKey::Identifier { name: "other" } if variant.default => otherwise = Some(pieces),
                    VariantKey::NumberLiteral { value } if !variant.default => {
                        let number = value.parse().map_err(|_error| format!("[{value}] is no whole number"))?;
                        cases.push((When::Is(number), pieces));
                    }
                    VariantKey::Identifier { name } if !variant.default => {
                        let known = PLURALS.iter().find(|(plural, _)| *plural == name);
                        let (_, plural) = known.ok_or_else(|| format!("“{name}” is no form of a number"))?;
                        cases.push((When::Takes(plural), pieces));
                    }
                    VariantKey::Identifier { .. } | VariantKey::NumberLiteral { .. } => {}
                }
            }
            // A number is looked at before its form.
            cases.sort_by_key(|(when, _)| matches!(when, When::Takes(_)));
            let otherwise = otherwise.ok_or_else(|| format!("the choice by “{}” has no *[other]", id.name))?;
            Ok(Piece::Choice { by: id.name.to_owned(), cases, otherwise })
        }
        Expression::Select { .. } => Err("a choice by something else than an argument is not understood".to_owned()),
        Expression::Inline(inline) => Err(format!("{} is not understood", what(inline))),
    }
}

fn what(inline: &InlineExpression<&str>) -> &'static str {
    match inline {
        InlineExpression::StringLiteral { .. } => "a quoted text",
        InlineExpression::NumberLiteral { .. } => "a number",
        InlineExpression::FunctionReference { .. } => "a function",
        InlineExpression::MessageReference { .. } => "another message",
        InlineExpression::TermReference { .. } => "a term",
        InlineExpression::VariableReference { .. } => "an argument",
        InlineExpression::Placeable { .. } => "a placeable in a placeable",
    }
}

/// Words that are no names in Rust, and that somebody might call an argument.
const KEYWORDS: [&str; 14] =
    ["as", "box", "do", "for", "if", "in", "let", "match", "move", "ref", "self", "type", "use", "where"];

/// Names become names in Rust.
fn is_name(name: &str) -> Result<(), String> {
    let fits = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !KEYWORDS.contains(&name);
    if fits {
        Ok(())
    } else {
        Err(format!("“{name}” is no name: use small letters, digits and hyphens, and no word of Rust"))
    }
}
