//! From a play of the file to the facts that the scorer judges. What the file says of the play's result (runs
//! batted in, earned runs, values) is not handed over; where a judgement of the official scorer is, it is said.

use super::file::{Game, Play};
use dugout::id::{LineupId, PlayNumber};
use dugout::rules::event::{CleanPlay, Sacrifice};
use dugout::rules::scoring::{Facts, Pitch, PlateAppearance, Running};
use dugout::rules::state::Runner;
use dugout::rules::vocabulary::Half;
use std::collections::BTreeMap;

/// The players of a game by the file's ids.
pub struct Players(BTreeMap<String, LineupId>);

impl Players {
    pub fn of(game: &Game) -> Self {
        let lines =
            game.totals.sides().into_iter().flat_map(|team| team.batting.iter().chain(&team.pitching));
        let mut players = BTreeMap::new();
        for line in lines {
            let next = LineupId(i32::try_from(players.len()).expect("a few") + 1);
            players.entry(line.id.clone()).or_insert(next);
        }
        Self(players)
    }

    /// The number of a player.
    pub fn number(&self, id: &str) -> LineupId {
        self.0[id]
    }

    /// The file's id of a player.
    pub fn name(&self, number: LineupId) -> &str {
        let found = self.0.iter().find(|(_, own)| **own == number);
        found.map_or("?", |(name, _)| name.as_str())
    }
}

/// The facts of a play. `runners` are those on base, with who answers for them by our own reckoning.
pub fn facts(play: &Play, number: i32, players: &Players, runners: [Option<Runner>; 3]) -> Facts {
    let [batter_to, runners_to @ ..] = play.dest;
    let count = |end| u8::try_from(play.dest.iter().filter(|to| **to == Some(end)).count()).expect("four");
    let mut facts = Facts {
        play_number: PlayNumber(number),
        inning: play.i,
        half: half(play.h),
        outs_before: play.o,
        away_score: play.sc[0],
        home_score: play.sc[1],
        batter_id: players.number(&play.bat),
        charged_batter_id: play.rbat.as_deref().map(|id| players.number(id)),
        pitcher_id: players.number(&play.pit),
        charged_pitcher_id: play.rpit.as_deref().map(|id| players.number(id)),
        runners,
        plate_appearance: plate_appearance(play),
        running: [1, 2, 3].map(|base| running(play, base)),
        pitch: pitch(play),
        errors: u8::try_from(play.err.len()).expect("a few"),
        error_bases: match play.ev.as_str() {
            "pickoff" | "caught_stealing" => 3, // whoever advances does so on the throw that got away
            _ => u8::from(!play.err.is_empty()),
        },
        clean: None,
        dropped_foul: play.ev == "foul_error",
        sacrifice: sacrifice(play),
        gidp: play.gidp == 1,
        batter_to,
        runners_to,
        outs_recorded: count(0),
        runs_scored: count(4),
    };
    facts.clean = clean(play, &facts);
    facts
}

pub fn half(h: u8) -> Half {
    if h == 0 { Half::Top } else { Half::Bottom }
}

fn plate_appearance(play: &Play) -> Option<PlateAppearance> {
    Some(match play.ev.as_str() {
        "single" => PlateAppearance::Hit(1),
        "double" => PlateAppearance::Hit(2),
        "triple" => PlateAppearance::Hit(3),
        "homerun" => PlateAppearance::Hit(4),
        "walk" => PlateAppearance::Walk,
        "intentional_walk" => PlateAppearance::IntentionalWalk,
        "hit_by_pitch" => PlateAppearance::HitByPitch,
        "catcher_interference" => PlateAppearance::Interference,
        "strikeout" => PlateAppearance::Strikeout,
        // Thrown out but for a dropped throw: the file calls it an out, with nobody put out.
        "out" if play.outs == 0 && !play.err.is_empty() => PlateAppearance::ReachedOnError,
        "out" | "fielders_choice" => PlateAppearance::InPlay,
        "reached_on_error" => PlateAppearance::ReachedOnError,
        "stolen_base"
        | "caught_stealing"
        | "pickoff"
        | "wild_pitch"
        | "passed_ball"
        | "balk"
        | "defensive_indifference"
        | "other_advance"
        | "foul_error" => return None,
        other => panic!("no such event: {other}"),
    })
}

fn running(play: &Play, base: u8) -> Option<Running> {
    let is_out = play.dest[usize::from(base)] == Some(0);
    match (play.cs.contains(&base), play.po.contains(&base)) {
        (true, true) => Some(Running::PickedOffStealing),
        (true, false) => Some(Running::Caught),
        (false, true) if is_out => Some(Running::PickedOff),
        _ => play.sb.contains(&base).then_some(Running::Stole),
    }
}

fn pitch(play: &Play) -> Option<Pitch> {
    match (play.wp, play.pb, play.ev.as_str()) {
        (1, ..) => Some(Pitch::Wild),
        (_, 1, _) => Some(Pitch::PassedBall),
        (.., "balk") => Some(Pitch::Balk),
        _ => None,
    }
}

fn sacrifice(play: &Play) -> Option<Sacrifice> {
    match (play.sh, play.sf) {
        (1, _) => Some(Sacrifice::Bunt),
        (_, 1) => Some(Sacrifice::Fly),
        _ => None,
    }
}

/// Whether the reference's runs batted in are a judgement: a run scored on a play with an error, and the scorer
/// said whether it would have without (OBR 9.04(a)(3), 9.06).
pub fn is_judged(play: &Play) -> bool {
    play.pa == 1 && !play.err.is_empty() && play.runs > 0 && play.ev != "catcher_interference"
}

/// How a judged play would have gone without its errors: the foremost runners would have scored, as many as were
/// batted in. Where the others would have stopped is for the program to say.
fn clean(play: &Play, assumed: &Facts) -> Option<CleanPlay> {
    if !is_judged(play) {
        return None;
    }
    let mut clean = assumed.without_errors();
    let mut batted_in = play.rbi;
    for base in (1..=3_u8).rev().filter(|base| play.dest[usize::from(*base)] == Some(4)) {
        let to = &mut clean.runners_to[usize::from(base) - 1];
        if batted_in > 0 {
            *to = Some(4);
            batted_in -= 1;
        } else {
            *to = to.map(|to| to.min(3));
        }
    }
    Some(clean)
}
