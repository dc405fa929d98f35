//! The engines, and one test made into two.

/// What keeps the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A database on the server.
    Postgres,
}

/// Makes tests named `sqlite::…` and `postgres::…` of each function, which takes an [`Engine`].
///
/// ```text
/// on_both_engines! { a_draft_is_replaced_and_deleted, ballots_come_in_the_order_of_their_keys }
///
/// fn a_draft_is_replaced_and_deleted(engine: Engine) -> Tested { … }
/// ```
///
/// With `async`, the functions are asynchronous: `on_both_engines! { async a_job_is_claimed_once }`.
#[macro_export]
macro_rules! on_both_engines {
    (async $($test:ident),+ $(,)?) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() -> $crate::Outcome {
                super::$test($crate::Engine::Sqlite).await
            }
        )+}
        mod postgres {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() -> $crate::Outcome {
                super::$test($crate::Engine::Postgres).await
            }
        )+}
    };
    ($($test:ident),+ $(,)?) => {
        mod sqlite {$(
            #[test]
            fn $test() -> $crate::Outcome {
                super::$test($crate::Engine::Sqlite)
            }
        )+}
        mod postgres {$(
            #[test]
            fn $test() -> $crate::Outcome {
                super::$test($crate::Engine::Postgres)
            }
        )+}
    };
}
