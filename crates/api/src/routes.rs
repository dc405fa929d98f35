//! The table of contents of the API. The OpenAPI document is collected from here; raters' pages are registered beside it.

use actix_web::web;
use utoipa_actix_web::{scope, service_config};

use crate::http::{
    audit_log, docs, frameworks, health, jobs, oauth, quality, raters, results, review_list, reviews, rounds, rounds_life, survey,
};

macro_rules! every_operation {
    ($config:ident, $scope:path) => {
        $config
            .service(oauth::issue_token)
            .service(oauth::get_jwks)
            .service(oauth::get_authorization_server)
            .service(
                $scope("/v1")
                    // What thousands of raters ask for; the others are asked for by a few, and a path is held against one after another.
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
                    .service(rounds_life::get_readiness)
                    .service(rounds_life::get_progress)
                    .service(rounds_life::launch_round)
                    .service(rounds_life::extend_round)
                    .service(rounds_life::remind_raters)
                    .service(rounds_life::close_round)
                    .service(rounds_life::cancel_round)
                    .service(reviews::list_reviews)
                    .service(reviews::create_review)
                    .service(reviews::get_review)
                    .service(reviews::update_review)
                    .service(reviews::delete_review)
                    .service(review_list::get_review_list)
                    .service(review_list::agree_to_list)
                    .service(raters::list_raters)
                    .service(raters::add_raters)
                    .service(raters::withdraw_rater)
                    .service(raters::ask_rater_again)
                    .service(results::get_results)
                    .service(results::get_results_csv)
                    .service(results::redact_comment)
                    .service(results::release_review)
                    .service(audit_log::list_audit_log)
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
