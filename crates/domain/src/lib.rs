//! What a 360-degree round is: its types, its rules and its life.
//!
//! Everything here is a pure function of its arguments. There is no input or output, no clock, no randomness, no SQL
//! and no HTTP; `now` and fresh ids are handed in. Text from outside becomes a type of this crate once, at the edge,
//! and what the type says is true from then on: an [`Email`] has been parsed, a [`Response`] fits its framework, an
//! [`AnonymityPolicy`] respects its floors.

pub mod access;
pub mod adviser;
pub mod assurance;
pub mod audience;
pub mod audit;
pub mod authorised;
pub mod block;
pub mod clock;
pub mod copy;
pub mod delivery_reason;
pub mod earlier;
pub mod framework;
pub mod id;
pub mod identity_provider;
pub mod invitation;
pub mod list;
pub mod mailbox;
pub mod organisation;
pub mod passkey;
pub mod person;
pub mod personal_token;
pub mod policy;
pub mod principal;
pub mod rater;
pub mod readiness;
pub mod response;
pub mod retention;
pub mod review;
pub mod roster;
pub mod round;
pub mod scale;
pub mod slug;
pub mod text;
pub mod visibility;
pub mod wording;

pub use access::{Operation, Role, Scope};
pub use adviser::Adviser;
pub use assurance::Assurance;
pub use authorised::Authorised;
pub use block::Block;
pub use clock::SettledNow;
pub use delivery_reason::DeliveryReason;
pub use framework::{Competency, Framework, Item, Prompt};
pub use id::{
    AccountId, AddressId, AdviserId, AuditEventId, BallotId, ClientId, CommentId, FrameworkId, InvitationId, JobId,
    OrganisationId, PasskeyId, PersonalTokenId, QualityReportId, RaterId, ReviewId, RoundId, SessionId, SignInCodeId,
    UploadId,
};
pub use identity_provider::ProviderProfile;
pub use invitation::{Delivery, Invitation};
pub use mailbox::Mailbox;
pub use organisation::Organisation;
pub use passkey::PasskeyName;
pub use person::{Email, EmailDomain, Person, PersonName};
pub use personal_token::{PersonalToken, TokenName};
pub use policy::AnonymityPolicy;
pub use principal::{Principal, Standing};
pub use rater::{Asked, Rater, RaterGroup, RaterGroups, RaterKind};
pub use response::Response;
pub use retention::RetentionPolicy;
pub use review::Review;
pub use round::{Round, RoundState};
pub use scale::{Rating, Scale, ScaleEnd};
pub use slug::{CompetencyId, GroupId, ItemId, PromptId};
pub use visibility::Visibility;
