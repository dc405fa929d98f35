//! Lists: a cursor in, a cursor out.

use candour_service::error::Error;
use candour_service::page::{Page, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// Which part of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// At most this many items, 1 to 200; 50 without.
    #[param(value_type = Option<u32>)]
    limit: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListOf<T> {
    /// The items.
    pub items: Vec<T>,
    /// Send it as `after` to read on; null at the end.
    pub next: Option<String>,
    /// How many rows of this part cannot be read and are left out; absent when there are none. `candour doctor` says
    /// what to do.
    #[serde(skip_serializing_if = "is_none_left_out")]
    pub unreadable: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_none_left_out(unreadable: &usize) -> bool {
    *unreadable == 0
}

impl PageQuery {
    /// Of a list that takes more than this.
    #[must_use]
    pub fn of(limit: Option<String>, after: Option<String>) -> Self {
        Self { limit, after }
    }

    /// What storage understands.
    ///
    /// # Errors
    /// A 422 problem for a limit out of range or a cursor that was not issued by this list.
    pub fn parse(&self) -> Result<PageRequest, Problem> {
        PageRequest::parse(self.limit.as_deref(), self.after.as_deref()).map_err(|error| Error::field("", error).into())
    }
}

impl<T> ListOf<T> {
    /// Shapes a page.
    pub fn of<Row>(page: Page<Row>, view: impl FnMut(Row) -> T) -> Self {
        let next = page.next.map(|cursor| cursor.to_string());
        Self { next, unreadable: page.unreadable, items: page.items.into_iter().map(view).collect() }
    }
}
