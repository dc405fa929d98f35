//! JSON over HTTP: one file per resource, its wire types first, then handlers that extract, authorise, call and shape.

pub mod advisers;
pub mod ask;
pub mod audit_log;
pub mod body;
pub mod clients;
pub mod delivery;
pub mod docs;
pub mod etag;
pub mod frameworks;
pub mod headers;
pub mod health;
pub mod idempotency;
pub mod identity_provider;
pub mod jobs;
pub mod launch_time;
pub mod moment;
pub mod oauth;
pub mod objects;
pub mod page;
pub mod people;
pub mod problems;
pub mod quality;
pub mod raters;
pub mod results;
pub mod retention;
pub mod review_list;
pub mod reviews;
pub mod round_copy;
pub mod round_steps;
pub mod rounds;
pub mod sample_email;
pub mod survey;
pub mod whole;
pub mod wording;

use actix_web::web::Data;
use candour_service::app::App;

/// The shared state as handlers receive it.
pub type State = Data<App>;
