//! Writing the catalogue as Rust.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use crate::markup::escaped;
use crate::message::{Message, Piece, Use, When};
use crate::{Catalogue, REFERENCE};

/// The code of a part of the catalogue.
pub(crate) fn write(catalogue: &Catalogue) -> String {
    let mut code = String::new();
    // A string takes everything.
    _ = code_of(catalogue, &mut code);
    code
}

const HEAD: &str = "use std::fmt::{self, Display, Write};
use std::marker::PhantomData;

use askama::filters::HtmlSafe;
use askama::{FastWritable, Values};
use candour_words::language::Language;
use candour_words::message::{Argument, Fixed, Form, Html, Missing};

/// The texts in one language and one form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<F> {
    /// The language.
    pub(crate) language: Language,
    form: PhantomData<F>,
}
";

fn code_of(catalogue: &Catalogue, code: &mut String) -> fmt::Result {
    code.push_str(HEAD);
    let other_languages: BTreeMap<&str, BTreeMap<&str, &Message>> = catalogue
        .iter()
        .map(|(language, messages)| {
            (language.as_str(), messages.iter().map(|message| (message.name.as_str(), message)).collect())
        })
        .collect();
    code.push_str("\nimpl<F: Form> Texts<F> {\n    pub(crate) const fn new(language: Language) -> Self {\n        ");
    code.push_str("Self { language, form: PhantomData }\n    }\n");
    let mut types = String::new();
    for message in catalogue.get(REFERENCE).into_iter().flatten() {
        let translations: Vec<(String, &Message)> = other_languages
            .iter()
            .filter_map(|(language, messages)| {
                messages.get(message.name.as_str()).map(|message| (pascal(language), *message))
            })
            .collect();
        let arguments: Vec<(&str, Use)> = message.arguments().into_iter().collect();
        writeln!(code, "\n    // {}:{}", message.file, message.line)?;
        let function = snake(&message.name);
        if arguments.is_empty() {
            writeln!(
                code,
                "    pub(crate) fn {function}(self) -> Fixed<F> {{\n        let text = match self.language {{"
            )?;
            for (language, message) in &translations {
                writeln!(code, "            Language::{language} => {},", spelling(&spellings(&message.pieces)))?;
            }
            writeln!(code, "        }};\n        Fixed::of_the_catalogue(text)\n    }}")?;
        } else {
            let name = pascal(&message.name);
            let missing = vec!["Missing"; arguments.len()].join(", ");
            writeln!(code, "    pub(crate) fn {function}(self) -> {name}<F, {missing}> {{")?;
            writeln!(
                code,
                "        {name} {{ language: self.language, form: PhantomData, arguments: ({missing},) }}\n    }}"
            )?;
            type_of(&name, &arguments, &translations, &mut types)?;
        }
    }
    code.push_str("}\n");
    code.push_str(&types);
    Ok(())
}

/// The type of a message with arguments: what is still missing is `Missing`, and what has no `Missing` can be written.
fn type_of(
    name: &str,
    arguments: &[(&str, Use)],
    translations: &[(String, &Message)],
    code: &mut String,
) -> fmt::Result {
    let parameters: Vec<String> = (0..arguments.len()).map(|at| format!("A{at}")).collect();
    let all = parameters.join(", ");
    writeln!(code, "\n#[derive(Clone, Copy, Debug)]\npub(crate) struct {name}<F, {all}> {{")?;
    writeln!(code, "    language: Language,\n    form: PhantomData<F>,\n    arguments: ({all},),\n}}")?;
    for (at, (argument, used)) in arguments.iter().enumerate() {
        let others: Vec<&String> =
            parameters.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other).collect();
        let others = others.into_iter().fold(String::new(), |others, other| format!("{others}, {other}"));
        let with = |this: &str| replaced(&parameters, at, this).join(", ");
        let given: Vec<String> = (0..arguments.len()).map(|other| format!("self.arguments.{other}")).collect();
        let method = snake(argument);
        let given = replaced(&given, at, &method).join(", ");
        writeln!(code, "\nimpl<F: Form{others}> {name}<F, {}> {{", with("Missing"))?;
        writeln!(
            code,
            "    pub(crate) fn {method}<A: {}>(self, {method}: A) -> {name}<F, {}> {{",
            bound(*used),
            with("A")
        )?;
        writeln!(
            code,
            "        {name} {{ language: self.language, form: PhantomData, arguments: ({given},) }}\n    }}\n}}"
        )?;
    }
    let bounds = |form: &str| {
        let bounds =
            arguments.iter().enumerate().map(|(at, (_, used))| format!("A{at}: {}", bound(*used).replace('F', form)));
        bounds.collect::<Vec<_>>().join(", ")
    };
    for (language, message) in translations {
        proofs(message, language, &message.pieces, code)?;
    }
    let written = bounds("F");
    writeln!(code, "\nimpl<F: Form, {written}> Argument<F> for {name}<F, {all}> {{")?;
    writeln!(code, "    fn write(&self, to: &mut dyn Write) -> fmt::Result {{\n        match self.language {{")?;
    for (language, message) in translations {
        writeln!(code, "            Language::{language} => {{")?;
        for piece in spellings(&message.pieces) {
            statement(&piece, arguments, code)?;
        }
        writeln!(code, "            }}")?;
    }
    writeln!(code, "        }}\n        Ok(())\n    }}\n}}")?;
    writeln!(code, "\nimpl<F: Form, {written}> Display for {name}<F, {all}> {{")?;
    writeln!(
        code,
        "    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{\n        self.write(f)\n    }}\n}}"
    )?;
    writeln!(code, "\nimpl<F: Form, {written}> FastWritable for {name}<F, {all}> {{")?;
    writeln!(code, "    fn write_into(&self, to: &mut dyn Write, _values: &dyn Values) -> askama::Result<()> {{")?;
    writeln!(code, "        Ok(self.write(to)?)\n    }}\n}}")?;
    writeln!(code, "\nimpl<{}> HtmlSafe for {name}<Html, {all}> {{}}", bounds("Html"))
}

