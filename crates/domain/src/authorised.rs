//! A caller that the access table has let through: what a use case accepts in place of a name.

use std::fmt;
use std::marker::PhantomData;

use crate::access::Permission;
use crate::{OrganisationId, Principal};

/// A principal that the access table grants the operation `P`. Only [`Principal::authorise`] makes one.
///
/// # Guarantee
/// A use case that takes an `Authorised<P>` cannot be called by code that has not asked the table about `P`: it does
/// not compile.
///
/// ```compile_fail
/// use candour_domain::{Authorised, Principal, access::permission};
/// fn release(_by: &Authorised<permission::ReleaseReview>) {}
/// fn forgotten(principal: &Principal) {
///     release(principal);
/// }
/// ```
///
/// ```compile_fail
/// use candour_domain::{Authorised, access::permission};
/// fn release(_by: &Authorised<permission::ReleaseReview>) {}
/// fn mixed_up(by: &Authorised<permission::GetReview>) {
///     release(by);
/// }
/// ```
pub struct Authorised<P> {
    principal: Principal,
    permission: PhantomData<fn() -> P>,
}

impl Principal {
    /// This principal as one who may do `P`; `None` where the table does not grant it.
    ///
    /// ```
    /// use candour_domain::{AccountId, Assurance, Authorised, Email, OrganisationId, Principal, Role, access::permission};
    /// let (account, organisation) = (AccountId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
    /// let (role, email) = (Role::Facilitator, Email::parse("chair@trust.org.uk")?);
    /// let chair = Principal::User { account, organisation, role, email, assurance: Assurance::Proven };
    /// assert!(chair.authorise::<permission::ReleaseReview>().is_some());
    /// assert!(chair.authorise::<permission::LaunchRound>().is_none());
    /// # Ok::<(), candour_domain::person::InvalidPerson>(())
    /// ```
    #[must_use]
    pub fn authorise<P: Permission>(&self) -> Option<Authorised<P>> {
        self.may(P::OPERATION).then(|| Authorised { principal: self.clone(), permission: PhantomData })
    }
}

impl<P> Authorised<P> {
    /// Who asks.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Their trust.
    #[must_use]
    pub fn organisation(&self) -> OrganisationId {
        self.principal.organisation()
    }
}

impl<P> Clone for Authorised<P> {
    fn clone(&self) -> Self {
        Self { principal: self.principal.clone(), permission: PhantomData }
    }
}

impl<P: Permission> fmt::Debug for Authorised<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Authorised").field(&P::OPERATION).field(&self.principal).finish()
    }
}
