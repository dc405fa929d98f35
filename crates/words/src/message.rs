//! Messages of the catalogue on their way into a page or an email.
//!
//! Each crate that has texts compiles its part of the catalogue to one typed function a message (`candour-catalogue`).
//! What those functions are made of is here. A message is written in one of two forms. In [`Html`] the catalogue's own
//! text was escaped when it was compiled, and every argument is escaped as it is written, so a template takes the
//! message as it is. In [`Plain`] nothing is escaped.

use std::fmt::{self, Display, Write};
use std::marker::PhantomData;

use askama::filters::{Escaper, HtmlSafe};
use askama::{FastWritable, Values};

use crate::language::{Language, Plural};

/// HTML, in the text of an element or in a quoted attribute.
#[derive(Clone, Copy, Debug)]
pub enum Html {}

/// Text without markup.
#[derive(Clone, Copy, Debug)]
pub enum Plain {}

/// What a message is written as.
pub trait Form: Copy {
    /// Whether it is HTML.
    const IS_HTML: bool;

    /// The catalogue's own text, which has both spellings.
    #[must_use]
    fn pick(html: &'static str, plain: &'static str) -> &'static str {
        if Self::IS_HTML { html } else { plain }
    }

    /// Writes text that is not the catalogue's.
    ///
    /// # Errors
    /// When nothing can be written.
    fn write(text: &str, to: &mut dyn Write) -> fmt::Result;
}

impl Form for Html {
    const IS_HTML: bool = true;

    fn write(text: &str, to: &mut dyn Write) -> fmt::Result {
        askama::filters::Html.write_escaped_str(to, text)
    }
}

impl Form for Plain {
    const IS_HTML: bool = false;

    fn write(text: &str, to: &mut dyn Write) -> fmt::Result {
        to.write_str(text)
    }
}

/// What a message can hold: text, a number, another message of the same form.
pub trait Argument<F: Form> {
    /// Writes it.
    ///
    /// # Errors
    /// When nothing can be written.
    fn write(&self, to: &mut dyn Write) -> fmt::Result;
}

/// What a message can choose its words by.
pub trait Quantity {
    /// The form that so many things take.
    fn plural(&self, language: Language) -> Plural;

    /// Whether it is this number.
    fn is(&self, number: u64) -> bool;
}

/// An argument that has not been given. It cannot be written, so a message without it does not compile.
#[derive(Clone, Copy, Debug)]
pub struct Missing;

/// A message without arguments.
#[derive(Clone, Copy, Debug)]
pub struct Fixed<F> {
    text: &'static str,
    form: PhantomData<F>,
}

/// A message that has been written down, to be kept.
#[derive(Clone, Debug)]
pub struct Written<F> {
    text: String,
    form: PhantomData<F>,
}

/// A count that only the script knows: `{count}` in the words for one form. The script chooses among them.
#[derive(Clone, Copy, Debug)]
pub struct LeftToScript(Plural);

impl<F: Form> Argument<F> for str {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        F::write(self, to)
    }
}

impl<F: Form> Argument<F> for String {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        F::write(self, to)
    }
}

impl<F: Form, T: Argument<F> + ?Sized> Argument<F> for &T {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        T::write(self, to)
    }
}

impl<T: Quantity + ?Sized> Quantity for &T {
    fn plural(&self, language: Language) -> Plural {
        T::plural(self, language)
    }

    fn is(&self, number: u64) -> bool {
        T::is(self, number)
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(
            impl<F: Form> Argument<F> for $number {
                fn write(&self, to: &mut dyn Write) -> fmt::Result {
                    write!(to, "{self}")
                }
            }

            impl Quantity for $number {
                fn plural(&self, language: Language) -> Plural {
                    language.plural(u64::try_from(*self).unwrap_or(u64::MAX))
                }

                fn is(&self, number: u64) -> bool {
                    u64::try_from(*self) == Ok(number)
                }
            }
        )*
    };
}

numbers!(u32 usize);

impl<F: Form> Argument<F> for LeftToScript {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        to.write_str("{count}")
    }
}

impl Quantity for LeftToScript {
    fn plural(&self, _language: Language) -> Plural {
        self.0
    }

    fn is(&self, _number: u64) -> bool {
        false
    }
}

impl Plural {
    /// A count of this form that the script fills in.
    #[must_use]
    pub const fn left_to_script(self) -> LeftToScript {
        LeftToScript(self)
    }
}

impl<F: Form> Fixed<F> {
    /// Only the compiled catalogue makes one: the text is in the right form already.
    #[must_use]
    pub const fn of_the_catalogue(text: &'static str) -> Self {
        Self { text, form: PhantomData }
    }
}

impl<F: Form> Written<F> {
    /// A message as it is written.
    pub fn of(message: impl Argument<F>) -> Self {
        let mut text = String::new();
        // A string takes everything.
        _ = message.write(&mut text);
        Self { text, form: PhantomData }
    }
}

macro_rules! ready {
    ($($kind:ident)*) => {
        $(
            impl<F: Form> Argument<F> for $kind<F> {
                fn write(&self, to: &mut dyn Write) -> fmt::Result {
                    to.write_str(&self.text)
                }
            }

            impl<F> Display for $kind<F> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(&self.text)
                }
            }

            impl<F> FastWritable for $kind<F> {
                fn write_into(&self, to: &mut dyn Write, _values: &dyn Values) -> askama::Result<()> {
                    Ok(to.write_str(&self.text)?)
                }
            }

            impl HtmlSafe for $kind<Html> {}
        )*
    };
}

ready!(Fixed Written);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_catalogues_is_escaped_in_html_once() {
        let hostile = "<img src=x> \"'&";
        let written = Written::<Html>::of(hostile);
        assert_eq!(written.to_string(), "&#60;img src=x&#62; &#34;&#39;&#38;");
        assert_eq!(Written::<Html>::of(&written).to_string(), written.to_string());
        assert_eq!(Written::<Plain>::of(hostile).to_string(), hostile);
    }

    #[test]
    fn a_count_for_the_script_takes_the_form_it_is_told() {
        assert_eq!(LeftToScript(Plural::One).plural(Language::EnGb), Plural::One);
        assert_eq!(Written::<Html>::of(LeftToScript(Plural::One)).to_string(), "{count}");
        assert_eq!((1_u32.plural(Language::EnGb), 2_usize.plural(Language::EnGb)), (Plural::One, Plural::Other));
    }
}
