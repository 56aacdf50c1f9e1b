//! Entry 1 of a game: what was agreed, checked, and the line-ups that are known already.

use super::card::CardBook;
use super::charts::RULES_VERSION;
use super::command::SetLineup;
use super::event::Event;
use super::lineup::legality;
use super::rejection::Rejection;
use super::state::{GameSettings, GameSetup, GameState};
use super::vocabulary::{BySide, LeagueId, Side};
use crate::id::{CardId, CardsetId};
use crate::rules::text::is_lower_hex;

/// Players on a roster, at most.
pub(in crate::rules) const ROSTER_MAX: usize = 100;
/// Cardsets of a game, at most.
const CARDSETS_MAX: usize = 50;
/// Letters of a team's name, at most.
const NAME_MAX: usize = 100;
/// Innings that may be scheduled.
const INNINGS: std::ops::RangeInclusive<u8> = 1..=18;
/// Seconds that a league may give for a decision: five seconds to a week.
const DECISION_SECONDS: std::ops::RangeInclusive<u32> = 5..=604_800;
/// Deadlines in a row that a league may allow, at most.
const MISSED_DEADLINES_MAX: u8 = 99;
/// Batters that a league may make a reliever face.
const RELIEVER_BATTERS_MAX: u8 = 9;

/// The events of entry 1: `game_created`, and `lineup_set` for each side that has named its starters, the
/// visitors first.
///
/// # Errors
/// Names the field that is wrong and what is allowed: settings out of bounds, rosters that overlap or name
/// unknown cards, illegal line-ups (`away.players.3.position`).
pub fn create(
    setup: GameSetup,
    lineups: BySide<Option<SetLineup>>,
    cards: &CardBook,
) -> Result<Vec<Event>, Rejection> {
    check(&setup, cards)?;
    let mut events = vec![Event::GameCreated(Box::new(setup))];
    let mut state = GameState::begin(&events).expect("the first event is game_created");
    for (side, lineup) in lineups.iter() {
        let Some(lineup) = lineup else { continue };
        let opponents = &state.lineups[side.opponent()];
        let players = legality::enter(side, lineup, &state.setup, cards, opponents, state.next_lineup_id)
            .map_err(|refusal| refusal.within(side.as_str()))?;
        let event = Event::LineupSet { side, players };
        state.apply(&event);
        events.push(event);
    }
    Ok(events)
}

fn check(setup: &GameSetup, cards: &CardBook) -> Result<(), Rejection> {
    if setup.rules_version != RULES_VERSION {
        let problem = format!("{}; this host plays version {RULES_VERSION}", setup.rules_version);
        return Err(Rejection::invalid("rules_version", problem));
    }
    if !setup.auto_mode && setup.teams.iter().all(|(_, team)| team.is_ai) {
        let problem = "manual mode needs a manager who reads the cards; between AI managers allowed is true";
        return Err(Rejection::invalid("auto_mode", problem));
    }
    for (field, digest) in
        [("seed_commitment", &setup.seed_commitment), ("cards_digest", &setup.cards_digest)]
    {
        if digest.len() != 64 || !is_lower_hex(digest) {
            return Err(Rejection::invalid(field, "must be a SHA-256 in lower-case hexadecimal"));
        }
    }
    if setup.teams.away.team_id == setup.teams.home.team_id {
        let problem = format!("{} plays itself; two teams are needed", setup.teams.home.team_id);
        return Err(Rejection::invalid("teams.home.team_id", problem));
    }
    check_settings(setup)?;
    check_league(setup)?;
    Side::ALL.iter().try_for_each(|&side| check_team(side, setup, cards))
}

fn check_settings(setup: &GameSetup) -> Result<(), Rejection> {
    let settings = &setup.settings;
    let refuse = |field: &str, value: u8, allowed: &str| {
        Err(Rejection::invalid(format!("settings.{field}"), format!("{value}; allowed is {allowed}")))
    };
    if !INNINGS.contains(&settings.innings) {
        return refuse("innings", settings.innings, "1 to 18");
    }
    if settings.reliever_batters_min > RELIEVER_BATTERS_MAX {
        return refuse("reliever_batters_min", settings.reliever_batters_min, "0 to 9");
    }
    if settings.mercy_runs == Some(0) {
        return refuse("mercy_runs", 0, "1 or more, or none");
    }
    let park_numbers = [
        ("park_homerun", Some(settings.park_homerun)),
        ("park_single", Some(settings.park_single)),
        ("park_homerun_left", settings.park_homerun_left),
        ("park_single_left", settings.park_single_left),
    ];
    for (field, number) in park_numbers {
        if let Some(number) = number.filter(|number| *number > 20) {
            return refuse(field, number, "0 to 20");
        }
    }
    check_clock(settings)
}

