//! Who asks: a person, a token of theirs or an integration, and what an account is to its trust.

use crate::access::{Grant, Operation, Role, Scope, grants};
use crate::audit::Actor;
use crate::{AccountId, Assurance, ClientId, Email, OrganisationId, PersonalTokenId};

/// What an account is to its trust at this moment: what its own row and the trust's reviews say, never what a token
/// says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own, and one may be all of it")]
pub struct Standing {
    /// Its row says that it sets up and runs rounds.
    pub administrator: bool,
    /// A review names its address as the facilitator's.
    pub facilitator: bool,
    /// A review names its address as an adviser's.
    pub adviser: bool,
    /// A review names its address as the subject's.
    pub subject: bool,
}

impl Standing {
    /// Whether the account may act in this role now.
    #[must_use]
    pub fn holds(self, role: Role) -> bool {
        match role {
            Role::Administrator => self.administrator,
            Role::Facilitator => self.facilitator,
            Role::Adviser => self.adviser,
            Role::Subject => self.subject,
        }
    }
}

/// Who asks, as proved by a verified token and by what the database says of its account or client at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A person who signed in, acting in one role.
    User {
        /// Their account.
        account: AccountId,
        /// Their trust.
        organisation: OrganisationId,
        /// The role they act in.
        role: Role,
        /// Their address, which ties them to the reviews they facilitate, advise on or are the subject of.
        email: Email,
        /// How surely it is them.
        assurance: Assurance,
    },
    /// A token that a person has made, which acts for them in one role, within its scopes.
    Token {
        /// The token.
        token: PersonalTokenId,
        /// Whose it is.
        account: AccountId,
        /// Their trust.
        organisation: OrganisationId,
        /// The role it acts in.
        role: Role,
        /// The person's address, which ties them to the reviews they facilitate or are the subject of.
        email: Email,
        /// What it may do of what the role may.
        scopes: Vec<Scope>,
    },
    /// An integration.
    Client {
        /// Its credentials.
        client: ClientId,
        /// Its trust.
        organisation: OrganisationId,
        /// What it has been allowed.
        scopes: Vec<Scope>,
    },
}

impl Principal {
    /// The trust it belongs to; it can see no other.
    #[must_use]
    pub fn organisation(&self) -> OrganisationId {
        match self {
            Self::User { organisation, .. } | Self::Token { organisation, .. } | Self::Client { organisation, .. } => {
                *organisation
            }
        }
    }

    /// Whether the table grants it the operation.
    ///
    /// # Guarantee
    /// A person's token may do what both its role and one of its scopes may. So it never does what no scope may:
    /// agree, redact, release.
    #[must_use]
    pub fn may(&self, operation: Operation) -> bool {
        if let Self::Token { role, scopes, .. } = self {
            return grants(operation).contains(&Grant::Public) || role.may_within(scopes, operation);
        }
        grants(operation).iter().any(|grant| match (grant, self) {
            (Grant::Public, _) => true,
            (Grant::Role(wanted), Self::User { role, assurance, .. }) => {
                wanted == role && assurance.is_enough_for(*role)
            }
            (Grant::Scope(wanted), Self::Client { scopes, .. }) => scopes.contains(wanted),
            _ => false,
        })
    }

    /// How the audit log names it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::User { account, .. } | Self::Token { account, .. } => Actor::Account(*account),
            Self::Client { client, .. } => Actor::Client(*client),
        }
    }
}
