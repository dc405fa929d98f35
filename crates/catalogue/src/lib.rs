//! Every text that people read on a page or in an email, in Fluent files (`texts/<language>/<part>/*.ftl`), and what
//! compiles them.
//!
//! A crate that shows texts calls [`compile`] from its build script. Each message of its part becomes a function of the
//! message's name, and each argument of a message a method of the argument's name, so that a message that is not there,
//! and an argument that is missing or misspelt, do not compile. Nothing is looked up or parsed while the service runs.
//!
//! What a file can hold is a part of Fluent, and everything else is refused with its file and line: messages with a
//! value; arguments (`{ $name }`); choices by number, with the forms of the language (`{ $count -> [one] … *[other] …
//! }`); and the few tags of `markup`. A message is one paragraph: its lines are joined with blanks.
//!
//! British English is the reference. Another language has a folder of its own, the same messages, and in each the same
//! arguments.

mod markup;
mod message;
mod read;
mod rust;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use self::message::Message;

/// The language whose messages every other has too.
const REFERENCE: &str = "en-GB";

/// Why a catalogue cannot be compiled.
#[derive(Debug, thiserror::Error)]
enum Error {
    /// A text is not as it should be.
    #[error("{file}:{line}: {problem}")]
    Text {
        /// The file, from the folder of the texts.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// Two languages do not say the same.
    #[error("{language}: {problem}")]
    Language {
        /// The folder.
        language: String,
        /// What is wrong.
        problem: String,
    },
    /// A file or folder cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Not called from a build script.
    #[error("only a build script can compile texts: {0}")]
    NoBuild(#[from] env::VarError),
}

/// Compiles a part of the catalogue into `texts.rs` in the folder of the build script's output, and has cargo run the
/// script again when a text changes. What is wrong with a text is told to cargo, and fails the build.
#[expect(clippy::print_stdout, reason = "a build script speaks to cargo")]
pub fn compile(part: &str) {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = home.join("texts");
    // A text of another part changes nothing here. A new language is a change in `words`.
    println!("cargo::rerun-if-changed={}", home.join("../words/src/language.rs").display());
    for language in names(&folder).unwrap_or_default() {
        println!("cargo::rerun-if-changed={}", folder.join(language).join(part).display());
    }
    if let Err(error) = compiled(&folder, part) {
        println!("cargo::error={error}");
    }
}

fn compiled(folder: &Path, part: &str) -> Result<(), Error> {
    let folder_of_build = PathBuf::from(env::var("OUT_DIR")?);
    let (to, new) = (folder_of_build.join("texts.rs"), folder_of_build.join("texts.rs.new"));
    let code = rust::write(&catalogue(folder, part)?);
    // A new file each time: where a copy of the target folder shares its files with this one, it keeps its own texts.
    fs::write(&new, code).and_then(|()| fs::rename(&new, &to)).map_err(|error| Error::File { path: to, error })
}

/// The messages of each language, in the order of its files.
type Catalogue = BTreeMap<String, Vec<Message>>;

fn catalogue(folder: &Path, part: &str) -> Result<Catalogue, Error> {
    let mut catalogue = Catalogue::new();
    for language in names(folder)? {
        let mut messages = Vec::new();
        for file in names(&folder.join(&language).join(part))? {
            let name = format!("{language}/{part}/{file}");
            let path = folder.join(&name);
            let text = fs::read_to_string(&path).map_err(|error| Error::File { path, error })?;
            messages.extend(read::messages(&name, &text)?);
        }
        catalogue.insert(language, messages);
    }
    check(&catalogue)?;
    Ok(catalogue)
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let failed = |error| Error::File { path: folder.to_owned(), error };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn check(catalogue: &Catalogue) -> Result<(), Error> {
    let reference = by_name(catalogue, REFERENCE)?;
    for language in catalogue.keys() {
        let said = by_name(catalogue, language)?;
        for (name, message) in &said {
            let Some(original) = reference.get(name) else {
                return Err(message.refused(format!("“{name}” is not in {REFERENCE}")));
            };
            let expected = original.arguments();
            if expected != message.arguments() {
                return Err(message.refused(format!("“{name}” has other arguments than in {REFERENCE}: {expected:?}")));
            }
        }
        if let Some(missing) = reference.keys().find(|name| !said.contains_key(*name)) {
            return Err(Error::Language { language: language.clone(), problem: format!("“{missing}” is missing") });
        }
    }
    Ok(())
}

fn by_name<'a>(catalogue: &'a Catalogue, language: &str) -> Result<BTreeMap<&'a str, &'a Message>, Error> {
    let mut messages = BTreeMap::new();
    for message in catalogue.get(language).into_iter().flatten() {
        if messages.insert(message.name.as_str(), message).is_some() {
            return Err(message.refused(format!("“{}” is there twice", message.name)));
        }
    }
    Ok(messages)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

    fn part_of(files: &[(&str, &str)]) -> Outcome<Result<String, String>> {
        let folder = tempfile::tempdir()?;
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().ok_or("a folder")?)?;
            fs::write(path, text)?;
        }
        Ok(catalogue(folder.path(), "pages")
            .map(|catalogue| rust::write(&catalogue))
            .map_err(|error| error.to_string()))
    }