/// Has the compiler prove that each choice by a number names every form of the language, and no other.
fn proofs(message: &Message, language: &str, pieces: &[Piece], code: &mut String) -> fmt::Result {
    for piece in pieces {
        let Piece::Choice { by, cases, otherwise } = piece else { continue };
        let told = format!("{}:{}: in “{}” the choice by “{by}”", message.file, message.line, message.name);
        let forms = cases.iter().filter(|(when, _)| matches!(when, When::Takes(_))).count() + 1;
        writeln!(
            code,
            "const _: () = assert!(Language::{language}.plurals().len() == {forms}, \"{told} needs every form once\");"
        )?;
        for (when, pieces) in cases {
            if let When::Takes(plural) = when {
                let told = format!("{told} has a form that the language does not have: {plural}");
                writeln!(
                    code,
                    "const _: () = assert!(Language::{language}.has(candour_words::language::Plural::{plural}), \
                     \"{told}\");"
                )?;
            }
            proofs(message, language, pieces, code)?;
        }
        proofs(message, language, otherwise, code)?;
    }
    Ok(())
}

fn statement(part: &Part<'_>, arguments: &[(&str, Use)], code: &mut String) -> fmt::Result {
    let at = |name: &str| arguments.iter().position(|(argument, _)| *argument == name).unwrap_or_default();
    match part {
        Part::Text { .. } => writeln!(code, "to.write_str({})?;", spelling(std::slice::from_ref(part))),
        Part::Argument(name) => writeln!(code, "self.arguments.{}.write(to)?;", at(name)),
        Part::OfTag(name) => writeln!(code, "if F::IS_HTML {{ self.arguments.{}.write(to)?; }}", at(name)),
        Part::Choice { by, cases, otherwise } => {
            for (when, pieces) in *cases {
                match when {
                    When::Is(number) => writeln!(code, "if self.arguments.{}.is({number}) {{", at(by))?,
                    When::Takes(plural) => {
                        writeln!(
                            code,
                            "if self.arguments.{}.plural(self.language) == candour_words::language::Plural::{plural} \
                             {{",
                            at(by)
                        )?;
                    }
                }
                for piece in spellings(pieces) {
                    statement(&piece, arguments, code)?;
                }
                write!(code, "}} else ")?;
            }
            writeln!(code, "{{")?;
            for piece in spellings(otherwise) {
                statement(&piece, arguments, code)?;
            }
            writeln!(code, "}}")
        }
    }
}

/// A piece as it is written.
enum Part<'a> {
    /// Text in its two spellings.
    Text {
        html: String,
        plain: String,
    },
    Argument(&'a str),
    /// An argument that stands in a tag.
    OfTag(&'a str),
    Choice {
        by: &'a str,
        cases: &'a [(When, Vec<Piece>)],
        otherwise: &'a [Piece],
    },
}

/// Pieces as they are written, text that stands together as one.
fn spellings(pieces: &[Piece]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let text = |parts: &mut Vec<Part<'_>>, more_html: &str, more_plain: &str| {
        if let Some(Part::Text { html, plain }) = parts.last_mut() {
            html.push_str(more_html);
            plain.push_str(more_plain);
        } else {
            parts.push(Part::Text { html: more_html.to_owned(), plain: more_plain.to_owned() });
        }
    };
    for piece in pieces {
        match piece {
            Piece::Text(said) => text(&mut parts, &escaped(said), said),
            Piece::Argument(name) => parts.push(Part::Argument(name)),
            Piece::Open(tag) => {
                text(&mut parts, tag.before(), "");
                if let Some(name) = tag.argument() {
                    parts.push(Part::OfTag(name));
                    text(&mut parts, tag.after(), "");
                }
            }
            Piece::Close(tag) => text(&mut parts, tag.close(), ""),
            Piece::Choice { by, cases, otherwise } => parts.push(Part::Choice { by, cases, otherwise }),
        }
    }
    parts
}

fn spelling(parts: &[Part<'_>]) -> String {
    match parts {
        [Part::Text { html, plain }] if html == plain => format!("{plain:?}"),
        [Part::Text { html, plain }] => format!("F::pick({html:?}, {plain:?})"),
        _ => "\"\"".to_owned(),
    }
}

fn bound(used: Use) -> &'static str {
    match used {
        Use::Text => "Argument<F>",
        Use::Quantity => "Argument<F> + candour_words::message::Quantity",
    }
}

fn replaced(names: &[String], at: usize, with: &str) -> Vec<String> {
    names.iter().enumerate().map(|(other, name)| if other == at { with.to_owned() } else { name.clone() }).collect()
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

fn pascal(name: &str) -> String {
    name.split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect()
            })
        })
        .collect()
}
