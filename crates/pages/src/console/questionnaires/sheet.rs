//! The form of a questionnaire that is being changed: what was typed, and what its buttons do to it. Nothing of it is
//! saved before the last button, so each page carries the whole.

use std::collections::BTreeSet;

use candour_domain::Framework;
use candour_domain::framework::{COMPETENCIES, ITEMS, MOST_PROMPTS};
use candour_domain::scale::POINTS;
use url::form_urlencoded;

/// The whole form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) title: String,
    pub(super) minutes: String,
    /// The words of the scale, from its lowest point.
    pub(super) labels: Vec<String>,
    pub(super) not_observed: String,
    pub(super) parts: Vec<Part>,
    pub(super) prompts: Vec<Line>,
    pub(super) carried: Carried,
}

/// What the form carries besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Carried {
    /// What makes two presses of one button one.
    pub(super) number: String,
    /// The newest version when the form was opened.
    pub(super) latest: String,
    /// With another title: `same` or `other` questionnaire.
    pub(super) kin: String,
}

/// A competency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// Empty for one that is new.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) lines: Vec<Line>,
}

/// A statement or a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Empty for one that is new.
    pub(super) id: String,
    pub(super) others: String,
    pub(super) own: String,
    pub(super) asks: BTreeSet<String>,
    /// Whether it was added or moved just now, and is to be seen.
    pub(super) touched: bool,
}

/// Where something stands in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Part(usize),
    Line(usize, usize),
    Prompt(usize),
}

/// Which button was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    Save,
    /// Nothing but the page again; also what a browser means when Enter is pressed in a line.
    Stay,
    AddPart,
    /// A statement, to this part.
    AddLine(usize),
    AddPrompt,
    Remove(Place),
    Up(Place),
}

impl Sheet {
    /// The form as a questionnaire fills it.
    pub(super) fn of(framework: &Framework, carried: Carried) -> Self {
        let part = |competency: &candour_domain::Competency| Part {
            id: competency.id.to_string(),
            title: competency.title.clone(),
            lines: competency
                .items
                .iter()
                .map(|item| Line {
                    id: item.id.to_string(),
                    others: item.others.clone(),
                    own: item.own.clone(),
                    asks: item.asks.iter().map(ToString::to_string).collect(),
                    touched: false,
                })
                .collect(),
        };
        let prompt = |prompt: &candour_domain::Prompt| Line {
            id: prompt.id.to_string(),
            others: prompt.others.clone(),
            own: prompt.own.clone(),
            ..Line::default()
        };
        Self {
            title: framework.title().to_owned(),
            minutes: framework.minutes().to_string(),
            labels: framework.scale().points().iter().map(|point| point.label.clone()).collect(),
            not_observed: framework.scale().not_observed().to_owned(),
            parts: framework.competencies().iter().map(part).collect(),
            prompts: framework.prompts().iter().map(prompt).collect(),
            carried,
        }
    }

    /// Reads a body. What a page does not send is passed over; a line break becomes a blank, for every text is a line.
    pub(super) fn parse(body: &[u8]) -> (Self, Press) {
        let (mut sheet, mut press) = (Self::default(), Press::Stay);
        for (name, value) in form_urlencoded::parse(body) {
            let line = value.replace("\r\n", " ").replace(['\r', '\n'], " ");
            match &*name {
                "do" => press = Press::parse(&value),
                "title" => sheet.title = line,
                "minutes" => sheet.minutes = line,
                "not-observed" => sheet.not_observed = line,
                "number" => sheet.carried.number = line,
                "latest" => sheet.carried.latest = line,
                "kin" => sheet.carried.kin = line,
                other => {
                    let path: Vec<&str> = other.split('.').collect();
                    if let Some(field) = sheet.field(&path, &line) {
                        *field = line;
                    }
                }
            }
        }
        (sheet, press)
    }

