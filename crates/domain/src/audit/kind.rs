//! What an action is about, for somebody who looks for some lines of the log.

use super::Action;
use crate::access::named;

named! {
    /// What an action is about.
    Kind {
        /// Rounds, reviews and who is asked.
        Rounds = "rounds",
        /// Results and reports.
        Reports = "reports",
        /// People, and how they sign in.
        People = "people",
        /// Integrations and tokens.
        Systems = "systems",
        /// The trust and the service.
        Service = "service",
    }
}

impl Kind {
    /// Its actions.
    pub fn actions(self) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |action| action.kind() == self)
    }
}

impl Action {
    /// What it is about.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::OrganisationCreated
            | Self::IdentityProviderSet
            | Self::IdentityProviderRemoved
            | Self::FrameworkCreated
            | Self::JobRetried => Kind::Service,
            Self::AdministratorSetUp
            | Self::PasskeyAdded
            | Self::PasskeyRemoved
            | Self::PasskeyDisowned
            | Self::AddressAdded
            | Self::AddressRemoved
            | Self::AccountInvited
            | Self::AccountEnded
            | Self::AccountRestored
            | Self::SignedIn
            | Self::SessionEnded
            | Self::IdentityLinked
            | Self::IdentityUnlinked
            | Self::IdentityRefused
            | Self::PasskeyOnlyChanged => Kind::People,
            Self::PersonalTokenMade
            | Self::PersonalTokenRevoked
            | Self::ClientCreated
            | Self::ClientScopesChanged
            | Self::ClientRemoved
            | Self::TokenIssued
            | Self::TokenRefused => Kind::Systems,
            Self::RoundCreated
            | Self::RoundCopied
            | Self::RoundChanged
            | Self::RoundDeleted
            | Self::RoundLaunched
            | Self::RoundLaunchSet
            | Self::RoundLaunchUnset
            | Self::RoundLaunchMissed
            | Self::RoundTestEmail
            | Self::RoundEmailsWorded
            | Self::RoundExtended
            | Self::RoundReminded
            | Self::RoundClosed
            | Self::RoundCancelled
            | Self::RoundPeopleErased
            | Self::ReviewCreated
            | Self::ReviewFacilitatorChanged
            | Self::ReviewAdviserNamed
            | Self::ReviewAdviserRemoved
            | Self::ReviewDeleted
            | Self::ReviewListAgreed
            | Self::RatersAdded
            | Self::RaterWithdrawn
            | Self::RaterAskedAgain => Kind::Rounds,
            Self::FrameworkQualityReported
            | Self::RoundCounted
            | Self::RoundAnswersDestroyed
            | Self::RoundArchived
            | Self::RoundResultsDeleted
            | Self::ReviewBallotsLeftOut
            | Self::ReviewUnreleasedWarned
            | Self::ReviewReleaseScheduled
            | Self::ReviewReleaseTakenBack
            | Self::ReviewReleased
            | Self::ResultRead
            | Self::CommentRedacted
            | Self::CommentRestored => Kind::Reports,
        }
    }
}
