//! Claims that come together are written together, as changes are: after a crash thousands of games come at once.

use crate::id::GameId;
use crate::store::StoreError;
use crate::store::stored::Claim;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};

/// The most games that are claimed and read in one transaction: each is in memory with its journal's tail meanwhile.
const TOGETHER_MAX: usize = 64;

/// What a store answers to many claims.
type Answers = Result<Vec<Result<Claim, StoreError>>, StoreError>;

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

    /// The claim of one game, as `claim_all` makes it. Whoever comes to a desk takes along those who wait.
    pub async fn claim<Claiming>(
        &self,
        game_id: GameId,
        claim_all: impl Fn(Vec<GameId>) -> Claiming,
    ) -> Result<Claim, StoreError>
    where
        Claiming: Future<Output = Answers>,
    {
        loop {
            let (answer, mut answered) = oneshot::channel();
            self.waiting().push_back(Waiting { game_id, answer });
            let claim = loop {
                tokio::select! {
                    biased;
                    claim = &mut answered => break claim,
                    _desk = self.desks.acquire() => serve(self.next(), &claim_all).await,
                }
            };
            // Where who took this one along died on the way it is claimed anew: one more term does no harm.
            if let Ok(claim) = claim {
                return claim;
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

/// Claims games together; where the store fails at that, one by one, so that a bad game harms no other.
async fn serve<Claiming>(mut together: Vec<Waiting>, claim_all: impl Fn(Vec<GameId>) -> Claiming)
where
    Claiming: Future<Output = Answers>,
{
    if together.is_empty() {
        return;
    }
    let games = together.iter().map(|waiting| waiting.game_id).collect();
    match claim_all(games).await {
        Ok(claims) => tell(together, claims),
        Err(error) if error.is_transient() || together.len() == 1 => {
            let claims = together.iter().map(|_| Err(error.clone())).collect();
            tell(together, claims);
        }
        Err(_) => {
            for waiting in together.drain(..) {
                let claims = claim_all(vec![waiting.game_id]).await;
                tell(vec![waiting], claims.unwrap_or_else(|error| vec![Err(error)]));
            }
        }
    }
}

fn tell(together: Vec<Waiting>, claims: Vec<Result<Claim, StoreError>>) {
    for (waiting, claim) in together.into_iter().zip(claims) {
        let _ = waiting.answer.send(claim);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Epoch;
    use std::future::{pending, ready};
    use std::time::Duration;

    const BAD: &str = "the call did not return";

    fn claim_of(epoch: usize) -> Claim {
        let missing = StoreError::NotFound { what: "game" };
        let epoch = Epoch(i64::try_from(epoch).expect("small"));
        Claim { epoch, taken_from: None, unserved: Duration::ZERO, game: Err(missing) }
    }

    #[tokio::test]
    async fn a_game_that_the_store_fails_at_harms_no_other() {
        let claims = Claims::new(1);
        let games: [GameId; 3] = std::array::from_fn(|_| GameId::generate());
        let bad = games[1];
        let asked = Mutex::new(Vec::new());
        let claim_all = |games: Vec<GameId>| {
            asked.lock().unwrap().push(games.len());
            let fails = games.contains(&bad);
            let claims = games.iter().map(|_| Ok(claim_of(games.len()))).collect();
            ready(if fails { Err(StoreError::Panicked(BAD.to_owned())) } else { Ok(claims) })
        };
        let claim = |game| claims.claim(game, claim_all);
        let desk = claims.desk().await;
        let free = async { drop(desk) };
        let (one, two, three, ()) = tokio::join!(claim(games[0]), claim(bad), claim(games[2]), free);
        assert_eq!([one.unwrap().epoch, three.unwrap().epoch], [Epoch(1), Epoch(1)]);
        assert!(matches!(two, Err(StoreError::Panicked(_))));
        assert_eq!(*asked.lock().unwrap(), [3, 1, 1, 1]);
    }

    #[tokio::test]
    async fn who_was_taken_along_by_one_who_died_is_claimed_all_the_same() {
        let claims = Claims::new(1);
        let [dies, lives] = [GameId::generate(), GameId::generate()];
        let mut first = Box::pin(claims.claim(dies, |_| pending()));
        let behind = waits(&claims, lives);
        let begun = tokio::time::timeout(Duration::from_millis(1), &mut first).await;
        assert!(begun.is_err() && claims.waiting().is_empty(), "both are at the desk");
        drop(first);
        behind.await.expect_err("nobody answers");
        let claim = claims.claim(lives, |games| ready(Ok(vec![Ok(claim_of(games.len()))]))).await;
        assert_eq!(claim.unwrap().epoch, Epoch(1));
    }

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
