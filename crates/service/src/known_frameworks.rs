//! Questionnaires that have been read before. A stored version never changes, so one that is kept in memory cannot be
//! out of date.

use std::sync::Arc;

use candour_domain::{Framework, FrameworkId, OrganisationId};
use candour_storage::{Storage, frameworks};
use quick_cache::sync::Cache;

use crate::error::Error;

/// More than this many are rarely in use at the same time; each takes some tens of kilobytes.
const CAPACITY: usize = 32;

/// The questionnaires that were asked for last.
pub struct KnownFrameworks(Cache<(OrganisationId, FrameworkId), Arc<Framework>>);

impl KnownFrameworks {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    /// The framework with this id, from memory or from the database.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn get(
        &self,
        storage: &Storage,
        organisation: OrganisationId,
        id: FrameworkId,
    ) -> Result<Option<Arc<Framework>>, Error> {
        if let Some(known) = self.0.get(&(organisation, id)) {
            return Ok(Some(known));
        }
        let found = storage.read(organisation, move |tenant| frameworks::find(tenant, id)).await?.map(Arc::new);
        if let Some(framework) = &found {
            self.0.insert((organisation, id), Arc::clone(framework));
        }
        Ok(found)
    }
}

impl Default for KnownFrameworks {
    fn default() -> Self {
        Self::new()
    }
}
