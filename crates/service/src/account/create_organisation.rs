//! Sets up a trust, with its own copy of the built-in framework.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::framework::FrameworkContent;
use candour_domain::{Framework, FrameworkId, Organisation};
use candour_storage::{frameworks, organisations};

use crate::app::App;
use crate::audit;
use crate::entropy::fresh;
use crate::error::Error;

/// Stores the trust; returns the id of its copy of the built-in framework.
///
/// # Errors
/// [`Error`] when it cannot be stored.
pub async fn create_organisation(app: &App, organisation: Organisation) -> Result<FrameworkId, Error> {
    let now = app.clock.now();
    let framework = Framework::new(
        fresh(FrameworkId::from_random),
        organisation.id,
        1,
        FrameworkContent::school_trust_executive()?,
    );
    app.storage
        .write_system(move |system| {
            organisations::insert(system, &organisation, now)?;
            let mut tenant = system.tenant(organisation.id);
            frameworks::insert(&mut tenant, &framework, now)?;
            audit::record(
                &mut tenant,
                Actor::Operator,
                Action::OrganisationCreated,
                Target::Organisation(organisation.id),
                serde_json::json!({}),
                now,
            )?;
            Ok(framework.id)
        })
        .await
}
