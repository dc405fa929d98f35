//! The table of contents of the API. The OpenAPI document is collected from here; raters' pages are registered beside
//! it.

use actix_web::web;
use candour_domain::Operation as O;
use utoipa_actix_web::{scope, service_config};

use crate::http::{
    advisers, audit_log, clients, delivery, docs, frameworks, health, identity_provider, jobs, launch_time, oauth,
    people, quality, raters, results, retention, review_list, reviews, round_copy, round_steps, rounds, sample_email,
    survey,
};

macro_rules! every_operation {
    ($config:ident, $scope:path) => {
        $config
            .service(oauth::issue_token)
            .service(oauth::get_jwks)
            .service(oauth::get_authorization_server)
            .service(
                $scope("/v1")
                    // What thousands of raters ask for; the others are asked for by a few, and a path is held against
                    // one after another.
                    .service(survey::get_survey)
                    .service(survey::save_draft)
                    .service(survey::submit_response)
                    .service(survey::decline_survey)
                    .service(frameworks::list_frameworks)
                    .service(frameworks::create_framework)
                    .service(frameworks::get_framework)
                    .service(quality::get_framework_quality)
                    .service(rounds::list_rounds)
                    .service(rounds::create_round)
                    .service(rounds::get_round)
                    .service(rounds::update_round)
                    .service(rounds::delete_round)
                    .service(round_copy::copy_round)
                    .service(round_steps::get_readiness)
                    .service(retention::get_retention)
                    .service(round_steps::get_progress)
                    .service(delivery::get_delivery)
                    .service(round_steps::launch_round)
                    .service(launch_time::set_launch_time)
                    .service(launch_time::remove_launch_time)
                    .service(round_steps::extend_round)
                    .service(round_steps::remind_raters)
                    .service(round_steps::close_round)
                    .service(round_steps::cancel_round)
                    .service(reviews::list_reviews)
                    .service(reviews::create_review)
                    .service(reviews::get_review)
                    .service(reviews::update_review)
                    .service(reviews::delete_review)
                    .service(review_list::get_review_list)
                    .service(review_list::agree_to_list)
                    .service(advisers::list_advisers)
                    .service(advisers::name_adviser)
                    .service(advisers::remove_adviser)
                    .service(raters::list_raters)
                    .service(raters::add_raters)
                    .service(raters::withdraw_rater)
                    .service(raters::ask_rater_again)
                    .service(sample_email::preview_email)
                    .service(sample_email::send_test_email)
                    .service(results::get_results)
                    .service(results::get_results_csv)
                    .service(results::redact_comment)
                    .service(results::release_review)
                    .service(results::get_release)
                    .service(results::take_release_back)
                    .service(identity_provider::get_identity_provider)
                    .service(identity_provider::set_identity_provider)
                    .service(identity_provider::remove_identity_provider)
                    .service(clients::list_clients)
                    .service(clients::create_client)
                    .service(clients::revoke_client)
                    .service(people::list_people)
                    .service(people::invite_person)
                    .service(people::end_access)
                    .service(people::restore_access)
                    .service(audit_log::list_audit_log)
                    .service(audit_log::get_audit_log_csv)
                    .service(jobs::list_jobs)
                    .service(jobs::retry_job),
            )
            .service(health::get_live)
            .service(health::get_ready)
            .service(docs::get_openapi);
    };
}
/// Every operation of the API, as the OpenAPI document is collected from.
pub fn described(config: &mut service_config::ServiceConfig<'_>) {
    every_operation!(config, scope::scope);
}

/// Every operation of the API, as it is served. To collect the document in each thread as well would cost megabytes.
pub fn served(config: &mut web::ServiceConfig) {
    every_operation!(config, web::scope);
}

