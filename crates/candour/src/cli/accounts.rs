//! Trusts, the people who act for them, and integrations.

use std::io::Write;
use std::sync::Arc;

use candour_domain::{Organisation, OrganisationId, Person, Role};
use candour_service::account::accounts::{self, Issued};
use candour_service::account::create_organisation;
use candour_service::app::App;
use candour_service::auth::clients::{self, Wanted};
use candour_service::entropy::fresh;
use serde_json::json;

use super::arguments::{AccountCommand, AdministratorCommand, ClientCommand, OrganisationCommand, TokenCommand};
use super::{CliError, access, app, print};
use crate::config::Config;

pub(super) async fn organisation(config: &Config, command: OrganisationCommand) -> Result<(), CliError> {
    let (name, contact_name, contact_email, concerns_route) = match command {
        OrganisationCommand::Create { name, contact_name, contact_email, concerns_route } => {
            (name, contact_name, contact_email, concerns_route)
        }
        OrganisationCommand::List { json } => return access::list_organisations(config, json).await,
        OrganisationCommand::Remove { organisation, confirm } => {
            return access::remove_organisation(config, organisation, &confirm).await;
        }
    };
    let contact = Person { name: contact_name, email: contact_email };
    let organisation = Organisation { id: fresh(OrganisationId::from_random), name, contact, concerns_route };
    let (id, app) = (organisation.id, app(config).await?);
    let framework_id = create_organisation::create_organisation(&app, organisation).await?;
    print(&json!({"id": id, "framework_id": framework_id}))
}

pub(super) async fn administrator(config: &Config, command: AdministratorCommand) -> Result<(), CliError> {
    let (organisation, name, email, hours) = match command {
        AdministratorCommand::Create { organisation, name, email, hours } => (organisation, name, email, hours),
        AdministratorCommand::List { organisation, json } => {
            return access::list_accounts(config, organisation, true, json).await;
        }
        AdministratorCommand::Remove { organisation, email } => {
            return access::remove_account(config, organisation, email, true).await;
        }
    };
    let (issued, base) = issue(config, organisation, Person { name, email }, Role::Administrator, hours).await?;
    print(&json!({"id": issued.account, "token": *issued.token, "expires_at": issued.expires_at}))?;
    say_what_for(&base)
}

pub(super) async fn account(config: &Config, command: AccountCommand) -> Result<(), CliError> {
    match command {
        AccountCommand::List { organisation, json } => access::list_accounts(config, organisation, false, json).await,
        AccountCommand::Remove { organisation, email } => {
            access::remove_account(config, organisation, email, false).await
        }
    }
}

pub(super) async fn token(config: &Config, command: TokenCommand) -> Result<(), CliError> {
    let TokenCommand::Create { organisation, email, name, role, hours } = command;
    let (issued, base) = issue(config, organisation, Person { name, email }, role, hours).await?;
    print(&json!({"account_id": issued.account, "token": *issued.token, "expires_at": issued.expires_at}))?;
    say_what_for(&base)
}

pub(super) async fn client(config: &Config, command: ClientCommand) -> Result<(), CliError> {
    let (organisation, name, scopes) = match command {
        ClientCommand::Create { organisation, name, scopes } => (organisation, name, scopes),
        ClientCommand::List { organisation, json } => return access::list_clients(config, organisation, json).await,
        ClientCommand::Scopes { client, scopes } => return access::change_scopes(config, client, scopes).await,
        ClientCommand::Remove { client } => return access::remove_client(config, client).await,
    };
    let app = app(config).await?;
    require_organisation(&app, organisation).await?;
    let (id, secret) = clients::create_at_command_line(&app, organisation, Wanted { name, scopes }).await?;
    print(&json!({"client_id": id, "client_secret": secret.as_str()}))
}

async fn issue(
    config: &Config,
    organisation: OrganisationId,
    person: Person,
    role: Role,
    hours: i64,
) -> Result<(Issued, Arc<str>), CliError> {
    let app = app(config).await?;
    require_organisation(&app, organisation).await?;
    Ok((accounts::issue_token(&app, organisation, person, role, hours).await?, app.base_url))
}

/// A token is a way in that asks for nothing else: what it is for is said beside it, where a script does not read it.
fn say_what_for(base_url: &str) -> Result<(), CliError> {
    let said = "This token is for tests and emergencies: whoever holds it acts as this person until it expires. People \
                sign in at";
    Ok(writeln!(std::io::stderr(), "{said} {base_url}/sign-in")?)
}

pub(super) async fn require_organisation(app: &App, id: OrganisationId) -> Result<(), CliError> {
    let found = app.storage.read_system(move |system| candour_storage::organisations::find(system, id)).await?;
    found.map(|_| ()).ok_or_else(|| {
        CliError::Usage(format!("there is no organisation {id}; `candour organisation create` makes one"))
    })
}
