//! The file of a SQLite database and the disk it lies on.

use candour_storage::{Room, Storage};

use super::{Finding, Subject, fix, judge};

/// Smaller than this, nobody's disk is full because of the database.
const LITTLE: u64 = 16 << 20;

pub(super) fn examine(storage: &Storage) -> Vec<Finding> {
    let subject = Subject::File;
    let room = match storage.room() {
        Ok(None) => return Vec::new(),
        Ok(Some(room)) => space(room),
        Err(error) => fix(subject, error.to_string()),
    };
    let sound = match storage.flaw() {
        Ok(flaw) => {
            let damaged =
                format!("the database file is damaged ({}); restore a backup", flaw.as_deref().unwrap_or_default());
            judge(subject, flaw.is_some(), "the database file is whole", damaged)
        }
        Err(error) => fix(subject, format!("the database file cannot be read through ({error}); restore a backup")),
    };
    vec![sound, room]
}

/// After every close and every count the database is rewritten, which takes as much room again.
fn space(room: Room) -> Finding {
    let needed = room.database.max(LITTLE);
    let short = format!(
        "the disk of the database has {} left and needs {}: a count rewrites the database, and answers could not be \
         kept; make room",
        megabytes(room.free),
        megabytes(needed)
    );
    judge(Subject::File, room.free < needed, "the disk has room to rewrite the database", short)
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_needs_room_for_the_database_once_more() {
        assert!(space(Room { database: 1 << 30, free: 1 << 30 }).is_well());
        let short = space(Room { database: 1 << 30, free: (1 << 30) - 1 });
        assert!(!short.is_well() && short.text.contains("1023 MB left and needs 1024 MB"), "{}", short.text);
        assert!(!space(Room { database: 4096, free: 1 << 20 }).is_well(), "however small the database is");
    }
}
