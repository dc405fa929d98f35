//! The words of the audit log: who did what to what. What a line may say besides (ids, numbers, states) is never a name
//! or an address.

mod event;
mod kind;

use std::fmt;
use std::str::FromStr;

pub use self::event::AuditEvent;
pub use self::kind::Kind;
use crate::access::named;
use crate::{AccountId, ClientId, FrameworkId, JobId, OrganisationId, RaterId, ReviewId, RoundId};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person who signs in.
    Account(AccountId),
    /// An integration.
    Client(ClientId),
    /// The service by itself.
    Worker,
    /// Somebody at the command line of the server.
    Operator,
    /// Somebody who has not proved who they are.
    Unknown,
}

/// To what it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A trust.
    Organisation(OrganisationId),
    /// A person who signs in.
    Account(AccountId),
    /// An integration.
    Client(ClientId),
    /// A questionnaire.
    Framework(FrameworkId),
    /// A round.
    Round(RoundId),
    /// A review.
    Review(ReviewId),
    /// Somebody who is asked.
    Rater(RaterId),
    /// Work for the worker.
    Job(JobId),
}

named! {
    /// What was done. The name stands in the log and in the published contract.
    Action {
        /// A trust was set up.
        OrganisationCreated = "organisation.created",
        /// The first administrator set up the service.
        AdministratorSetUp = "administrator.set_up",
        /// A passkey was added to an account.
        PasskeyAdded = "passkey.added",
        /// A passkey was taken away from an account.
        PasskeyRemoved = "passkey.removed",
        /// Somebody said of a passkey that they had not added it; it went before it opened anything unreleased.
        PasskeyDisowned = "passkey.disowned",
        /// A person's other address was confirmed.
        AddressAdded = "address.added",
        /// A person's other address was taken away.
        AddressRemoved = "address.removed",
        /// A colleague was invited.
        AccountInvited = "account.invited",
        /// Somebody's access was ended.
        AccountEnded = "account.ended",
        /// Somebody whose access had ended was given access again.
        AccountRestored = "account.restored",
        /// Somebody signed in.
        SignedIn = "account.signed_in",
        /// Somebody ended a session of theirs.
        SessionEnded = "account.session_ended",
        /// The trust's own sign-in was set or changed.
        IdentityProviderSet = "identity_provider.set",
        /// The trust's own sign-in was removed, with everybody who was linked there.
        IdentityProviderRemoved = "identity_provider.removed",
        /// Somebody linked what they have at the trust's own sign-in to their account.
        IdentityLinked = "identity.linked",
        /// Somebody took that away.
        IdentityUnlinked = "identity.unlinked",
        /// Somebody said that they rely on passkeys alone, or took it back.
        PasskeyOnlyChanged = "account.passkey_only_changed",
        /// Somebody came back from the trust's own sign-in and was let in nowhere.
        IdentityRefused = "identity.refused",
        /// Somebody made a token for a program of theirs.
        PersonalTokenMade = "personal_token.made",
        /// Somebody revoked a token of theirs.
        PersonalTokenRevoked = "personal_token.revoked",
        /// An integration was given credentials.
        ClientCreated = "client.created",
        /// The scopes of an integration were changed.
        ClientScopesChanged = "client.scopes_changed",
        /// An integration was removed.
        ClientRemoved = "client.removed",
        /// A token was made at the command line.
        TokenIssued = "token.issued",
        /// A secret or a token was refused.
        TokenRefused = "token.refused",
        /// A questionnaire was added.
        FrameworkCreated = "framework.created",
        /// A questionnaire was reported on.
        FrameworkQualityReported = "framework.quality_reported",
        /// A round was set up.
        RoundCreated = "round.created",
        /// A round was set up as a copy of another.
        RoundCopied = "round.copied",
        /// A draft of a round was changed.
        RoundChanged = "round.changed",
        /// A draft of a round was deleted.
        RoundDeleted = "round.deleted",
        /// A round was launched.
        RoundLaunched = "round.launched",
        /// The time at which a draft is launched was set.
        RoundLaunchSet = "round.launch_set",
        /// That time was taken back.
        RoundLaunchUnset = "round.launch_unset",
        /// At its time a draft could not be launched, and the time was taken back.
        RoundLaunchMissed = "round.launch_missed",
        /// Somebody sent themselves the invitation of a round, to look at.
        RoundTestEmail = "round.test_email",
        /// The openings of a round's emails were changed.
        RoundEmailsWorded = "round.emails_worded",
        /// The deadline of a round was moved.
        RoundExtended = "round.extended",
        /// Those who had not answered were reminded.
        RoundReminded = "round.reminded",
        /// A round was closed.
        RoundClosed = "round.closed",
        /// A round was counted.
        RoundCounted = "round.counted",
        /// A round was ended without a result.
        RoundCancelled = "round.cancelled",
        /// The answers of a round were destroyed.
        RoundAnswersDestroyed = "round.answers_destroyed",
        /// The people of a round were erased.
        RoundPeopleErased = "round.people_erased",
        /// A round was put away.
        RoundArchived = "round.archived",
        /// The results of a round were deleted.
        RoundResultsDeleted = "round.results_deleted",
        /// A review was added.
        ReviewCreated = "review.created",
        /// Another facilitator was named.
        ReviewFacilitatorChanged = "review.facilitator_changed",
        /// The facilitator named an adviser.
        ReviewAdviserNamed = "review.adviser_named",
        /// The facilitator took an adviser away.
        ReviewAdviserRemoved = "review.adviser_removed",
        /// A review was taken out of a draft.
        ReviewDeleted = "review.deleted",
        /// The facilitator agreed to the list of raters.
        ReviewListAgreed = "review.list_agreed",
        /// Ballots that cannot be read were left out of a count.
        ReviewBallotsLeftOut = "review.ballots_left_out",
        /// Somebody was told that a result waits for its release.
        ReviewUnreleasedWarned = "review.unreleased_warned",
        /// A release was set for later.
        ReviewReleaseScheduled = "review.release_scheduled",
        /// The time of a release was taken back.
        ReviewReleaseTakenBack = "review.release_taken_back",
        /// A result was released.
        ReviewReleased = "review.released",
        /// A result was read.
        ResultRead = "result.read",
        /// A comment was taken out of a result.
        CommentRedacted = "comment.redacted",
        /// A comment that had been taken out of a result was put back.
        CommentRestored = "comment.restored",
        /// Raters were added.
        RatersAdded = "raters.added",
        /// A rater was withdrawn.
        RaterWithdrawn = "rater.withdrawn",
        /// A rater whose address was refused was asked again.
        RaterAskedAgain = "rater.asked_again",
        /// A job that had failed was tried again.
        JobRetried = "job.retried",
    }
}

