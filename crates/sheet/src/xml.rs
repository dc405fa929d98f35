//! Reading XML as a row of events, without anything that an entity or a name space would add.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::Unreadable;

pub(crate) struct Xml<'a>(Reader<&'a [u8]>);

/// What comes next. An empty element opens and closes.
pub(crate) enum Node<'a> {
    Open(Element<'a>),
    Close(String),
    Text(Cow<'a, str>),
    End,
}

pub(crate) struct Element<'a>(BytesStart<'a>);

impl<'a> Xml<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Self(reader)
    }

    pub(crate) fn next(&mut self) -> Result<Node<'a>, Unreadable> {
        loop {
            return Ok(match self.0.read_event()? {
                Event::Start(start) => Node::Open(Element(start)),
                Event::End(end) => Node::Close(end.local_name().as_ref().to_owned()),
                Event::Text(text) => Node::Text(text.xml10_content()),
                Event::CData(text) => Node::Text(text.xml10_content()),
                Event::GeneralRef(entity) => match entity.resolve_char_ref()? {
                    Some(letter) => Node::Text(letter.to_string().into()),
                    None => Node::Text(named(&entity.xml10_content()).into()),
                },
                Event::Eof => Node::End,
                _ => continue,
            });
        }
    }
}

impl Element<'_> {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.0.local_name().as_ref() == name
    }

    pub(crate) fn name(&self) -> String {
        self.0.local_name().as_ref().to_owned()
    }

    /// The value of an attribute, by its name without a prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        // Without looking for two of one name, which takes the square of their number.
        let mut all = self.0.attributes();
        let found = all.with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
        Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
    }

    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.attribute(name)?.parse().ok()
    }
}

fn named(entity: &str) -> &'static str {
    match entity {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}
