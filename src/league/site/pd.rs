//! Paper Dynasty's site: where its documents are, and how they become cards (SYSTEM 2).

use super::fetch::{FetchError, Fetcher};
use super::shape::{Shape, list};
use crate::id::{CardId, CardsetId, TeamId};
use crate::league::bundled::pitchers_batting;
use crate::rules::card::{
    BattingCard, ByHand, FieldingAt, FieldingRating, PitchingCard, PlayerCard, RatingLine, ReadyLines,
};
use crate::rules::charts::CHARTS;
use crate::rules::charts::ratings::RatingField;
use crate::rules::vocabulary::{Bats, Hand, Position};
use serde_json::Value;

/// The list of teams.
pub const TEAMS: &str = "api/v2/teams";
/// The cards that a team owns.
pub const ROSTER: &str = "api/v2/cards";

/// What names a player's id.
const PLAYER_IDS: &[&str] = &["player_id", "id"];

/// The documents of one card.
#[derive(Clone, PartialEq, Debug)]
pub struct Documents {
    player: Value,
    batting: Option<Value>,
    pitching: Option<Value>,
    positions: Option<Value>,
}

impl Documents {
    /// These documents.
    #[cfg(test)]
    pub const fn of(
        player: Value,
        batting: Option<Value>,
        pitching: Option<Value>,
        positions: Option<Value>,
    ) -> Self {
        Self { player, batting, pitching, positions }
    }

    /// Reads them. Scouting data may be absent; a player must be there.
    pub async fn read(fetcher: &Fetcher, CardId(id): CardId) -> Result<Self, FetchError> {
        let player = fetcher.json(&format!("api/v2/players/{id}"), &[]).await?;
        let positions = positions(&player);
        // Whoever only pitches has no batting card, and the other way round: two questions less.
        let only_pitches = positions == [Position::Pitcher];
        let batting = if only_pitches {
            None
        } else {
            absent(fetcher.json(&format!("api/v2/battingcardratings/player/{id}"), &[]).await)?
        };
        let pitches = positions.contains(&Position::Pitcher) || positions.is_empty();
        let pitching = if pitches {
            absent(fetcher.json(&format!("api/v2/pitchingcardratings/player/{id}"), &[]).await)?
        } else {
            None
        };
        let fielding = fetcher.json("api/v2/cardpositions", &[("player_id", id.to_string())]).await;
        Ok(Self { player, batting, pitching, positions: absent(fielding)? })
    }

    /// The card, for a team that owns it. It has not been checked against the rules yet.
    pub fn card(&self, team_id: TeamId) -> Result<PlayerCard, String> {
        let player = Shape::of(&self.player, "player")?;
        let batting = self.batting.as_ref().map(|it| Scouted::read(it, BATTING)).transpose()?.flatten();
        let pitching = self.pitching.as_ref().map(|it| Scouted::read(it, PITCHING)).transpose()?.flatten();
        let hand = |scouted: &Option<Scouted<'_>>| -> Result<Option<Bats>, String> {
            let Some(scouted) = scouted else { return Ok(None) };
            scouted.card.text(&["hand"])?.map(|hand| hand.to_uppercase().parse()).transpose()
        };
        let (bats, throws) = (hand(&batting)?, hand(&pitching)?);
        let batting = batting.as_ref().map(batting_card).transpose()?;
        let pitching = pitching.as_ref().map(pitching_card).transpose()?;
        let positions = positions(&self.player);
        let bats_for_himself = positions != [Position::Pitcher];
        Ok(PlayerCard {
            card_id: CardId(player.required_integer(PLAYER_IDS)?),
            name: player.required_text(&["p_name", "name"])?,
            team_id,
            cardset_id: player.id(&["cardset", "cardset_id"], &["id", "cardset_id"])?.map(CardsetId),
            positions,
            bats: bats.unwrap_or(Bats::Right),
            throws: throws
                .map_or(Hand::Right, |hand| if hand == Bats::Left { Hand::Left } else { Hand::Right }),
            // The site has no batting cards of pitchers.
            batting: batting.or_else(|| (pitching.is_some() && !bats_for_himself).then(pitchers_batting)),
            pitching,
            fielding: self.positions.as_ref().map_or(Ok(Vec::new()), fielding)?,
            injury_rating: None,
            ready: ReadyLines::default(),
        })
    }
}

