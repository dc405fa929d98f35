//! Ballots that arrive while others are being committed go into the box together.
//!
//! A transaction on a server costs the same round trips and the same wait for the disk whether it holds one ballot or
//! sixty. So a trust has one transaction of ballots under way on each node, and what arrives meanwhile shares the next.
//! Nobody is answered before their own is over. (Two side by side were slower: each was half as large.) SQLite's writer
//! commits together whatever it is given, and needs none of this.

use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candour_domain::{OrganisationId, Round};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::ballots::Casting;
use crate::engine::connection::AnyConnection;
use crate::engine::writer::{Hold, Writer};
use crate::{StorageError, Tenant, ballots};

/// The most ballots in one transaction: enough to share the wait, few enough that nobody waits for a crowd.
const LARGEST_GROUP: usize = 64;

/// The way of ballots into the database.
#[derive(Clone)]
pub(crate) struct BallotBox(Arc<Inner>);

struct Inner {
    writer: Arc<Writer>,
    /// Ballots that wait to be cast together, by trust. There is an entry for each trust that has a transaction under
    /// way, or is about to.
    waiting: Mutex<HashMap<OrganisationId, Vec<Waiting>>>,
    /// Where the database was opened. A runtime that serves some of the requests may end before the others.
    home: Option<Handle>,
}

struct Waiting {
    ballot: Arc<Ballot>,
    answer: oneshot::Sender<Result<bool, StorageError>>,
}

struct Ballot {
    casting: Casting,
    /// Whether the round takes answers at this moment.
    welcome: Welcome,
}

/// Whether a round takes answers at this moment.
pub(crate) type Welcome = Box<dyn Fn(&Round) -> bool + Send + Sync>;

impl BallotBox {
    pub(crate) fn new(writer: Arc<Writer>) -> Self {
        Self(Arc::new(Inner { writer, waiting: Mutex::default(), home: Handle::try_current().ok() }))
    }

    /// Casts a ballot, together with others of the trust that arrive at the same time. Says whether it was cast.
    pub(crate) async fn cast(
        &self,
        trust: OrganisationId,
        casting: Casting,
        welcome: Welcome,
    ) -> Result<bool, StorageError> {
        let ballot = Arc::new(Ballot { casting, welcome });
        if self.0.writer.commits_together() {
            return Ok(self.put(trust, vec![ballot]).await? == [true]);
        }
        let (answer, answered) = oneshot::channel();
        if self.add(trust, Waiting { ballot, answer }) {
            let turn = Turn { ballot_box: self.clone(), trust, is_over: false }.run();
            match &self.0.home {
                Some(home) => home.spawn(turn),
                None => tokio::spawn(turn),
            };
        }
        answered.await.unwrap_or_else(|_dropped| {
            Err(StorageError::Unavailable("nobody is left to say whether the ballot was cast".to_owned()))
        })
    }

    /// Casts these in one transaction.
    async fn put(&self, trust: OrganisationId, ballots: Vec<Arc<Ballot>>) -> Result<Vec<bool>, StorageError> {
        let cast = move |connection: &mut AnyConnection| {
            cast(&mut Tenant::new(connection, trust), &ballots.iter().map(Arc::as_ref).collect::<Vec<_>>())
        };
        self.0.writer.change(Hold::Rater(trust), cast).await
    }

    /// Adds a ballot. Says whether it is the first, so that somebody has to begin a turn for this trust.
    fn add(&self, trust: OrganisationId, waiting: Waiting) -> bool {
        let mut trusts = self.lock();
        let is_first = !trusts.contains_key(&trust);
        trusts.entry(trust).or_default().push(waiting);
        is_first
    }

    /// Takes what is to go together, or ends the turn when nothing waits. Of one invitation the first ballot goes; a
    /// second finds the link gone in the next transaction.
    fn take(&self, trust: OrganisationId) -> Vec<Waiting> {
        let mut trusts = self.lock();
        let Some(waiting) = trusts.get_mut(&trust) else { return Vec::new() };
        let mut invitations = HashSet::new();
        let mut together = Vec::new();
        for each in mem::take(waiting) {
            let goes = together.len() < LARGEST_GROUP && invitations.insert(each.ballot.casting.invitation);
            if goes { together.push(each) } else { waiting.push(each) }
        }
        if together.is_empty() {
            trusts.remove(&trust);
        }
        together
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OrganisationId, Vec<Waiting>>> {
        // Nothing that holds the lock can panic half way.
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Casts those that are welcome, and says of each whether it was cast.
fn cast(tenant: &mut Tenant<'_>, ballots: &[&Ballot]) -> Result<Vec<bool>, StorageError> {
    let welcome: Vec<bool> = ballots.iter().map(|ballot| (ballot.welcome)(&ballot.casting.round)).collect();
    let castings = ballots.iter().zip(&welcome).filter(|(_, welcome)| **welcome).map(|(ballot, _)| &ballot.casting);
    let mut cast = ballots::cast(tenant, &castings.collect::<Vec<_>>())?.into_iter();
    Ok(welcome.into_iter().map(|welcome| welcome && cast.next().unwrap_or(false)).collect())
}

/// Casts the ballots of a trust until none waits.
struct Turn {
    ballot_box: BallotBox,
    trust: OrganisationId,
    is_over: bool,
}

impl Turn {
    async fn run(mut self) {
        loop {
            let together = self.ballot_box.take(self.trust);
            if together.is_empty() {
                self.is_over = true;
                return;
            }
            let ballots: Vec<_> = together.iter().map(|waiting| Arc::clone(&waiting.ballot)).collect();
            let outcome = self.ballot_box.put(self.trust, ballots).await;
            for (at, Waiting { ballot, answer }) in together.into_iter().enumerate() {
                let outcome = match &outcome {
                    Ok(cast) => Ok(cast.get(at).copied().unwrap_or(false)),
                    Err(unavailable @ StorageError::Unavailable(_)) => Err(unavailable.clone()),
                    // Nobody is refused for the sake of somebody else's ballot.
                    Err(_) => self.ballot_box.put(self.trust, vec![ballot]).await.map(|cast| cast == [true]),
                };
                // Nobody may be listening any more.
                drop(answer.send(outcome));
            }
        }
    }
}

impl Drop for Turn {
    /// When the runtime ends before the turn, nobody would cast what waits: its callers get an error.
    fn drop(&mut self) {
        if !self.is_over {
            drop(self.ballot_box.lock().remove(&self.trust));
        }
    }
}
