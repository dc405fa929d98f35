//! What an administrator does only when it is sure who they are: what changes how others sign in.

use candour_domain::Principal;

use crate::error::Error;

/// That it is sure who asks. What was added after a code by email alone runs rounds at once, since a new service has
/// nothing else; but with it nobody sends others to a sign-in of their own choice, or takes away what others sign in
/// with.
///
/// # Errors
/// [`Error::Conflict`] until the wait is over.
pub(crate) fn require_proven(by: &Principal) -> Result<(), Error> {
    match by {
        Principal::User { assurance, .. } if !assurance.opens_unreleased() => Err(Error::Conflict(
            "what you sign in with was added after a code by email alone, and has to wait before it may change how \
             others sign in; try again when the wait is over",
        )),
        _ => Ok(()),
    }
}