/// The ids of the players whose cards a team owns, each once.
pub fn roster(answer: &Value) -> Result<Vec<CardId>, String> {
    let mut ids = Vec::new();
    for item in list(answer, &["cards", "players", "items"])? {
        let id = match item {
            Value::Object(_) => {
                let card = Shape::of(item, "card")?;
                let player = card.id(&["player"], PLAYER_IDS)?;
                player.map_or_else(|| card.required_integer(PLAYER_IDS), Ok)?
            }
            other => id_of(other)?,
        };
        if !ids.contains(&CardId(id)) {
            ids.push(CardId(id));
        }
    }
    Ok(ids)
}

fn id_of(value: &Value) -> Result<i32, String> {
    let id = value.as_i64().and_then(|id| i32::try_from(id).ok());
    id.ok_or_else(|| "an item of the roster is neither a card nor an id".to_owned())
}

/// What a site has none of is absent; whatever else went wrong stays wrong.
fn absent(answer: Result<Value, FetchError>) -> Result<Option<Value>, FetchError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(FetchError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where a player may play, best first: `pos_1` to `pos_8`. Words that stand for no place in the field are passed over
/// (`PH`, `PR`).
pub fn positions(player: &Value) -> Vec<Position> {
    let mut positions = Vec::new();
    for number in 1..=8 {
        let word = player.get(format!("pos_{number}")).and_then(Value::as_str).unwrap_or_default();
        let position = match word.trim().to_uppercase().as_str() {
            "SP" | "RP" | "CP" => Some(Position::Pitcher),
            other => other.parse().ok(),
        };
        if let Some(position) = position.filter(|position| !positions.contains(position)) {
            positions.push(position);
        }
    }
    positions
}

/// How the documents of a kind of card name their parts.
struct Kind {
    name: &'static str,
    cards: &'static [&'static str],
}

const BATTING: Kind = Kind { name: "batting card", cards: &["battingcard", "batting_card", "card"] };
const PITCHING: Kind = Kind { name: "pitching card", cards: &["pitchingcard", "pitching_card", "card"] };

/// A scouted card: its own numbers, and its two lines.
struct Scouted<'a> {
    card: Shape<'a>,
    lines: ByHand<Shape<'a>>,
}

impl<'a> Scouted<'a> {
    /// Reads a document: a list of two lines each with its card inside, or one object with lines by hand. None where it
    /// has no lines.
    fn read(document: &'a Value, kind: Kind) -> Result<Option<Self>, String> {
        let Kind { name, cards } = kind;
        let whole = Shape::of(document, name).ok();
        let by_hand = whole.and_then(|whole| whole.nested(&["ratings"])).or(whole);
        let line = |names: &[&str]| by_hand.and_then(|shape| shape.nested(names));
        if let (Some(whole), Some(left), Some(right)) =
            (whole, line(&["vs_L", "vs_l", "vL", "L"]), line(&["vs_R", "vs_r", "vR", "R"]))
        {
            let card = whole.nested(cards).unwrap_or(whole);
            return Ok(Some(Self { card, lines: ByHand { left, right } }));
        }
        let rows = list(document, &["ratings", "items"]).map_err(|problem| format!("{name}: {problem}"))?;
        if rows.is_empty() {
            return Ok(None);
        }
        let (mut left, mut right) = (None, None);
        for row in rows {
            let row = Shape::of(row, name)?;
            match row.required_text(&["vs_hand"])?.to_uppercase().as_str() {
                "L" => left = left.or(Some(row)),
                "R" => right = right.or(Some(row)),
                other => return Err(format!("{name}: `vs_hand` is {other}, not L or R")),
            }
        }
        let missing = |hand| format!("{name}: the line against {hand} is missing");
        let left = left.ok_or_else(|| missing("L"))?;
        let right = right.ok_or_else(|| missing("R"))?;
        let nested = left.nested(cards).or_else(|| right.nested(cards)).or_else(|| whole?.nested(cards));
        Ok(Some(Self { card: nested.unwrap_or(left), lines: ByHand { left, right } }))
    }