    /// The field of this name, made where it is not there yet. A tick has none: it is set here.
    fn field(&mut self, path: &[&str], value: &str) -> Option<&mut String> {
        match *path {
            ["label", at] => self.labels.at(at, *POINTS.end()),
            ["c", part, field] => {
                let part = self.parts.at(part, *COMPETENCIES.end())?;
                match field {
                    "id" => Some(&mut part.id),
                    "title" => Some(&mut part.title),
                    _ => None,
                }
            }
            ["c", part, line, field] => {
                self.parts.at(part, *COMPETENCIES.end())?.lines.at(line, *ITEMS.end())?.field(field, value)
            }
            ["p", line, field] => self.prompts.at(line, MOST_PROMPTS)?.field(field, value),
            _ => None,
        }
    }

    /// Does what a button says. Whether it did anything.
    pub(super) fn press(&mut self, press: Press) -> bool {
        let new = || Line { touched: true, ..Line::default() };
        match press {
            Press::Save | Press::Stay => false,
            Press::AddPart => {
                let room = self.parts.len() < *COMPETENCIES.end();
                if room {
                    self.parts.push(Part { lines: vec![new()], ..Part::default() });
                }
                room
            }
            Press::AddLine(part) => match self.parts.get_mut(part).filter(|part| part.has_room()) {
                Some(part) => {
                    // Those who are asked the others of the part are asked this one too.
                    let asks = part.lines.last().map(|last| last.asks.clone()).unwrap_or_default();
                    part.lines.push(Line { asks, ..new() });
                    true
                }
                None => false,
            },
            Press::AddPrompt => {
                let room = self.prompts.len() < MOST_PROMPTS;
                if room {
                    self.prompts.push(new());
                }
                room
            }
            Press::Remove(Place::Part(at)) => self.parts.take(at),
            Press::Remove(Place::Line(part, at)) => self.parts.get_mut(part).is_some_and(|part| part.lines.take(at)),
            Press::Remove(Place::Prompt(at)) => self.prompts.take(at),
            Press::Up(Place::Part(at)) => self.parts.lift(at).is_some(),
            Press::Up(Place::Line(part, at)) => {
                self.parts.get_mut(part).and_then(|part| part.lines.lift(at)).is_some_and(Line::touch)
            }
            Press::Up(Place::Prompt(at)) => self.prompts.lift(at).is_some_and(Line::touch),
        }
    }

    /// Whether another part, statement or prompt fits.
    pub(super) fn has_room(&self, press: Press) -> bool {
        self.clone().press(press)
    }
}

impl Part {
    /// Whether another statement fits.
    pub(super) fn has_room(&self) -> bool {
        self.lines.len() < *ITEMS.end()
    }
}

impl Line {
    fn field(&mut self, name: &str, value: &str) -> Option<&mut String> {
        match name {
            "id" => Some(&mut self.id),
            "others" => Some(&mut self.others),
            "own" => Some(&mut self.own),
            "asks" => {
                self.asks.insert(value.to_owned());
                None
            }
            _ => None,
        }
    }

    fn touch(&mut self) -> bool {
        self.touched = true;
        true
    }
}

impl Press {
    fn parse(text: &str) -> Self {
        let path: Vec<&str> = text.split('.').collect();
        match *path.as_slice() {
            ["save"] => Self::Save,
            ["add", "c"] => Self::AddPart,
            ["add", "c", part] => part.parse().map_or(Self::Stay, Self::AddLine),
            ["add", "p"] => Self::AddPrompt,
            ["remove", ref place @ ..] => Place::parse(place).map_or(Self::Stay, Self::Remove),
            ["up", ref place @ ..] => Place::parse(place).map_or(Self::Stay, Self::Up),
            _ => Self::Stay,
        }
    }
}

impl Place {
    fn parse(path: &[&str]) -> Option<Self> {
        match *path {
            ["c", part] => Some(Self::Part(part.parse().ok()?)),
            ["c", part, line] => Some(Self::Line(part.parse().ok()?, line.parse().ok()?)),
            ["p", line] => Some(Self::Prompt(line.parse().ok()?)),
            _ => None,
        }
    }
}

/// A list of things of the form.
trait Rows<T> {
    /// The one at this place, with all before it, up to so many.
    fn at(&mut self, place: &str, most: usize) -> Option<&mut T>;
    /// Takes one out. Whether it was there.
    fn take(&mut self, at: usize) -> bool;
    /// Moves one up; gives it.
    fn lift(&mut self, at: usize) -> Option<&mut T>;
}

