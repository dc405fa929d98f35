//! The tags that a text can hold. A text cannot bring any other markup into a page, and plain text has none of it.
//!
//! | In the text | On a page |
//! | --- | --- |
//! | `<b>…</b>`, `<strong>…</strong>` | the same |
//! | `<link>…</link>` | a link, to where the template says with `.link(…)` |
//! | `<unseen>…</unseen>` | heard by people who listen to the page, and not shown |

use crate::message::Piece;

/// A tag.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Bold,
    Strong,
    Link,
    Unseen,
}

impl Tag {
    const ALL: [Self; 4] = [Self::Bold, Self::Strong, Self::Link, Self::Unseen];

    /// As the text has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bold => "b",
            Self::Strong => "strong",
            Self::Link => "link",
            Self::Unseen => "unseen",
        }
    }

    /// The argument that is written between [`Self::before`] and [`Self::after`].
    pub(crate) fn argument(self) -> Option<&'static str> {
        (self == Self::Link).then_some("link")
    }

    /// How it begins in HTML.
    pub(crate) fn before(self) -> &'static str {
        match self {
            Self::Bold => "<b>",
            Self::Strong => "<strong>",
            Self::Link => "<a href=\"",
            Self::Unseen => "<span class=\"unseen\">",
        }
    }

    /// How its beginning goes on after the argument.
    pub(crate) fn after(self) -> &'static str {
        if self == Self::Link { "\">" } else { "" }
    }

    /// How it ends in HTML.
    pub(crate) fn close(self) -> &'static str {
        match self {
            Self::Bold => "</b>",
            Self::Strong => "</strong>",
            Self::Link => "</a>",
            Self::Unseen => "</span>",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tag| tag.name() == name)
    }
}

/// Text with its tags.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find(['<', '>']) {
        let (before, from) = rest.split_at(at);
        let Some((name, after)) = from.strip_prefix('<').and_then(|from| from.split_once('>')) else {
            return Err(format!("“{}” stands where no tag is", &from[..1]));
        };
        push(&mut pieces, before);
        let (is_end, name) = name.strip_prefix('/').map_or((false, name), |name| (true, name));
        let tag = Tag::named(name).ok_or_else(|| format!("<{name}> is no tag that a text can hold"))?;
        pieces.push(if is_end { Piece::Close(tag) } else { Piece::Open(tag) });
        rest = after;
    }
    push(&mut pieces, rest);
    Ok(pieces)
}

/// Whether every tag that begins ends, one after another.
pub(crate) fn is_balanced(pieces: &[Piece]) -> Result<(), String> {
    let mut open: Option<Tag> = None;
    for piece in pieces {
        match (piece, open) {
            (Piece::Open(tag), None) => open = Some(*tag),
            (Piece::Open(tag), Some(outer)) => return Err(format!("<{}> within <{}>", tag.name(), outer.name())),
            (Piece::Close(tag), Some(begun)) if *tag == begun => open = None,
            (Piece::Close(tag), _) => return Err(format!("</{}> closes nothing", tag.name())),
            (Piece::Text(_) | Piece::Argument(_) | Piece::Choice { .. }, _) => {}
        }
    }
    open.map_or(Ok(()), |tag| Err(format!("<{}> is not closed", tag.name())))
}

/// Text as HTML has it, in an element and in a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;")
}

fn push(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}
