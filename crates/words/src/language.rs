//! The languages that people are written to in, and how each of them counts.

/// A language. A new one does not compile before it has its rules here and all its texts in the catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// British English.
    #[default]
    EnGb,
}

/// The form that a counted thing takes, as Unicode's plural rules name it: English has two, Polish four, Welsh six.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plural {
    /// As in Welsh: 0.
    Zero,
    /// As in English: 1.
    One,
    /// As in Welsh: 2.
    Two,
    /// As in Polish: 2 to 4, 22 to 24.
    Few,
    /// As in Polish: 5 to 21.
    Many,
    /// All the rest. Every language has it.
    Other,
}

impl Language {
    /// As a page names it: `<html lang="en-GB">`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::EnGb => "en-GB",
        }
    }

    /// The form for so many.
    ///
    /// ```
    /// use candour_words::language::{Language, Plural};
    /// assert_eq!([0, 1, 2, 21].map(|count| Language::EnGb.plural(count)), [Plural::Other, Plural::One, Plural::Other, Plural::Other]);
    /// ```
    #[must_use]
    pub const fn plural(self, count: u64) -> Plural {
        match (self, count) {
            (Self::EnGb, 1) => Plural::One,
            (Self::EnGb, _) => Plural::Other,
        }
    }

    /// The forms that it has, `Other` last.
    #[must_use]
    pub const fn plurals(self) -> &'static [Plural] {
        match self {
            Self::EnGb => &[Plural::One, Plural::Other],
        }
    }

    /// Whether it has this form. The catalogue asks while it is compiled, so that no text waits for a count that never
    /// comes.
    #[must_use]
    pub const fn has(self, plural: Plural) -> bool {
        let mut rest = self.plurals();
        while let [first, after @ ..] = rest {
            if *first as u8 == plural as u8 {
                return true;
            }
            rest = after;
        }
        false
    }
}

impl Plural {
    /// As Fluent and the browser's `Intl.PluralRules` name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::One => "one",
            Self::Two => "two",
            Self::Few => "few",
            Self::Many => "many",
            Self::Other => "other",
        }
    }
}