impl<T: Default> Rows<T> for Vec<T> {
    fn at(&mut self, place: &str, most: usize) -> Option<&mut T> {
        let at: usize = place.parse().ok().filter(|at| *at < most)?;
        if self.len() <= at {
            self.resize_with(at + 1, T::default);
        }
        self.get_mut(at)
    }

    fn take(&mut self, at: usize) -> bool {
        let there = at < self.len();
        if there {
            self.remove(at);
        }
        there
    }

    fn lift(&mut self, at: usize) -> Option<&mut T> {
        let above = at.checked_sub(1).filter(|_| at < self.len())?;
        self.swap(above, at);
        self.get_mut(above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] =
        b"title=T&minutes=5&label.0=No&label.1=Yes&not-observed=Unable&c.0.id=a&c.0.title=A&c.0.0.id=a.1\
        &c.0.0.others=One%0D%0Atwo&c.0.0.own=I&c.0.0.asks=staff&c.0.0.asks=trustees&c.0.1.others=Second&c.1.title=B\
        &p.0.others=Keep&number=n&latest=3";

    fn texts(sheet: &Sheet) -> Vec<Vec<&str>> {
        sheet.parts.iter().map(|part| part.lines.iter().map(|line| line.others.as_str()).collect()).collect()
    }

    #[test]
    fn every_field_comes_to_its_place() {
        let (sheet, press) = Sheet::parse(BODY);
        assert_eq!(press, Press::Stay);
        assert_eq!(sheet.labels, ["No", "Yes"]);
        assert_eq!(texts(&sheet), [vec!["One two", "Second"], vec![]]);
        let first = &sheet.parts[0].lines[0];
        assert_eq!((first.id.as_str(), first.asks.len()), ("a.1", 2));
        assert_eq!((sheet.prompts[0].others.as_str(), sheet.carried.latest.as_str()), ("Keep", "3"));
    }

    #[test]
    fn buttons_change_the_form_and_lose_nothing_else() {
        for (press, expected) in [
            ("up.c.0.1", vec![vec!["Second", "One two"], vec![]]),
            ("up.c.0.0", vec![vec!["One two", "Second"], vec![]]),
            ("up.c.1", vec![vec![], vec!["One two", "Second"]]),
            ("remove.c.0.0", vec![vec!["Second"], vec![]]),
            ("remove.c.0", vec![vec![]]),
            ("remove.c.7", vec![vec!["One two", "Second"], vec![]]),
            ("add.c.0", vec![vec!["One two", "Second", ""], vec![]]),
            ("add.c", vec![vec!["One two", "Second"], vec![], vec![""]]),
            ("fly", vec![vec!["One two", "Second"], vec![]]),
        ] {
            let (mut sheet, pressed) = Sheet::parse(&[BODY, b"&do=", press.as_bytes()].concat());
            sheet.press(pressed);
            assert_eq!(texts(&sheet), expected, "{press}");
            assert_eq!((sheet.title.as_str(), sheet.prompts.len()), ("T", 1), "{press}");
        }
    }

    #[test]
    fn a_form_that_no_page_sends_grows_no_larger_than_a_questionnaire() {
        let (sheet, _) = Sheet::parse(b"c.999999999.title=x&c.29.29.others=y&c.29.30.others=z&p.20.own=q&label.10=w");
        assert_eq!((sheet.parts.len(), sheet.parts[29].lines.len()), (30, 30));
        assert!(sheet.prompts.is_empty() && sheet.labels.is_empty());
    }

    #[test]
    fn there_is_room_up_to_what_a_questionnaire_may_have() {
        let mut sheet = Sheet { parts: vec![Part::default(); 30], ..Sheet::default() };
        sheet.parts[0].lines = vec![Line::default(); 30];
        assert!(!sheet.has_room(Press::AddPart) && !sheet.parts[0].has_room());
        assert!(sheet.parts[1].has_room() && sheet.has_room(Press::AddPrompt));
    }
}