/// The operations of each path, by method: what `Allow` names, and which operation a request asks for before a handler
/// is called.
pub const OPERATIONS: &[(&str, &[(&str, O)])] = &[
    ("/.well-known/jwks.json", &[("GET", O::GetJwks)]),
    ("/.well-known/oauth-authorization-server", &[("GET", O::GetAuthorizationServer)]),
    ("/health/live", &[("GET", O::GetLive)]),
    ("/health/ready", &[("GET", O::GetReady)]),
    ("/oauth/token", &[("POST", O::IssueToken)]),
    ("/openapi.json", &[("GET", O::GetOpenapi)]),
    ("/v1/audit-log", &[("GET", O::ListAuditLog)]),
    ("/v1/audit-log.csv", &[("GET", O::GetAuditLogCsv)]),
    ("/v1/clients", &[("GET", O::ListClients), ("POST", O::CreateClient)]),
    ("/v1/clients/{id}", &[("DELETE", O::RevokeClient)]),
    ("/v1/frameworks", &[("GET", O::ListFrameworks), ("POST", O::CreateFramework)]),
    ("/v1/frameworks/{id}", &[("GET", O::GetFramework)]),
    ("/v1/frameworks/{id}/quality", &[("GET", O::GetFrameworkQuality)]),
    ("/v1/jobs", &[("GET", O::ListJobs)]),
    ("/v1/jobs/{id}/retry", &[("POST", O::RetryJob)]),
    (
        "/v1/organisation/identity-provider",
        &[("GET", O::GetIdentityProvider), ("PUT", O::SetIdentityProvider), ("DELETE", O::RemoveIdentityProvider)],
    ),
    ("/v1/people", &[("GET", O::ListPeople), ("POST", O::InvitePerson)]),
    ("/v1/people/{id}", &[("DELETE", O::EndAccess)]),
    ("/v1/people/{id}/access", &[("POST", O::RestoreAccess)]),
    ("/v1/raters/{id}", &[("DELETE", O::WithdrawRater)]),
    ("/v1/raters/{id}/ask-again", &[("POST", O::AskRaterAgain)]),
    ("/v1/raters/{id}/email", &[("GET", O::PreviewEmail)]),
    ("/v1/reviews/{id}", &[("GET", O::GetReview), ("PATCH", O::UpdateReview), ("DELETE", O::DeleteReview)]),
    ("/v1/reviews/{id}/advisers", &[("GET", O::ListAdvisers), ("POST", O::NameAdviser)]),
    ("/v1/reviews/{id}/advisers/{adviser}", &[("DELETE", O::RemoveAdviser)]),
    ("/v1/reviews/{id}/agreement", &[("POST", O::AgreeToList)]),
    ("/v1/reviews/{id}/comments/{comment}", &[("PATCH", O::RedactComment)]),
    ("/v1/reviews/{id}/list", &[("GET", O::GetReviewList)]),
    ("/v1/reviews/{id}/raters", &[("GET", O::ListRaters), ("POST", O::AddRaters)]),
    ("/v1/reviews/{id}/release", &[("GET", O::GetRelease), ("POST", O::ReleaseReview), ("DELETE", O::TakeReleaseBack)]),
    ("/v1/reviews/{id}/results", &[("GET", O::GetResults)]),
    ("/v1/reviews/{id}/results.csv", &[("GET", O::GetResultsCsv)]),
    ("/v1/rounds", &[("GET", O::ListRounds), ("POST", O::CreateRound)]),
    ("/v1/rounds/{id}", &[("GET", O::GetRound), ("PATCH", O::UpdateRound), ("DELETE", O::DeleteRound)]),
    ("/v1/rounds/{id}/cancel", &[("POST", O::CancelRound)]),
    ("/v1/rounds/{id}/close", &[("POST", O::CloseRound)]),
    ("/v1/rounds/{id}/copy", &[("POST", O::CopyRound)]),
    ("/v1/rounds/{id}/delivery", &[("GET", O::GetDelivery)]),
    ("/v1/rounds/{id}/extend", &[("POST", O::ExtendRound)]),
    ("/v1/rounds/{id}/launch", &[("POST", O::LaunchRound)]),
    ("/v1/rounds/{id}/launch-time", &[("PUT", O::SetLaunchTime), ("DELETE", O::RemoveLaunchTime)]),
    ("/v1/rounds/{id}/progress", &[("GET", O::GetProgress)]),
    ("/v1/rounds/{id}/readiness", &[("GET", O::GetReadiness)]),
    ("/v1/rounds/{id}/remind", &[("POST", O::RemindRaters)]),
    ("/v1/rounds/{id}/retention", &[("GET", O::GetRetention)]),
    ("/v1/rounds/{id}/reviews", &[("GET", O::ListReviews), ("POST", O::CreateReview)]),
    ("/v1/rounds/{id}/test-email", &[("POST", O::SendTestEmail)]),
    ("/v1/survey/{token}", &[("GET", O::GetSurvey)]),
    ("/v1/survey/{token}/decline", &[("POST", O::DeclineSurvey)]),
    ("/v1/survey/{token}/draft", &[("PUT", O::SaveDraft)]),
    ("/v1/survey/{token}/response", &[("PUT", O::SubmitResponse)]),
];

/// The operation of this method at this pattern.
#[must_use]
pub fn operation(pattern: &str, method: &str) -> Option<O> {
    operations(pattern)?.iter().find(|(known, _)| *known == method).map(|&(_, operation)| operation)
}

/// The operations of this pattern, by their methods; `None` where it is none of the API.
#[must_use]
pub fn operations(pattern: &str) -> Option<&'static [(&'static str, O)]> {
    OPERATIONS.iter().find(|(path, _)| *path == pattern).map(|&(_, operations)| operations)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_stands_in_the_table() {
        let published = crate::openapi::document().paths.paths.into_iter().flat_map(|(path, item)| {
            let methods = [
                ("GET", item.get),
                ("POST", item.post),
                ("PUT", item.put),
                ("PATCH", item.patch),
                ("DELETE", item.delete),
            ];
            methods
                .into_iter()
                .filter_map(move |(method, operation)| Some((path.clone(), method, operation?.operation_id?)))
        });
        let listed = OPERATIONS.iter().flat_map(|(path, operations)| {
            operations.iter().map(|(method, operation)| ((*path).to_owned(), *method, operation.as_str().to_owned()))
        });
        assert_eq!(listed.collect::<BTreeSet<_>>(), published.collect());
    }
}
