//! A round's life, from its draft to the day when nothing is left of it.

pub mod close_round;
pub mod copy_round;
pub mod delivery;
pub mod earlier_rounds;
pub mod erase_expired;
pub mod extend_round;
pub mod launch_round;
pub mod launch_time;
pub mod previous_round;
pub mod progress;
pub mod read_rounds;
pub mod readiness;
pub mod retention_plan;
pub mod setup_round;
pub mod snapshot_progress;
pub mod warn_unreleased;