/// The clock, whose bounds every door refuses by in the same words.
///
/// # Errors
/// `invalid`, with the field.
pub fn check_clock(settings: &GameSettings) -> Result<(), Rejection> {
    if let Some(seconds) = settings.decision_seconds
        && !DECISION_SECONDS.contains(&seconds)
    {
        let (least, most) = (DECISION_SECONDS.start(), DECISION_SECONDS.end());
        let problem = format!("{seconds}; allowed is {least} to {most} seconds, or none for no clock");
        return Err(Rejection::invalid("settings.decision_seconds", problem));
    }
    let Some(max) = settings.missed_deadlines_max else { return Ok(()) };
    let problem = if settings.decision_seconds.is_none() {
        "only with a clock (`decision_seconds`); leave it out".to_owned()
    } else if !(1..=MISSED_DEADLINES_MAX).contains(&max) {
        format!("{max}; allowed is 1 to {MISSED_DEADLINES_MAX}, or none for never")
    } else {
        return Ok(());
    };
    Err(Rejection::invalid("settings.missed_deadlines_max", problem))
}

/// Settings that one league has and the other does not.
fn check_league(setup: &GameSetup) -> Result<(), Rejection> {
    let settings = &setup.settings;
    let is_sba = setup.league_id == LeagueId::Sba;
    if settings.injuries && (!is_sba || setup.auto_mode) {
        let problem = "injuries stand on the printed cards of the SBA league: they need manual mode; \
                       allowed here is false";
        return Err(Rejection::invalid("settings.injuries", problem));
    }
    if is_sba && !settings.cardsets.is_empty() {
        return Err(Rejection::invalid("settings.cardsets", "SBA games have none; leave them out"));
    }
    if settings.cardsets.len() > CARDSETS_MAX {
        let problem = format!("{} cardsets; at most {CARDSETS_MAX} are allowed", settings.cardsets.len());
        return Err(Rejection::invalid("settings.cardsets", problem));
    }
    let twice = |(at, set): &(usize, &CardsetId)| settings.cardsets[..*at].contains(set);
    match settings.cardsets.iter().enumerate().find(twice) {
        Some((at, set)) => {
            let field = format!("settings.cardsets.{at}");
            Err(Rejection::invalid(field, format!("{set} is listed twice; each cardset once")))
        }
        None => Ok(()),
    }
}

fn check_team(side: Side, setup: &GameSetup, cards: &CardBook) -> Result<(), Rejection> {
    let team = &setup.teams[side];
    let refuse =
        |field: String, problem: String| Err(Rejection::invalid(format!("teams.{side}.{field}"), problem));
    if team.name.chars().count() > NAME_MAX {
        return refuse("name".to_owned(), format!("longer than {NAME_MAX} letters"));
    }
    if team.roster.len() > ROSTER_MAX {
        let problem = format!("{} players; at most {ROSTER_MAX} are allowed", team.roster.len());
        return refuse("roster".to_owned(), problem);
    }
    let opponents = &setup.teams[side.opponent()].roster;
    for (index, id) in team.roster.iter().enumerate() {
        let field = format!("roster.{index}");
        if team.roster[..index].contains(id) || opponents.contains(id) {
            return refuse(field, format!("{id} is listed twice; a player is on one roster, once"));
        }
        if let Some(problem) = not_eligible(*id, setup, cards) {
            return refuse(field, problem);
        }
    }
    Ok(())
}

/// Why a card cannot be on any roster of this game, if it cannot.
pub(in crate::rules) fn not_eligible(id: CardId, setup: &GameSetup, cards: &CardBook) -> Option<String> {
    let Some(card) = cards.get(id) else {
        return Some(format!("there is no card {id} in this game's card book"));
    };
    let legal = &setup.settings.cardsets;
    let is_legal = legal.is_empty() || card.cardset_id.is_some_and(|set| legal.contains(&set));
    (!is_legal).then(|| format!("{id} is of no cardset that is legal in this game (RULES 7.3)"))
}
