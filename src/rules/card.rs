//! Players and their cards, as the engine reads them (SYSTEM 2, RULES 4).

mod line;

pub use line::{CardError, CardLine, CardLines, ReadyLines};

use super::resolution::CardRead;
use super::state::GameSettings;
use super::vocabulary::{Bats, Hand, Position};
use crate::id::{CardId, CardsetId, TeamId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A player with whatever is known of his cards. SBA players may have no ratings at all.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlayerCard {
    /// PD card or SBA player.
    pub card_id: CardId,
    /// His name.
    pub name: String,
    /// The team he plays for, in the card source.
    pub team_id: TeamId,
    /// The cardset of a PD card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cardset_id: Option<CardsetId>,
    /// Where he can play, best first.
    pub positions: Vec<Position>,
    /// The side of the plate he bats from.
    pub bats: Bats,
    /// The hand he throws with.
    pub throws: Hand,
    /// His batting card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batting: Option<BattingCard>,
    /// His pitching card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pitching: Option<PitchingCard>,
    /// His ratings in the field.
    #[serde(default)]
    pub fielding: Vec<FieldingAt>,
    /// SBA: games class and injury rating, as `1p70`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub injury_rating: Option<String>,
    /// His lines made ready, so that a roll is a look-up; of no account for who he is.
    #[serde(skip)]
    #[schemars(skip)]
    pub ready: ReadyLines,
}

/// One line of a card: chances by rating field, in steps of 0.05; 108 in all.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RatingLine(pub BTreeMap<String, f64>);

/// The two lines of a card, by the opponent's hand.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ByHand<T> {
    /// Against left-handers.
    #[serde(rename = "vs_L")]
    pub left: T,
    /// Against right-handers.
    #[serde(rename = "vs_R")]
    pub right: T,
}

/// What a batter's card says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BattingCard {
    /// The chances, by the pitcher's hand.
    pub ratings: ByHand<RatingLine>,
    /// Speed on the bases, 1 to 20.
    pub running: i8,
    /// Chance to steal without the lead.
    pub steal_low: i8,
    /// Chance to steal with the lead.
    pub steal_high: i8,
    /// Gets the lead whenever he is not held.
    pub steal_auto: bool,
    /// How often he gets the lead, in 36ths.
    pub steal_jump_36ths: u8,
    /// Bunting, A to D.
    pub bunting: String,
    /// Hit and run, A to D.
    pub hit_and_run: String,
    /// How often he pulls the ball, in per cent.
    pub pull_rate: u8,
    /// How often he hits up the middle, in per cent.
    pub center_rate: u8,
    /// How often he goes the other way, in per cent.
    pub slap_rate: u8,
}

/// What a pitcher's card says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PitchingCard {
    /// The chances, by the side the batter bats from.
    pub ratings: ByHand<RatingLine>,
    /// How well he holds runners; negative is good.
    pub hold: i8,
    /// Balk number.
    pub balk: i8,
    /// Wild-pitch number.
    pub wild_pitch: i8,
    /// Point of weakness as a starter, in innings.
    pub starter_rating: i8,
    /// Point of weakness as a reliever, in innings.
    pub relief_rating: i8,
    /// Point of weakness as a closer, in innings.
    pub closer_rating: i8,
}

/// How a player fields one position.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FieldingRating {
    /// Range, 1 (best) to 5.
    pub range: u8,
    /// Error rating, the row of the error chart.
    pub error: u8,
    /// Arm of an outfielder or catcher; negative is strong.
    #[serde(default)]
    pub arm: i8,
    /// Catcher: passed-ball number.
    #[serde(default)]
    pub passed_ball: u8,
    /// Catcher: throwing-error number.
    #[serde(default)]
    pub t_rating: u8,
}

/// A fielding rating with its position.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FieldingAt {
    /// The position.
    pub position: Position,
    /// The ratings there.
    #[serde(flatten)]
    pub rating: FieldingRating,
}

impl PlayerCard {
    /// His ratings at a position; none where he has no rating.
    #[must_use]
    pub fn fielding_at(&self, position: Position) -> Option<FieldingRating> {
        self.fielding.iter().find(|at| at.position == position).map(|at| at.rating)
    }
}

/// The cards of everyone on a game's rosters, pinned when the game is created: a league site that
/// changes a card, or goes away, changes nothing in a game that has begun.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CardBook {
    /// By id, each once.
    cards: Vec<Arc<PlayerCard>>,
}

impl CardBook {
    /// A book of these cards. A line that [`PlayerCard::check`] refuses is left out, and its card can't be
    /// used where the line would be read.
    pub fn new(cards: impl IntoIterator<Item = Arc<PlayerCard>>) -> Self {
        let by_id: BTreeMap<_, _> = cards.into_iter().map(|card| (card.card_id, card)).collect();
        Self { cards: by_id.into_values().collect() }
    }

    /// The card with this id.
    #[must_use]
    pub fn get(&self, card_id: CardId) -> Option<&Arc<PlayerCard>> {
        self.place(card_id).ok().map(|at| &self.cards[at])
    }

    /// The book with one more card; the card that is there already stays.
    #[must_use]
    pub fn with(&self, card: &Arc<PlayerCard>) -> Self {
        let mut book = self.clone();
        if let Err(at) = self.place(card.card_id) {
            book.cards.insert(at, Arc::clone(card));
        }
        book
    }

    /// The lines of a card, ready to be read; none where the card has none, or none that is sound.
    #[must_use]
    pub fn lines(&self, card_id: CardId, card: CardRead) -> Option<&CardLines> {
        self.get(card_id)?.lines(card)
    }

    /// The cardsets of a PD game: those agreed on, else those of these cards, the commonest first.
    #[must_use]
    pub fn cardsets(&self, settings: &GameSettings) -> Vec<CardsetId> {
        if !settings.cardsets.is_empty() {
            return settings.cardsets.clone();
        }
        let mut counts = BTreeMap::new();
        for cardset in self.iter().filter_map(|card| card.cardset_id) {
            *counts.entry(cardset).or_insert(0_usize) += 1;
        }
        let mut cardsets: Vec<_> = counts.into_iter().collect();
        cardsets.sort_by_key(|(cardset, count)| (Reverse(*count), *cardset));
        cardsets.into_iter().map(|(cardset, _)| cardset).collect()
    }

    /// All cards, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<PlayerCard>> {
        self.cards.iter()
    }

    /// Where the card is, or where it would be.
    fn place(&self, card_id: CardId) -> Result<usize, usize> {
        self.cards.binary_search_by_key(&card_id, |card| card.card_id)
    }
}
