//! What a browser sends: `rating.<item>=4`, `comment.<prompt>=…`, in any order.

use actix_web::http::header::HeaderValue;
use candour_domain::PromptId;
use candour_domain::response::ResponseInput;
use serde_json::Value;
use url::form_urlencoded;

/// The value of the radio for *not observed*.
pub(super) const NOT_OBSERVED: &str = "none";

/// Which button was pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Action {
    /// On to the next page; also what a browser means when Enter is pressed.
    #[default]
    Next,
    /// To the page before.
    Back,
    /// To the check page.
    Check,
    /// Stop here for now.
    Later,
}

/// One page of answers. Its `Debug` would show answers, so it has none.
pub(super) struct PageForm {
    /// The answers, not yet checked against the framework.
    pub(super) answers: ResponseInput,
    /// The button.
    pub(super) action: Action,
    /// What the page carried besides.
    pub(super) carried: Carried,
    /// Whether there was anything in it that a page sends.
    pub(super) is_empty: bool,
}

/// What a page carries unseen and its form brings back.
#[derive(Clone, Default)]
pub(super) struct Carried {
    /// The marks of what the page's fields held when it was opened.
    pub(super) opened: String,
    /// The mark of the draft that was looked through.
    pub(super) draft: String,
    /// What only an opened page has.
    pub(super) state: String,
    /// Whether to send with most statements open.
    pub(super) all_the_same: bool,
}

impl PageForm {
    /// Reads a body. Unknown fields are ignored; of a field sent twice the last counts.
    pub(super) fn parse(body: &[u8]) -> Self {
        let mut form = Self {
            answers: ResponseInput::default(),
            action: Action::default(),
            carried: Carried::default(),
            is_empty: true,
        };
        for (name, value) in form_urlencoded::parse(body) {
            let mut known = true;
            if let Some(item) = name.strip_prefix("rating.") {
                form.answers.ratings.insert(item.to_owned(), rating(&value));
            } else if let Some(prompt) = name.strip_prefix("comment.") {
                form.answers.comments.insert(prompt.to_owned(), value.replace("\r\n", "\n"));
            } else if name == "action" {
                form.action = Action::from_name(&value);
            } else {
                known = form.carried.take(&name, &value);
            }
            form.is_empty &= !known;
        }
        form
    }

    /// The prompts the page showed: a text area is always sent, even when it is empty.
    pub(super) fn prompts(&self) -> Vec<PromptId> {
        self.answers.comments.keys().filter_map(|id| PromptId::parse(id).ok()).collect()
    }
}

impl Carried {
    fn take(&mut self, name: &str, value: &str) -> bool {
        match name {
            "opened" => value.clone_into(&mut self.opened),
            "draft" => value.clone_into(&mut self.draft),
            "state" => value.clone_into(&mut self.state),
            "all_the_same" => self.all_the_same = value == "yes",
            _ => return false,
        }
        true
    }

    /// What has a value, for a page that sends it all again.
    pub(super) fn fields(&self) -> Vec<(&'static str, &str)> {
        let texts = [("opened", self.opened.as_str()), ("draft", &self.draft), ("state", &self.state)];
        let yes = self.all_the_same.then_some(("all_the_same", "yes"));
        texts.into_iter().filter(|(_, text)| !text.is_empty()).chain(yes).collect()
    }
}

impl Action {
    fn from_name(name: &str) -> Self {
        match name {
            "back" => Self::Back,
            "check" => Self::Check,
            "later" => Self::Later,
            _ => Self::Next,
        }
    }
}

/// The answer to "I would rather not answer": yes, no, or something else; and what the page carried.
pub(super) fn declined(body: &[u8]) -> (Option<bool>, Carried) {
    let (mut declined, mut carried) = (None, Carried::default());
    for (name, value) in form_urlencoded::parse(body) {
        match (&*name, &*value) {
            ("declined", "yes") => declined = Some(true),
            ("declined", "no") => declined = Some(false),
            (name, value) => _ = carried.take(name, value),
        }
    }
    (declined, carried)
}

