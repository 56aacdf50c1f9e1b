//! Pinned cards: addressed by their content, shared by all games, kept in memory up to a bound.

use super::canonical::canonical_json;
use super::error::StoreError;
use super::export::{CardHash, card_hash};
use super::rows::bytes32;
use super::rows::roster::CardRow;
use super::types::JsonText;
use crate::rules::card::PlayerCard;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// A card as its row, with its address.
pub fn card_row(card: &PlayerCard) -> (CardHash, CardRow) {
    let value = serde_json::to_value(card).expect("a card has string keys and finite numbers");
    let (hash, json) = (card_hash(&value), canonical_json(&value));
    (hash, CardRow { hash: hash.to_vec(), card: JsonText(json) })
}

/// Cards that are known to be in the database. When it is full, the one that came first goes.
#[derive(Debug)]
pub struct CardCache {
    cards: Mutex<Kept>,
    max: usize,
}

#[derive(Debug, Default)]
struct Kept {
    by_hash: HashMap<CardHash, Arc<PlayerCard>>,
    oldest_first: VecDeque<CardHash>,
}

impl CardCache {
    /// A cache for at most `max` cards.
    pub fn new(max: usize) -> Self {
        Self { cards: Mutex::default(), max }
    }

    /// The card at this address, if it is kept.
    pub fn get(&self, hash: &CardHash) -> Option<Arc<PlayerCard>> {
        self.lock().by_hash.get(hash).cloned()
    }

    /// Keeps a card that is in the database; returns the one that is shared from now on.
    pub fn keep(&self, hash: CardHash, card: Arc<PlayerCard>) -> Arc<PlayerCard> {
        let mut kept = self.lock();
        if let Some(known) = kept.by_hash.get(&hash) {
            return Arc::clone(known);
        }
        if self.max == 0 {
            return card;
        }
        if kept.by_hash.len() >= self.max
            && let Some(oldest) = kept.oldest_first.pop_front()
        {
            kept.by_hash.remove(&oldest);
        }
        kept.oldest_first.push_back(hash);
        kept.by_hash.insert(hash, Arc::clone(&card));
        card
    }

    /// Keeps the card of a row that was read.
    pub fn keep_row(&self, row: &CardRow) -> Result<(CardHash, Arc<PlayerCard>), StoreError> {
        let hash = bytes32(&row.hash, "cards.hash")?;
        let corrupt =
            |cause: String| StoreError::Corrupt { what: format!("card {}", hex::encode(hash)), cause };
        let value: Value = serde_json::from_str(&row.card.0).map_err(|error| corrupt(error.to_string()))?;
        if card_hash(&value) != hash {
            let name = value.get("name").and_then(Value::as_str).unwrap_or("nobody");
            return Err(corrupt(format!("it is not the card that was pinned; it says {name}")));
        }
        let card: PlayerCard = serde_json::from_value(value).map_err(|error| corrupt(error.to_string()))?;
        Ok((hash, self.keep(hash, Arc::new(card))))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        // A panic elsewhere cannot leave the two collections disagreeing in a way that matters.
        self.cards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CardId, TeamId};
    use crate::rules::card::ReadyLines;
    use crate::rules::vocabulary::{Bats, Hand};

    fn card(id: i32) -> Arc<PlayerCard> {
        Arc::new(PlayerCard {
            card_id: CardId(id),
            name: "Same name".into(),
            team_id: TeamId(1),
            cardset_id: None,
            positions: Vec::new(),
            bats: Bats::Left,
            throws: Hand::Left,
            batting: None,
            pitching: None,
            fielding: Vec::new(),
            injury_rating: None,
            ready: ReadyLines::default(),
        })
    }

    #[test]
    fn a_full_cache_lets_the_first_card_go() {
        let cache = CardCache::new(2);
        let hashes: Vec<CardHash> = (0..3).map(|id| card_row(&card(id)).0).collect();
        for (id, hash) in (0..).zip(&hashes) {
            cache.keep(*hash, card(id));
        }
        let kept: Vec<bool> = hashes.iter().map(|hash| cache.get(hash).is_some()).collect();
        assert_eq!(kept, [false, true, true]);
    }

    #[test]
    fn equal_cards_are_one() {
        let cache = CardCache::new(2);
        let (hash, row) = card_row(&card(1));
        let first = cache.keep(hash, card(1));
        let (same, second) = cache.keep_row(&row).unwrap();
        assert_eq!(same, hash);
        assert!(Arc::ptr_eq(&first, &second));
        assert_ne!(card_row(&card(2)).0, hash);
    }
}
