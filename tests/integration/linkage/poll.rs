//! Reading the tables again and again while people answer: what comes in together belongs together.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use candour_test_database::Look;
use candour_tests::{Outcome, wait};

use super::ties::Together;
use super::victim::{is_postgres, texts};

/// One look, which sees one moment.
const QUERY: &str = "SELECT 'used', id FROM invitations WHERE used = {true} UNION ALL SELECT 'ballot', id FROM ballots";

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(2);

/// Somebody who looks all the time, until told to stop.
pub(super) struct Poller {
    stop: mpsc::Sender<()>,
    looks: Arc<AtomicUsize>,
    thread: JoinHandle<Outcome<Vec<Together>>>,
}

impl Poller {
    pub(super) fn start(look: Look) -> Self {
        let (stop, stopped) = mpsc::channel();
        let looks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&looks);
        let thread = std::thread::spawn(move || {
            let (mut seen, mut sights) = (Together::default(), Vec::new());
            while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                let now = Together::at(&look)?;
                let new = now.since(&seen);
                if !new.is_empty() {
                    sights.push(new);
                    seen = now;
                }
                counted.fetch_add(1, Ordering::SeqCst);
            }
            Ok(sights)
        });
        Self { stop, looks, thread }
    }

    /// Waits until it has looked at what is there now. People who answer are minutes apart.
    pub(super) fn has_looked(&self) -> Outcome {
        let before = self.looks.load(Ordering::SeqCst);
        wait::until("somebody to look into the database", Duration::from_secs(30), || {
            Ok((self.thread.is_finished() || self.looks.load(Ordering::SeqCst) > before + 1).then_some(()))
        })
    }

    /// What came in, look by look.
    pub(super) fn stop(self) -> Outcome<Vec<Together>> {
        drop(self.stop);
        self.thread.join().map_err(|_panic| "whoever looks has stopped looking")?
    }
}

impl Together {
    /// What has come in so far.
    pub(super) fn at(look: &Look) -> Outcome<Self> {
        let query = QUERY.replace("{true}", if is_postgres(look) { "true" } else { "1" });
        let mut found = Self::default();
        for row in texts(look, &query)? {
            let [kind, id] = row.as_slice() else { continue };
            if kind == "used" { &mut found.invitations } else { &mut found.ballots }.insert(id.clone());
        }
        Ok(found)
    }

    pub(super) fn since(&self, before: &Self) -> Self {
        let new = |now: &BTreeSet<String>, before: &BTreeSet<String>| now.difference(before).cloned().collect();
        Self { invitations: new(&self.invitations, &before.invitations), ballots: new(&self.ballots, &before.ballots) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.invitations.is_empty() && self.ballots.is_empty()
    }
}