/// Whether a body is a form. Anything else would be read as an empty page and so lose what was sent.
pub(super) fn is_form(content_type: Option<&HeaderValue>) -> bool {
    content_type.and_then(|value| value.to_str().ok()).is_some_and(|value| {
        value
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    })
}

/// A whole number as a number; anything else stays text, which the framework then refuses by name.
fn rating(value: &str) -> Value {
    if value == NOT_OBSERVED {
        Value::Null
    } else {
        value.parse::<u8>().map_or_else(|_| Value::from(value), Value::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_any_order() {
        let one = PageForm::parse(b"rating.strategy.1=4&rating.strategy.2=none&comment.keep=Hello&action=back");
        let other = PageForm::parse(b"action=back&comment.keep=Hello&rating.strategy.2=none&rating.strategy.1=4");
        for form in [one, other] {
            assert_eq!(form.answers.ratings.get("strategy.1"), Some(&Value::from(4)));
            assert_eq!(form.answers.ratings.get("strategy.2"), Some(&Value::Null));
            assert_eq!(form.answers.comments.get("keep").map(String::as_str), Some("Hello"));
            assert_eq!(form.action, Action::Back);
        }
    }

    #[test]
    fn text_arrives_as_it_was_typed() {
        let form = PageForm::parse("comment.keep=caf%C3%A9+%26+%3Cb%3E%0D%0Anext%F0%9F%99%82&comment.more=".as_bytes());
        assert_eq!(form.answers.comments.get("keep").map(String::as_str), Some("café & <b>\nnext🙂"));
        assert_eq!(form.prompts().iter().map(PromptId::as_str).collect::<Vec<_>>(), ["keep", "more"]);
    }

    #[test]
    fn odd_input_is_kept_for_the_framework_to_refuse() {
        let form =
            PageForm::parse(b"rating.a=x&rating.b=300&rating.c=4&rating.c=5&colour=blue&=&&action=fly&comment.%00=z");
        assert_eq!(form.answers.ratings.get("a"), Some(&Value::from("x")));
        assert_eq!(form.answers.ratings.get("b"), Some(&Value::from("300")));
        assert_eq!(form.answers.ratings.get("c"), Some(&Value::from(5)));
        assert_eq!(form.action, Action::Next);
        assert!(form.prompts().is_empty());
    }

    #[test]
    fn an_empty_body_is_an_empty_page() {
        let form = PageForm::parse(b"");
        assert!(form.is_empty && form.answers.ratings.is_empty() && form.answers.comments.is_empty());
        assert!(PageForm::parse(b"colour=blue").is_empty && !PageForm::parse(b"action=next").is_empty);
    }

    #[test]
    fn what_a_page_carries_comes_back() {
        let form = PageForm::parse(b"opened=r.a%3Dx+c.b%3Dy&draft=abc&state=def&all_the_same=yes");
        let fields = [("opened", "r.a=x c.b=y"), ("draft", "abc"), ("state", "def"), ("all_the_same", "yes")];
        assert_eq!(form.carried.fields(), fields);
        assert!(PageForm::parse(b"all_the_same=no").carried.fields().is_empty());
    }

    #[test]
    fn declining_takes_a_clear_yes_or_no() {
        for (body, answer, state) in [
            ("declined=yes&state=abc", Some(true), "abc"),
            ("declined=no", Some(false), ""),
            ("declined=perhaps", None, ""),
            ("", None, ""),
        ] {
            let (declined, carried) = declined(body.as_bytes());
            assert_eq!((declined, carried.state.as_str()), (answer, state), "{body}");
        }
    }

    #[test]
    fn only_a_form_is_read_as_a_form() {
        assert!(is_form(Some(&HeaderValue::from_static("application/x-www-form-urlencoded"))));
        assert!(is_form(Some(&HeaderValue::from_static("Application/X-WWW-Form-Urlencoded; charset=UTF-8"))));
        assert!(!is_form(Some(&HeaderValue::from_static("multipart/form-data; boundary=x"))));
        assert!(!is_form(None));
    }
}