    fn english(text: &str) -> Outcome<Result<String, String>> {
        part_of(&[("en-GB/pages/a.ftl", text)])
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_line() -> Outcome {
        for (text, told) in [
            ("a = One\nb = { a }", "a.ftl:2: another message"),
            ("a = { -term }", "a.ftl:1: a term"),
            ("-term = Term", "a.ftl:1: a term"),
            ("a = One\n    .title = Two", "a.ftl:1: “a” has attributes"),
            ("a = { NUMBER($count) }", "a.ftl:1: a function"),
            ("a = { $kind ->\n    [own] Own\n   *[other] Other\n }", "a.ftl:1: “own” is no form"),
            ("a = { $count ->\n    [one] Own\n   *[many] Other\n }", "a.ftl:1: the choice by “count” has no *[other]"),
            ("\n\na = One\n\n    Two", "a.ftl:3: “a” has more than one paragraph"),
            ("a = One <i>two</i>", "a.ftl:1: <i> is no tag"),
            ("a = One <b>two", "a.ftl:1: <b> is not closed"),
            ("a = One </b> two", "a.ftl:1: </b> closes nothing"),
            ("a = <b>One <strong>two</b></strong>", "a.ftl:1: <strong> within <b>"),
            ("a = One > two", "a.ftl:1: “>” stands"),
            ("a = One\na = Two", "a.ftl:2: “a” is there twice"),
            ("a = One\n= Two", "a.ftl:2: "),
            ("a = { $Name }", "a.ftl:1: “Name” is no name"),
            ("a = { $type }", "a.ftl:1: “type” is no name"),
        ] {
            let refused = english(text)?.err().ok_or_else(|| format!("{text} is taken"))?;
            assert!(refused.contains(told), "{text}: {refused}");
        }
        Ok(())
    }

    #[test]
    fn every_language_says_the_same() -> Outcome {
        let with =
            |text: &str| part_of(&[("en-GB/pages/a.ftl", "a = One { $name }\nb = Two"), ("cy/pages/a.ftl", text)]);
        assert!(with("b = Dau\na = { $name } un")?.is_ok());
        for (text, told) in [
            ("a = { $name } un", "cy: “b” is missing"),
            ("a = { $name } un\nb = Dau\nc = Tri", "a.ftl:3: “c” is not in en-GB"),
            ("a = { $enw } un\nb = Dau", "a.ftl:1: “a” has other arguments"),
        ] {
            let refused = with(text)?.err().ok_or("it is taken")?;
            assert!(refused.contains(told), "{refused}");
        }
        Ok(())
    }

    #[test]
    fn each_language_chooses_by_its_own_forms() -> Outcome {
        let english = "a = { $count ->\n    [one] A day\n   *[other] { $count } days\n }";
        let polish = "a = { $count ->\n    [0] Nic\n    [one] Dzień\n    [few] { $count } dni\n    [many] { $count } \
         dni\n   *[other] { $count } dnia\n }";
        let code = part_of(&[("en-GB/pages/a.ftl", english), ("pl/pages/a.ftl", polish)])??;
        for chosen in [
            "assert!(Language::EnGb.plurals().len() == 2,",
            "assert!(Language::Pl.plurals().len() == 4,",
            "assert!(Language::Pl.has(candour_words::language::Plural::Few),",
            "if self.arguments.0.is(0) {",
            "self.arguments.0.plural(self.language) == candour_words::language::Plural::Many {",
        ] {
            assert!(code.contains(chosen), "{chosen}: {code}");
        }
        Ok(())
    }

    #[test]
    fn text_is_escaped_where_it_becomes_html_and_lines_become_one() -> Outcome {
        let code = english("a = “One” & \"two\"\n    of <b>three</b>")??;
        assert!(
            code.contains(r#"F::pick("“One” &#38; &#34;two&#34; of <b>three</b>", "“One” & \"two\" of three")"#),
            "{code}"
        );
        Ok(())
    }
}