impl Action {
    /// Whether it is told only once the review it is about has been released. Those who run the round read the log, and
    /// a time that the facilitator has set, and may take back, is not for them.
    #[must_use]
    pub fn waits_for_release(self) -> bool {
        matches!(self, Self::ReviewReleaseScheduled | Self::ReviewReleaseTakenBack)
    }
}

impl Actor {
    /// Reads back how it is written; `None` for what only another version knows.
    ///
    /// ```
    /// use candour_domain::AccountId;
    /// use candour_domain::audit::Actor;
    /// let account = Actor::Account(AccountId::from_random([1; 16]));
    /// assert_eq!(Actor::from_text(&account.to_string()), Some(account));
    /// assert_eq!(Actor::from_text("worker"), Some(Actor::Worker));
    /// assert_eq!(Actor::from_text("somebody"), None);
    /// ```
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "worker" => return Some(Self::Worker),
            "cli" => return Some(Self::Operator),
            "unknown" => return Some(Self::Unknown),
            _ => {}
        }
        match text.split_once(':')? {
            ("account", id) => id_of(id).map(Self::Account),
            ("client", id) => id_of(id).map(Self::Client),
            _ => None,
        }
    }
}

impl Target {
    /// Reads back how it is written; `None` for what only another version knows.
    ///
    /// ```
    /// use candour_domain::RoundId;
    /// use candour_domain::audit::Target;
    /// let round = Target::Round(RoundId::from_random([1; 16]));
    /// assert_eq!(Target::from_text(&round.to_string()), Some(round));
    /// assert_eq!(Target::from_text("round:1"), None);
    /// ```
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("organisation", id) => id_of(id).map(Self::Organisation),
            ("account", id) => id_of(id).map(Self::Account),
            ("client", id) => id_of(id).map(Self::Client),
            ("framework", id) => id_of(id).map(Self::Framework),
            ("round", id) => id_of(id).map(Self::Round),
            ("review", id) => id_of(id).map(Self::Review),
            ("rater", id) => id_of(id).map(Self::Rater),
            ("job", id) => id_of(id).map(Self::Job),
            _ => None,
        }
    }
}

fn id_of<Id: FromStr>(text: &str) -> Option<Id> {
    text.parse().ok()
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "account:{id}"),
            Self::Client(id) => write!(f, "client:{id}"),
            Self::Worker => f.write_str("worker"),
            Self::Operator => f.write_str("cli"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organisation(id) => write!(f, "organisation:{id}"),
            Self::Account(id) => write!(f, "account:{id}"),
            Self::Client(id) => write!(f, "client:{id}"),
            Self::Framework(id) => write!(f, "framework:{id}"),
            Self::Round(id) => write!(f, "round:{id}"),
            Self::Review(id) => write!(f, "review:{id}"),
            Self::Rater(id) => write!(f, "rater:{id}"),
            Self::Job(id) => write!(f, "job:{id}"),
        }
    }
}
