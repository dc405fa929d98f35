//! The result: printed as it grows, and put into the README when that is wanted.

use std::path::Path;

use crate::{Outcome, speak};

/// The text of the result, by section.
#[derive(Default)]
pub(crate) struct Paper(Vec<(String, Vec<String>)>);

impl Paper {
    /// Begins a section. The README has a place for each.
    pub(crate) fn section(&mut self, name: &str) {
        self.0.push((name.to_owned(), Vec::new()));
    }

    /// Adds a heading.
    pub(crate) fn heading(&mut self, text: &str) {
        self.add(&format!("### {text}"));
    }

    /// Adds a paragraph or a table.
    pub(crate) fn add(&mut self, block: &str) {
        speak::line(&format!("{block}\n"));
        if let Some((_, blocks)) = self.0.last_mut() {
            blocks.push(block.to_owned());
        }
    }

    /// Puts each section into its place in the README of the bench.
    pub(crate) fn write(&self) -> Outcome {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let mut text = std::fs::read_to_string(&file)?;
        for (name, blocks) in &self.0 {
            text = replaced(&text, name, &blocks.join("\n\n"))?;
        }
        Ok(std::fs::write(file, text)?)
    }
}

/// The text with something else between the marks of a section.
fn replaced(text: &str, section: &str, by: &str) -> Outcome<String> {
    let (begin, end) = (format!("<!-- {section} -->\n"), format!("<!-- end of {section} -->"));
    let (before, rest) = text.split_once(&begin).ok_or_else(|| format!("the README has no place for {section}"))?;
    let (_, after) =
        rest.split_once(&end).ok_or_else(|| format!("the place for {section} in the README has no end"))?;
    Ok(format!("{before}{begin}\n{by}\n\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;
    use crate::Part;

    #[test]
    fn a_section_takes_the_place_of_what_was_there() -> Outcome {
        let text = "a\n<!-- x -->\n\nold\n\n<!-- end of x -->\nb\n";
        assert_eq!(replaced(text, "x", "new")?, "a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb\n");
        assert!(replaced(text, "y", "new").is_err());
        Ok(())
    }

    #[test]
    fn the_readme_has_a_place_for_every_part() -> Outcome {
        let mut text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"))?;
        let parts = Part::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
        for name in parts.map(|part| part.get_name().to_owned()).chain(["machine".to_owned()]) {
            text = replaced(&text, &name, "")?;
        }
        Ok(())
    }
}
