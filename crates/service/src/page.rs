//! Parts of a list, as storage cuts them: what use cases take and give.

pub use candour_storage::page::{LARGEST_LIMIT, Page, PageRequest};
