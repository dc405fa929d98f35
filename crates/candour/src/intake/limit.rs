//! The largest body that each route takes.

/// A token, a button, a short note: nothing that somebody writes at length.
pub const SMALL: usize = 4 * 1024;

/// Whatever describes a round or a review.
pub const DOCUMENT: usize = 64 * 1024;

/// A questionnaire, or answers with a full set of comments in four-byte letters, also where a browser encodes each of
/// them.
pub const LARGE: usize = 1024 * 1024;

/// A list of raters.
pub const ROSTER: usize = 4 * 1024 * 1024;

/// A file with a list of raters, and the form around it.
pub const UPLOAD: usize = 6 * 1024 * 1024;

/// What is read of an upload that is too large, and thrown away, so that a browser comes to the page that says so.
pub const DRAINED: usize = 64 * 1024 * 1024;

/// How large a body to this path may be, in bytes. What is not known by name gets the least.
#[must_use]
pub fn of(path: &str) -> usize {
    match *parts(path).as_slice() {
        ["v1", "survey", _, "draft" | "response"]
        | ["v1", "frameworks"]
        | ["questionnaires", _, "edit"]
        | ["reviews", _, "raters", "list", _]
        | ["s", _, "page", _]
        | ["s", _, "send"] => LARGE,
        ["v1", "reviews", _, "raters"] => ROSTER,
        ["reviews", _, "raters", "list"] => UPLOAD,
        ["v1", "rounds" | "reviews"]
        | ["v1", "rounds" | "reviews", _]
        | ["v1", "rounds", _, "reviews"]
        | ["sign-in" | "account" | "people" | "organisation" | "rounds" | "reviews" | "clients" | "set-up", ..] => {
            DOCUMENT
        }
        _ => SMALL,
    }
}

/// The parts of a path. Extra slashes make no other path of it.
#[must_use]
pub fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_route_takes_what_it_needs() {
        let cases = [
            ("/oauth/token", SMALL),
            ("/v1/rounds/1/launch", SMALL),
            ("/v1/reviews/1/release", SMALL),
            ("/v1/survey/x/decline", SMALL),
            ("/s/x/decline", SMALL),
            ("/nowhere", SMALL),
            ("/v1/reviews/1/raters/more", SMALL),
            ("/v1/rounds", DOCUMENT),
            ("/v1/rounds/1", DOCUMENT),
            ("/v1/rounds/1/reviews", DOCUMENT),
            ("/v1/frameworks", LARGE),
            ("/questionnaires/1/edit", LARGE),
            ("/questionnaires/1", SMALL),
            ("/v1/survey/x/draft", LARGE),
            ("/v1/survey/x/response", LARGE),
            ("/s/x/page/3", LARGE),
            ("/s/x/send", LARGE),
            ("/v1/reviews/1/raters", ROSTER),
            ("//v1//reviews/1/raters/", ROSTER),
            ("/reviews/1/raters", DOCUMENT),
            ("/reviews/1/raters/add", DOCUMENT),
            ("/reviews/1/raters/list", UPLOAD),
            ("//reviews///1/raters/list/", UPLOAD),
            ("/reviews/1/raters/list/2", LARGE),
        ];
        for (path, limit) in cases {
            assert_eq!(of(path), limit, "{path}");
        }
    }
}
