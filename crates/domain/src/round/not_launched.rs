//! Why a draft is not launched at the time that was set.

use serde::{Deserialize, Serialize};

use crate::earlier::LaunchRefused;

/// Why a draft could not be launched at its time. It names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNotLaunched {
    /// The service was off for too long.
    Late,
    /// The deadline has passed.
    Deadline,
    /// Something about its lists is not ready.
    NotReady,
    /// A facilitator is an administrator.
    AdministratorFacilitates,
    /// An adviser is an administrator.
    AdministratorAdvises,
    /// Another round about one of the subjects is under way.
    UnderWay,
    /// A facilitator has to agree to the list first.
    AgreementNeeded,
}

impl From<&LaunchRefused> for WhyNotLaunched {
    fn from(refused: &LaunchRefused) -> Self {
        match refused {
            LaunchRefused::AdministratorFacilitates { .. } => Self::AdministratorFacilitates,
            LaunchRefused::AdministratorAdvises { .. } => Self::AdministratorAdvises,
            LaunchRefused::UnderWay { .. } => Self::UnderWay,
            LaunchRefused::AgreementNeeded { .. } => Self::AgreementNeeded,
        }
    }
}
