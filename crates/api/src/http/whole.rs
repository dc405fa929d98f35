//! A change that has begun is carried through, whatever becomes of the connection it came by.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, rt};

use crate::problem::Problem;

/// Runs whatever may change something in a task of its own. A client that hangs up would otherwise end the handler
/// between two of its steps, such as a commit and the clean-up after it. A body that never comes whole still ends it:
/// nothing has begun then.
///
/// # Errors
/// Whatever the handler returns; a 500 problem when it panics.
pub async fn to_the_end<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.call(request).await;
    }
    match rt::spawn(next.call(request)).await {
        Ok(answered) => answered,
        // The message of a panic may quote what was sent, so it is not passed on; its own hook has reported it.
        Err(_panicked) => Err(Problem::broken("a handler panicked").into()),
    }
}
