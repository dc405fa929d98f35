//! The actions of the log in words.

use candour_domain::audit::{Action, Kind};

use crate::frame::{Said, Say};

/// What was done. A new action does not compile until somebody has found words for it.
pub(super) fn action(say: Say, action: Action) -> Said {
    match action {
        Action::OrganisationCreated => Said::of(say.audit_did_organisation_created()),
        Action::AdministratorSetUp => Said::of(say.audit_did_administrator_set_up()),
        Action::PasskeyAdded => Said::of(say.audit_did_passkey_added()),
        Action::PasskeyRemoved => Said::of(say.audit_did_passkey_removed()),
        Action::PasskeyDisowned => Said::of(say.audit_did_passkey_disowned()),
        Action::AddressAdded => Said::of(say.audit_did_address_added()),
        Action::AddressRemoved => Said::of(say.audit_did_address_removed()),
        Action::AccountInvited => Said::of(say.audit_did_account_invited()),
        Action::AccountEnded => Said::of(say.audit_did_account_ended()),
        Action::AccountRestored => Said::of(say.audit_did_account_restored()),
        Action::SignedIn => Said::of(say.audit_did_account_signed_in()),
        Action::SessionEnded => Said::of(say.audit_did_account_session_ended()),
        Action::IdentityProviderSet => Said::of(say.audit_did_identity_provider_set()),
        Action::IdentityProviderRemoved => Said::of(say.audit_did_identity_provider_removed()),
        Action::IdentityLinked => Said::of(say.audit_did_identity_linked()),
        Action::IdentityUnlinked => Said::of(say.audit_did_identity_unlinked()),
        Action::PasskeyOnlyChanged => Said::of(say.audit_did_account_passkey_only_changed()),
        Action::IdentityRefused => Said::of(say.audit_did_identity_refused()),
        Action::PersonalTokenMade => Said::of(say.audit_did_personal_token_made()),
        Action::PersonalTokenRevoked => Said::of(say.audit_did_personal_token_revoked()),
        Action::ClientCreated => Said::of(say.audit_did_client_created()),
        Action::ClientScopesChanged => Said::of(say.audit_did_client_scopes_changed()),
        Action::ClientRemoved => Said::of(say.audit_did_client_removed()),
        Action::TokenIssued => Said::of(say.audit_did_token_issued()),
        Action::TokenRefused => Said::of(say.audit_did_token_refused()),
        Action::FrameworkCreated => Said::of(say.audit_did_framework_created()),
        Action::FrameworkQualityReported => Said::of(say.audit_did_framework_quality_reported()),
        Action::RoundCreated => Said::of(say.audit_did_round_created()),
        Action::RoundCopied => Said::of(say.audit_did_round_copied()),
        Action::RoundChanged => Said::of(say.audit_did_round_changed()),
        Action::RoundDeleted => Said::of(say.audit_did_round_deleted()),
        Action::RoundLaunched => Said::of(say.audit_did_round_launched()),
        Action::RoundLaunchSet => Said::of(say.audit_did_round_launch_set()),
        Action::RoundLaunchUnset => Said::of(say.audit_did_round_launch_unset()),
        Action::RoundLaunchMissed => Said::of(say.audit_did_round_launch_missed()),
        Action::RoundTestEmail => Said::of(say.audit_did_round_test_email()),
        Action::RoundEmailsWorded => Said::of(say.audit_did_round_emails_worded()),
        Action::RoundExtended => Said::of(say.audit_did_round_extended()),
        Action::RoundReminded => Said::of(say.audit_did_round_reminded()),
        Action::RoundClosed => Said::of(say.audit_did_round_closed()),
        Action::RoundCounted => Said::of(say.audit_did_round_counted()),
        Action::RoundCancelled => Said::of(say.audit_did_round_cancelled()),
        Action::RoundAnswersDestroyed => Said::of(say.audit_did_round_answers_destroyed()),
        Action::RoundPeopleErased => Said::of(say.audit_did_round_people_erased()),
        Action::RoundArchived => Said::of(say.audit_did_round_archived()),
        Action::RoundResultsDeleted => Said::of(say.audit_did_round_results_deleted()),
        Action::ReviewCreated => Said::of(say.audit_did_review_created()),
        Action::ReviewFacilitatorChanged => Said::of(say.audit_did_review_facilitator_changed()),
        Action::ReviewAdviserNamed => Said::of(say.audit_did_review_adviser_named()),
        Action::ReviewAdviserRemoved => Said::of(say.audit_did_review_adviser_removed()),
        Action::ReviewDeleted => Said::of(say.audit_did_review_deleted()),
        Action::ReviewListAgreed => Said::of(say.audit_did_review_list_agreed()),
        Action::ReviewBallotsLeftOut => Said::of(say.audit_did_review_ballots_left_out()),
        Action::ReviewUnreleasedWarned => Said::of(say.audit_did_review_unreleased_warned()),
        Action::ReviewReleaseScheduled => Said::of(say.audit_did_review_release_scheduled()),
        Action::ReviewReleaseTakenBack => Said::of(say.audit_did_review_release_taken_back()),
        Action::ReviewReleased => Said::of(say.audit_did_review_released()),
        Action::ResultRead => Said::of(say.audit_did_result_read()),
        Action::CommentRedacted => Said::of(say.audit_did_comment_redacted()),
        Action::CommentRestored => Said::of(say.audit_did_comment_restored()),
        Action::RatersAdded => Said::of(say.audit_did_raters_added()),
        Action::RaterWithdrawn => Said::of(say.audit_did_rater_withdrawn()),
        Action::RaterAskedAgain => Said::of(say.audit_did_rater_asked_again()),
        Action::JobRetried => Said::of(say.audit_did_job_retried()),
    }
}

/// What lines are about.
pub(super) fn kind(say: Say, kind: Kind) -> Said {
    match kind {
        Kind::Rounds => Said::of(say.audit_kind_rounds()),
        Kind::Reports => Said::of(say.audit_kind_reports()),
        Kind::People => Said::of(say.audit_kind_people()),
        Kind::Systems => Said::of(say.audit_kind_systems()),
        Kind::Service => Said::of(say.audit_kind_service()),
    }
}
