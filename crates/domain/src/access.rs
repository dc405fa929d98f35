//! Who may do what: one table of data, read by the service and walked by a test against the published API.

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads [`Self::as_str`] back.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name)
            }
        }
    };
}
pub(crate) use named;

/// The operations as values, and each as a type by which an [`Authorised`](crate::Authorised) says what it is good for.
macro_rules! operations {
    ($(#[$doc:meta])* Operation { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        named! { $(#[$doc])* Operation { $($(#[$variant_doc])* $variant = $text),+ } }

        /// Each operation as a type, for what may be done once and nothing else.
        pub mod permission {
            $(
                $(#[$variant_doc])*
                #[derive(Clone, Copy, Debug)]
                pub enum $variant {}

                impl super::Permission for $variant {
                    const OPERATION: super::Operation = super::Operation::$variant;
                }
            )+
        }
    };
}

/// One operation as a type.
pub trait Permission: 'static {
    /// The operation.
    const OPERATION: Operation;
}

named! {
    /// What a person who signs in is to their trust. One person may have several.
    Role {
        /// Sets up and runs rounds; reads results after release.
        Administrator = "administrator",
        /// Reads, redacts and releases the results of the reviews they facilitate.
        Facilitator = "facilitator",
        /// Reads what the facilitator reads of the reviews they advise on, and changes nothing.
        Adviser = "adviser",
        /// Reads the released report about themselves.
        Subject = "subject",
    }
}

named! {
    /// What an integration has been allowed.
    Scope {
        /// Read rounds, reviews, frameworks, readiness and progress.
        RoundsRead = "rounds:read",
        /// Set up and run rounds.
        RoundsWrite = "rounds:write",
        /// Read released results.
        ResultsRead = "results:read",
        /// Add frameworks.
        FrameworksWrite = "frameworks:write",
        /// Read the audit log.
        AuditRead = "audit:read",
    }
}

operations! {
    /// Everything one can ask of the API. The name is the `operationId` in the published contract.
    Operation {
        /// Exchange client credentials for a token.
        IssueToken = "issue_token",
        /// Read the keys that verify tokens.
        GetJwks = "get_jwks",
        /// Read where tokens are issued.
        GetAuthorizationServer = "get_authorization_server",
        /// List frameworks.
        ListFrameworks = "list_frameworks",
        /// Add a framework or a new version of one.
        CreateFramework = "create_framework",
        /// Read a framework.
        GetFramework = "get_framework",
        /// Read how a framework's items did over many reviews.
        GetFrameworkQuality = "get_framework_quality",
        /// List rounds.
        ListRounds = "list_rounds",
        /// Set up a round.
        CreateRound = "create_round",
        /// Read a round.
        GetRound = "get_round",
        /// Change a draft.
        UpdateRound = "update_round",
        /// Delete a draft.
        DeleteRound = "delete_round",
        /// Make a draft from a round.
        CopyRound = "copy_round",
        /// List the reviews of a round.
        ListReviews = "list_reviews",
        /// Add a review.
        CreateReview = "create_review",
        /// Read a review.
        GetReview = "get_review",
        /// Name another facilitator in a draft.
        UpdateReview = "update_review",
        /// Take a review out of a draft.
        DeleteReview = "delete_review",
        /// Read who is asked and who waits, before agreeing to it.
        GetReviewList = "get_review_list",
        /// Agree to the list of a review.
        AgreeToList = "agree_to_list",
        /// List the advisers of a review.
        ListAdvisers = "list_advisers",
        /// Name an adviser of a review.
        NameAdviser = "name_adviser",
        /// Take an adviser of a review away.
        RemoveAdviser = "remove_adviser",
        /// List the raters of a review with the delivery of their invitation.
        ListRaters = "list_raters",
        /// Add raters.
        AddRaters = "add_raters",
        /// Withdraw a rater.
        WithdrawRater = "withdraw_rater",
        /// Ask a rater again whose address was refused.
        AskRaterAgain = "ask_rater_again",
        /// See what could be published.
        GetReadiness = "get_readiness",
        /// See what is destroyed of a round, and when.
        GetRetention = "get_retention",
        /// See how many have answered, in all.
        GetProgress = "get_progress",
        /// See how the first emails of a round fare.
        GetDelivery = "get_delivery",
        /// See the invitation as a rater gets it.
        PreviewEmail = "preview_email",
        /// Send the invitation to oneself.
        SendTestEmail = "send_test_email",
        /// Launch a round.
        LaunchRound = "launch_round",
        /// Set the time at which a draft is launched.
        SetLaunchTime = "set_launch_time",
        /// Take that time back.
        RemoveLaunchTime = "remove_launch_time",
        /// Extend the deadline.
        ExtendRound = "extend_round",
        /// Remind those who have not answered.
        RemindRaters = "remind_raters",
        /// Close a round.
        CloseRound = "close_round",
        /// Cancel a round.
        CancelRound = "cancel_round",
        /// Read a result as JSON.
        GetResults = "get_results",
        /// Read a result as CSV.
        GetResultsCsv = "get_results_csv",
        /// Redact a comment.
        RedactComment = "redact_comment",
        /// Release a result.
        ReleaseReview = "release_review",
        /// See who will be told of a release, and when.
        GetRelease = "get_release",
        /// Take back the time of a release.
        TakeReleaseBack = "take_release_back",
        /// Read a questionnaire through a link.
        GetSurvey = "get_survey",
        /// Save a draft through a link.
        SaveDraft = "save_draft",
        /// Submit a response through a link.
        SubmitResponse = "submit_response",
        /// Decline through a link.
        DeclineSurvey = "decline_survey",
        /// List the people who sign in.
        ListPeople = "list_people",
        /// Invite a colleague.
        InvitePerson = "invite_person",
        /// End somebody's access.
        EndAccess = "end_access",
        /// Give somebody access again whose access has ended.
        RestoreAccess = "restore_access",
        /// List the trust's integrations.
        ListClients = "list_clients",
        /// Add an integration.
        CreateClient = "create_client",
        /// Revoke an integration.
        RevokeClient = "revoke_client",
        /// See where the trust's people sign in.
        GetIdentityProvider = "get_identity_provider",
        /// Set where the trust's people sign in.
        SetIdentityProvider = "set_identity_provider",
        /// Remove the trust's own sign-in.
        RemoveIdentityProvider = "remove_identity_provider",
        /// Read the audit log.
        ListAuditLog = "list_audit_log",
        /// Read the audit log as CSV.
        GetAuditLogCsv = "get_audit_log_csv",
        /// See the work that waits or has failed.
        ListJobs = "list_jobs",
        /// Try a job again that has failed for good.
        RetryJob = "retry_job",
        /// Ask whether the process runs.
        GetLive = "get_live",
        /// Ask whether the service can answer.
        GetReady = "get_ready",
        /// Read the published contract.
        GetOpenapi = "get_openapi",
    }
}

/// One way to be allowed an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Anybody at all.
    Public,
    /// Anybody who holds the rater's link.
    Link,
    /// A person with this role. What they see is limited to their trust and, for facilitators, advisers and subjects,
    /// to their own reviews.
    Role(Role),
    /// An integration with this scope, limited to its trust.
    Scope(Scope),
}

