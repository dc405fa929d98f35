//! Sets up a trust, with its own copy of the built-in framework.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::framework::FrameworkContent;
use candour_domain::{Framework, FrameworkId, Organisation};
use candour_storage::{System, frameworks, organisations, set_up_addresses};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit;
use crate::entropy::fresh;
use crate::error::Error;

/// Stores the trust; returns the id of its copy of the built-in framework. The addresses under which the service could
/// be set up end with it.
///
/// # Errors
/// [`Error`] when it cannot be stored.
pub async fn create_organisation(app: &App, organisation: Organisation) -> Result<FrameworkId, Error> {
    let now = app.clock.now();
    app.storage
        .write_system(move |system| {
            set_up_addresses::hold(system)?;
            add(system, &organisation, Actor::Operator, now)
        })
        .await
}

/// Adds the trust within a transaction that holds the making of trusts.
pub(super) fn add(
    system: &mut System<'_>,
    organisation: &Organisation,
    actor: Actor,
    now: DateTime<Utc>,
) -> Result<FrameworkId, Error> {
    let id = fresh(FrameworkId::from_random);
    let framework = Framework::new(id, organisation.id, 1, FrameworkContent::school_trust_executive()?);
    organisations::insert(system, organisation, now)?;
    set_up_addresses::end_unspent(system)?;
    let mut tenant = system.tenant(organisation.id);
    frameworks::insert(&mut tenant, &framework, now)?;
    let target = Target::Organisation(organisation.id);
    audit::record(&mut tenant, actor, Action::OrganisationCreated, target, json!({}), now)?;
    Ok(id)
}
