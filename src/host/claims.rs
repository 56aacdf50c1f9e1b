//! Claims that come together are written together, as changes are: after a crash thousands of games come at once.

use super::record::Record;
use crate::id::{GameId, HostId};
use crate::store::StoreError;
use crate::store::stored::Claim;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};

/// The most games that are claimed and read in one transaction: each is in memory with its journal's tail meanwhile.
const TOGETHER_MAX: usize = 64;

/// The desks at which games are claimed and read. Many games that come together must not take every connection to the
/// database.
#[derive(Debug)]
pub struct Claims {
    waiting: Mutex<VecDeque<Waiting>>,
    desks: Semaphore,
}

#[derive(Debug)]
struct Waiting {
    game_id: GameId,
    answer: oneshot::Sender<Result<Claim, StoreError>>,
}

impl Claims {
    /// So many desks.
    pub fn new(desks: usize) -> Self {
        Self { waiting: Mutex::default(), desks: Semaphore::new(desks) }
    }

    /// A desk to ask something else of the database.
    pub async fn desk(&self) -> Option<SemaphorePermit<'_>> {
        self.desks.acquire().await.ok()
    }

    /// [`Record::claim_all`] of one game. Whoever comes to a desk takes along those who wait.
    pub async fn claim(
        &self,
        store: &dyn Record,
        game_id: GameId,
        host_id: HostId,
    ) -> Result<Claim, StoreError> {
        loop {
            let (answer, mut answered) = oneshot::channel();
            self.waiting().push_back(Waiting { game_id, answer });
            let claim = loop {
                tokio::select! {
                    biased;
                    claim = &mut answered => break claim,
                    _desk = self.desks.acquire() => self.serve(store, host_id).await,
                }
            };
            // Where who took this one along died on the way it is claimed anew: one more term does no harm.
            if let Ok(claim) = claim {
                return claim;
            }
        }
    }

    /// Claims the games that wait, at most so many as may be together.
    async fn serve(&self, store: &dyn Record, host_id: HostId) {
        let together = self.next();
        if together.is_empty() {
            return;
        }
        let games = together.iter().map(|waiting| waiting.game_id).collect();
        match store.claim_all(games, host_id).await {
            Ok(claims) => {
                for (waiting, claim) in together.into_iter().zip(claims) {
                    let _ = waiting.answer.send(claim);
                }
            }
            Err(error) => {
                for waiting in together {
                    let _ = waiting.answer.send(Err(error.clone()));
                }
            }
        }
    }

    /// The games that came first, each once, of those that anybody still waits for.
    fn next(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        waiting.retain(|claim| !claim.answer.is_closed());
        let mut together: Vec<Waiting> = Vec::new();
        let mut twice = VecDeque::new();
        while together.len() < TOGETHER_MAX
            && let Some(claim) = waiting.pop_front()
        {
            match together.iter().any(|other| other.game_id == claim.game_id) {
                true => twice.push_back(claim),
                false => together.push(claim),
            }
        }
        twice.append(&mut waiting);
        *waiting = twice;
        together
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(claims: &Claims, game_id: GameId) -> oneshot::Receiver<Result<Claim, StoreError>> {
        let (answer, answered) = oneshot::channel();
        claims.waiting().push_back(Waiting { game_id, answer });
        answered
    }

    fn next(claims: &Claims) -> Vec<GameId> {
        claims.next().into_iter().map(|claim| claim.game_id).collect()
    }

    #[test]
    fn those_who_came_first_are_claimed_together_and_each_game_once() {
        let claims = Claims::new(1);
        let games: Vec<GameId> = (0..TOGETHER_MAX + 2).map(|_| GameId::generate()).collect();
        let mut answers: Vec<_> = games.iter().map(|game| waits(&claims, *game)).collect();
        answers.push(waits(&claims, games[0]));
        assert_eq!(next(&claims), games[..TOGETHER_MAX]);
        assert_eq!(next(&claims), [games[TOGETHER_MAX], games[TOGETHER_MAX + 1], games[0]]);
        assert_eq!(next(&claims), []);
    }

    #[test]
    fn nobody_claims_for_who_has_gone() {
        let claims = Claims::new(1);
        let [gone, stays] = [GameId::generate(), GameId::generate()];
        drop(waits(&claims, gone));
        let _answer = waits(&claims, stays);
        assert_eq!(next(&claims), [stays]);
    }

    #[test]
    fn a_game_that_two_wait_for_is_claimed_twice_one_after_the_other() {
        let claims = Claims::new(1);
        let game = GameId::generate();
        let _answers = [waits(&claims, game), waits(&claims, game)];
        assert_eq!([next(&claims), next(&claims), next(&claims)], [vec![game], vec![game], vec![]]);
    }
}
