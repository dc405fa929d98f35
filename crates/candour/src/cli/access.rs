//! Who has access: lists of trusts, people and integrations, and their removal.

use std::io::Write;

use candour_domain::{ClientId, Email, OrganisationId, Scope};
use candour_service::account::removal;
use candour_service::auth::clients as auth_clients;
use candour_service::error::Error;
use candour_storage::accounts::Account;
use candour_storage::{accounts, clients, organisations};
use serde_json::json;

use super::accounts::require_organisation;
use super::table::table;
use super::{CliError, app, print};
use crate::config::Config;

/// Every trust with what it has.
pub(super) async fn list_organisations(config: &Config, as_json: bool) -> Result<(), CliError> {
    let app = app(config).await?;
    let found = app
        .storage
        .read_system(|system| {
            let mut every = Vec::new();
            for organisation in organisations::list(system)? {
                let uses = organisations::uses(&mut system.tenant(organisation.id))?;
                every.push((organisation, uses));
            }
            Ok::<_, Error>(every)
        })
        .await?;
    if as_json {
        let view = |(organisation, uses): &(candour_domain::Organisation, organisations::Uses)| {
            let (id, name) = (organisation.id, &organisation.name);
            json!({"id": id, "name": name, "rounds": uses.rounds, "administrators": uses.administrators, "clients": uses.clients})
        };
        return print(&found.iter().map(view).collect());
    }
    let rows: Vec<_> = found
        .iter()
        .map(|(organisation, uses)| {
            let numbers = [uses.rounds, uses.administrators, uses.clients].map(|number| number.to_string());
            let [rounds, administrators, clients] = numbers;
            [organisation.id.to_string(), rounds, administrators, clients, organisation.name.clone()]
        })
        .collect();
    say(&table(
        ["ID", "ROUNDS", "ADMINISTRATORS", "CLIENTS", "NAME"],
        &rows,
        "There is no organisation yet; `candour organisation create` makes one.",
    ))
}

/// Removes a trust that is not used.
pub(super) async fn remove_organisation(config: &Config, id: OrganisationId, typed: &str) -> Result<(), CliError> {
    let app = app(config).await?;
    let found = app.storage.read_system(move |system| organisations::find(system, id)).await?;
    let organisation = found.ok_or_else(|| unknown("organisation", id, "candour organisation list"))?;
    if organisation.name != typed.trim() {
        return Err(CliError::Usage(format!(
            "--confirm does not name this organisation: it is \"{}\", and nothing has been removed. Type that name in \
             full.",
            organisation.name
        )));
    }
    removal::remove_organisation(&app, id).await?;
    say(&format!(
        "{} has been removed, with its accounts, its clients, its questionnaires and its audit log.\n",
        organisation.name
    ))
}

/// The accounts of a trust, or its administrators.
pub(super) async fn list_accounts(
    config: &Config,
    id: OrganisationId,
    administrators: bool,
    as_json: bool,
) -> Result<(), CliError> {
    let app = app(config).await?;
    require_organisation(&app, id).await?;
    let found: Vec<Account> = app.storage.read(id, accounts::list).await?;
    let found: Vec<_> = found.into_iter().filter(|account| account.administrator || !administrators).collect();
    if as_json {
        let view = |account: &Account| json!({"id": account.id, "name": account.name, "email": account.email, "administrator": account.administrator});
        return print(&found.iter().map(view).collect());
    }
    let kind = |account: &Account| if account.administrator { "yes" } else { "no" }.to_owned();
    let rows: Vec<_> = found
        .iter()
        .map(|account| [account.id.to_string(), kind(account), account.email.to_string(), account.name.to_string()])
        .collect();
    let empty = if administrators {
        "This organisation has no administrator; `candour administrator create` adds one."
    } else {
        "This organisation has no account; `candour administrator create` adds an administrator."
    };
    say(&table(["ID", "ADMINISTRATOR", "EMAIL", "NAME"], &rows, empty))
}

/// Removes an account.
pub(super) async fn remove_account(
    config: &Config,
    id: OrganisationId,
    email: Email,
    administrator: bool,
) -> Result<(), CliError> {
    let app = app(config).await?;
    require_organisation(&app, id).await?;
    let (kind, list) = if administrator { ("administrator", "administrator") } else { ("account", "account") };
    let removed = removal::remove_account(&app, id, email, administrator).await.map_err(|error| match error {
        Error::NotFound => CliError::Usage(format!(
            "there is no {kind} with this address in organisation {id}; `candour {list} list --organisation {id}` \
             prints those there are"
        )),
        other => other.into(),
    })?;
    let left = match removed.administrators_left {
        0 => " The organisation has no administrator any more; `candour administrator create` adds one.",
        _ => "",
    };
    say(&format!("Account {} has been removed. None of their tokens works any more.{left}\n", removed.account))
}

/// The integrations of a trust.
pub(super) async fn list_clients(config: &Config, id: OrganisationId, as_json: bool) -> Result<(), CliError> {
    let app = app(config).await?;
    require_organisation(&app, id).await?;
    let mut found = app.storage.read(id, clients::list).await?;
    found.retain(|client| client.revoked_at.is_none());
    let scopes = |client: &clients::ListedClient| client.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>();
    if as_json {
        return print(
            &found
                .iter()
                .map(|client| json!({"client_id": client.id, "name": client.name, "scopes": scopes(client)}))
                .collect(),
        );
    }
    let rows: Vec<_> =
        found.iter().map(|client| [client.id.to_string(), client.name.clone(), scopes(client).join(" ")]).collect();
    say(&table(
        ["CLIENT ID", "NAME", "SCOPES"],
        &rows,
        "This organisation has no client; `candour client create` adds one.",
    ))
}

/// Removes an integration.
pub(super) async fn remove_client(config: &Config, id: ClientId) -> Result<(), CliError> {
    let app = app(config).await?;
    auth_clients::revoke_at_command_line(&app, id).await.map_err(|error| of_client(error, id))?;
    say(&format!("Client {id} has been removed. Neither its secret nor any of its tokens works any more.\n"))
}

/// Replaces what an integration has been allowed.
pub(super) async fn change_scopes(config: &Config, id: ClientId, scopes: Vec<Scope>) -> Result<(), CliError> {
    let app = app(config).await?;
    let names = scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
    removal::change_scopes(&app, id, scopes).await.map_err(|error| of_client(error, id))?;
    say(&format!(
        "Client {id} has these scopes from now on: {names}. For one that is new to it, it needs a new token.\n"
    ))
}

fn of_client(error: Error, id: ClientId) -> CliError {
    match error {
        Error::NotFound => unknown("client", id, "candour client list"),
        other => other.into(),
    }
}

fn unknown(kind: &str, id: impl std::fmt::Display, list: &str) -> CliError {
    CliError::Usage(format!("there is no {kind} {id}; `{list}` prints those there are"))
}

fn say(text: &str) -> Result<(), CliError> {
    Ok(write!(std::io::stdout(), "{text}")?)
}