    /// Both lines, with the fields that such a card has. What is not there has no chances.
    fn ratings(&self, fields: &[RatingField]) -> Result<ByHand<RatingLine>, String> {
        let line = |shape: &Shape<'_>| -> Result<RatingLine, String> {
            let mut line = RatingLine::default();
            for field in fields {
                let chances = shape.number(&[field.as_str()])?.unwrap_or_default();
                line.0.insert(field.as_str().to_owned(), chances);
            }
            Ok(line)
        };
        Ok(ByHand { left: line(&self.lines.left)?, right: line(&self.lines.right)? })
    }
}

fn batting_card(scouted: &Scouted<'_>) -> Result<BattingCard, String> {
    let card = &scouted.card;
    let rate = |names: &[&str]| -> Result<u8, String> {
        let rate = scouted.lines.right.number(names)?.or(card.number(names)?).unwrap_or_default();
        percent(rate).ok_or_else(|| format!("{}: `{}` is {rate}, not 0 to 1", card.what(), names[0]))
    };
    let (pull_rate, center_rate) = (rate(&["pull_rate"])?, rate(&["center_rate"])?);
    let grade = |name: &str| -> Result<String, String> {
        Ok(card.text(&[name])?.map_or_else(|| "D".to_owned(), |grade| grade.to_uppercase()))
    };
    Ok(BattingCard {
        ratings: scouted.ratings(&CHARTS.ratings.batting)?,
        running: card.required_integer(&["running"])?,
        steal_low: card.integer(&["steal_low"])?.unwrap_or_default(),
        steal_high: card.integer(&["steal_high"])?.unwrap_or_default(),
        steal_auto: card.flag(&["steal_auto"])?,
        steal_jump_36ths: thirty_sixths(card.number(&["steal_jump"])?.unwrap_or_default()),
        bunting: grade("bunting")?,
        hit_and_run: grade("hit_and_run")?,
        pull_rate,
        center_rate,
        slap_rate: 100_u8.saturating_sub(pull_rate).saturating_sub(center_rate),
    })
}

/// A share, or a percentage, in per cent.
fn percent(rate: f64) -> Option<u8> {
    let percent = if rate <= 1.0 { rate * 100.0 } else { rate };
    (0.0..=100.0).contains(&percent).then_some(percent.round() as u8)
}

/// A chance, or a number of 36ths. What is more than 36 is left to the card's check.
fn thirty_sixths(jump: f64) -> u8 {
    let jump = if jump <= 1.0 { jump * 36.0 } else { jump };
    jump.round().clamp(0.0, 255.0) as u8
}

fn pitching_card(scouted: &Scouted<'_>) -> Result<PitchingCard, String> {
    let number = |name: &str| scouted.card.integer(&[name]).map(Option::unwrap_or_default);
    Ok(PitchingCard {
        ratings: scouted.ratings(&CHARTS.ratings.pitching)?,
        hold: number("hold")?,
        balk: number("balk")?,
        wild_pitch: number("wild_pitch")?,
        starter_rating: number("starter_rating")?,
        relief_rating: number("relief_rating")?,
        closer_rating: number("closer_rating")?,
    })
}

fn fielding(answer: &Value) -> Result<Vec<FieldingAt>, String> {
    let mut ratings: Vec<FieldingAt> = Vec::new();
    for item in list(answer, &["positions", "items"])? {
        let at = Shape::of(item, "position")?;
        let Ok(position) = at.required_text(&["position"])?.to_uppercase().parse::<Position>() else {
            continue;
        };
        if position == Position::DesignatedHitter || ratings.iter().any(|known| known.position == position) {
            continue;
        }
        let rating = FieldingRating {
            range: at.required_integer(&["range"])?,
            error: at.required_integer(&["error"])?,
            arm: at.integer(&["arm"])?.unwrap_or_default(),
            passed_ball: at.integer(&["pb", "passed_ball"])?.unwrap_or_default(),
            t_rating: at.integer(&["overthrow", "t_rating"])?.unwrap_or_default(),
        };
        ratings.push(FieldingAt { position, rating });
    }
    Ok(ratings)
}
