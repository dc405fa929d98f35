//! Whole documents of the API in a story, compared by `insta` with what stands beside the assertion. What differs in
//! each run is left out.

/// Ids, and times but for their day: each story begins on the same one.
pub const FILTERS: [(&str, &str); 2] = [
    ("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "[id]"),
    (r"(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?Z", "$1 [time]"),
];

/// Compares a JSON document with the text that follows it. `cargo xtask test` fails on a difference and writes nothing;
/// by hand `cargo insta review` takes the new text over, where it is installed.
#[macro_export]
macro_rules! assert_document {
    ($document:expr, @$expected:literal) => {
        $crate::insta::with_settings!({ filters => $crate::snapshot::FILTERS }, {
            $crate::insta::assert_json_snapshot!($document, @$expected);
        })
    };
}