impl Role {
    /// The scopes that a token for this role may have: each of them allows something that the role may, and that no
    /// scope before it allows.
    #[must_use]
    pub fn scopes(self) -> Vec<Scope> {
        let allows = |scope: Scope| -> Vec<Operation> {
            Operation::ALL.iter().copied().filter(|&asked| self.may_within(&[scope], asked)).collect()
        };
        let mut scopes: Vec<Scope> = Vec::new();
        for &scope in Scope::ALL {
            let before: Vec<Operation> = scopes.iter().flat_map(|&scope| allows(scope)).collect();
            if allows(scope).iter().any(|asked| !before.contains(asked)) {
                scopes.push(scope);
            }
        }
        scopes
    }

    /// Whether both this role and one of the scopes are granted the operation.
    pub(crate) fn may_within(self, scopes: &[Scope], operation: Operation) -> bool {
        let row = grants(operation);
        row.contains(&Grant::Role(self)) && scopes.iter().any(|&scope| row.contains(&Grant::Scope(scope)))
    }
}

/// The row of the access table for this operation; never empty.
#[must_use]
pub fn grants(operation: Operation) -> &'static [Grant] {
    use Grant::{Link, Public, Role as R, Scope as S};
    use Operation as O;
    use Role::{Administrator, Adviser, Facilitator, Subject};
    use Scope::{AuditRead, FrameworksWrite, ResultsRead, RoundsRead, RoundsWrite};
    match operation {
        O::IssueToken | O::GetJwks | O::GetAuthorizationServer | O::GetLive | O::GetReady | O::GetOpenapi => &[Public],
        O::GetSurvey | O::SaveDraft | O::SubmitResponse | O::DeclineSurvey => &[Link],
        O::ListFrameworks | O::GetFramework | O::GetReadiness | O::GetRetention | O::GetProgress | O::GetDelivery => {
            &[R(Administrator), S(RoundsRead), S(RoundsWrite)]
        }
        O::ListRounds | O::GetRound | O::ListReviews | O::GetReview => {
            &[R(Administrator), R(Facilitator), R(Adviser), S(RoundsRead), S(RoundsWrite)]
        }
        O::GetFrameworkQuality => &[R(Administrator), S(ResultsRead)],
        O::CreateFramework => &[R(Administrator), S(FrameworksWrite)],
        O::CreateRound
        | O::UpdateRound
        | O::DeleteRound
        | O::CopyRound
        | O::CreateReview
        | O::UpdateReview
        | O::DeleteReview
        | O::ListRaters
        | O::AddRaters
        | O::WithdrawRater
        | O::AskRaterAgain
        | O::PreviewEmail
        | O::LaunchRound
        | O::SetLaunchTime
        | O::RemoveLaunchTime
        | O::ExtendRound
        | O::RemindRaters
        | O::CloseRound
        | O::CancelRound => &[R(Administrator), S(RoundsWrite)],
        O::GetResults | O::GetResultsCsv => &[R(Administrator), R(Facilitator), R(Adviser), R(Subject), S(ResultsRead)],
        O::GetReviewList
        | O::AgreeToList
        | O::ListAdvisers
        | O::NameAdviser
        | O::RemoveAdviser
        | O::RedactComment
        | O::ReleaseReview
        | O::GetRelease
        | O::TakeReleaseBack => &[R(Facilitator)],
        O::ListAuditLog | O::GetAuditLogCsv => &[R(Administrator), S(AuditRead)],
        O::ListJobs
        | O::RetryJob
        | O::ListPeople
        | O::InvitePerson
        | O::EndAccess
        | O::RestoreAccess
        | O::SendTestEmail
        | O::ListClients
        | O::CreateClient
        | O::RevokeClient
        | O::GetIdentityProvider
        | O::SetIdentityProvider
        | O::RemoveIdentityProvider => &[R(Administrator)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountId, Assurance, ClientId, Email, OrganisationId, PersonalTokenId, Principal};

    fn user(role: Role) -> Result<Principal, crate::person::InvalidPerson> {
        let (account, organisation) = (AccountId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
        let (email, assurance) = (Email::parse("a@b.uk")?, Assurance::Proven);
        Ok(Principal::User { account, organisation, role, email, assurance })
    }

    /// A person's token in this role with these scopes.
    fn token(role: Role, scopes: &[Scope]) -> Result<Principal, crate::person::InvalidPerson> {
        Ok(Principal::Token {
            token: PersonalTokenId::from_random([4; 16]),
            account: AccountId::from_random([1; 16]),
            organisation: OrganisationId::from_random([2; 16]),
            role,
            email: Email::parse("a@b.uk")?,
            scopes: scopes.to_vec(),
        })
    }

    #[test]
    fn guarantee_a_persons_token_does_what_both_role_and_scope_may() -> Result<(), crate::person::InvalidPerson> {
        for (&role, &scope) in Role::ALL.iter().flat_map(|role| Scope::ALL.iter().map(move |scope| (role, scope))) {
            let client = Principal::Client {
                client: ClientId::from_random([1; 16]),
                organisation: OrganisationId::from_random([2; 16]),
                scopes: vec![scope],
            };
            for &operation in Operation::ALL {
                let both = user(role)?.may(operation) && client.may(operation);
                assert_eq!(token(role, &[scope])?.may(operation), both, "{role:?} {scope:?} {operation:?}");
            }
        }
        for &role in Role::ALL {
            for decision in [
                Operation::GetReviewList,
                Operation::AgreeToList,
                Operation::RedactComment,
                Operation::ReleaseReview,
                Operation::TakeReleaseBack,
            ] {
                assert!(!token(role, Scope::ALL)?.may(decision), "{role:?} {decision:?}");
            }
        }
        Ok(())
    }

    #[test]
    fn a_role_has_the_scopes_that_give_it_something() {
        use Scope::{AuditRead, FrameworksWrite, ResultsRead, RoundsRead, RoundsWrite};
        let expected = [RoundsRead, RoundsWrite, ResultsRead, FrameworksWrite, AuditRead];
        assert_eq!(Role::Administrator.scopes(), expected);
        assert_eq!(Role::Facilitator.scopes(), [RoundsRead, ResultsRead]);
        assert_eq!(Role::Adviser.scopes(), [RoundsRead, ResultsRead]);
        assert_eq!(Role::Subject.scopes(), [ResultsRead]);
    }

    #[test]
    fn who_has_only_read_an_email_acts_as_a_subject() -> Result<(), crate::person::InvalidPerson> {
        for (&role, &operation) in
            Role::ALL.iter().flat_map(|role| Operation::ALL.iter().map(move |asked| (role, asked)))
        {
            let Principal::User { account, organisation, email, .. } = user(role)? else { continue };
            let read = Principal::User { account, organisation, role, email, assurance: Assurance::Mailbox };
            let public = grants(operation).contains(&Grant::Public);
            let expected = public || (role == Role::Subject && user(role)?.may(operation));
            assert_eq!(read.may(operation), expected, "{role:?} {operation:?}");
        }
        Ok(())
    }

    #[test]
    fn every_operation_has_a_row_and_a_name_that_reads_back() {
        for &operation in Operation::ALL {
            assert!(!grants(operation).is_empty(), "{operation:?}");
            assert_eq!(Operation::from_name(operation.as_str()), Some(operation));
        }
    }

    #[test]
    fn nobody_but_a_facilitator_agrees_names_advisers_redacts_or_releases() -> Result<(), crate::person::InvalidPerson>
    {
        let (account, organisation) = (ClientId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
        let everything = Principal::Client { client: account, organisation, scopes: Scope::ALL.to_vec() };
        for operation in [
            Operation::GetReviewList,
            Operation::AgreeToList,
            Operation::ListAdvisers,
            Operation::NameAdviser,
            Operation::RemoveAdviser,
            Operation::RedactComment,
            Operation::ReleaseReview,
            Operation::GetRelease,
            Operation::TakeReleaseBack,
        ] {
            for &role in Role::ALL {
                assert_eq!(user(role)?.may(operation), role == Role::Facilitator, "{role:?} {operation:?}");
            }
            assert!(!everything.may(operation));
        }
        assert!(
            !user(Role::Facilitator)?.may(Operation::ListRaters),
            "the facilitator does not see how each person's email fares"
        );
        Ok(())
    }

    #[test]
    fn guarantee_an_adviser_reads_and_changes_nothing() -> Result<(), crate::person::InvalidPerson> {
        let (adviser, facilitator) = (user(Role::Adviser)?, user(Role::Facilitator)?);
        let of_advisers =
            |operation: &&Operation| adviser.may(**operation) && !grants(**operation).contains(&Grant::Public);
        let granted: Vec<_> = Operation::ALL.iter().filter(of_advisers).copied().collect();
        assert_eq!(
            granted,
            [
                Operation::ListRounds,
                Operation::GetRound,
                Operation::ListReviews,
                Operation::GetReview,
                Operation::GetResults,
                Operation::GetResultsCsv,
            ]
        );
        assert!(granted.into_iter().all(|operation| facilitator.may(operation)));
        Ok(())
    }

    #[test]
    fn no_token_opens_a_questionnaire() -> Result<(), crate::person::InvalidPerson> {
        for &role in Role::ALL {
            for operation in
                [Operation::GetSurvey, Operation::SaveDraft, Operation::SubmitResponse, Operation::DeclineSurvey]
            {
                assert!(!user(role)?.may(operation));
            }
        }
        Ok(())
    }
}
