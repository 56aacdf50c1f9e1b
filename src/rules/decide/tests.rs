//! Whole games against the invariants of the game, from fixed seeds.

mod clock;
mod effects;
mod force;
mod golden;
mod injuries;
mod legality;
mod manual;
mod rollback;
mod roster;
mod running;
mod substitution;
mod tables;

use crate::id::{PlayNumber, Seq};
use crate::rules::command::{Command, ContributeEntropy, Issuer, RunnerDecision};
use crate::rules::decision::{
    Alignment, Approach, Base, DefensiveDecision, InfieldDepth, OffensiveDecision, OutfieldDepth,
};
use crate::rules::dice::{Dice, RecordedDice};
use crate::rules::event::{Ending, Event, Play};
use crate::rules::moment::Moment;
use crate::rules::rejection::RejectionCode;
use crate::rules::state::{GameSettings, GameState};
use crate::rules::testing::{CARDS, Game};
use crate::rules::vocabulary::{DecisionPhase, Half, Side, Status};
use crate::rules::{decide, scoring, state};
use std::collections::BTreeMap;

/// No real game needs more entries; a game that does is not going to end.
const ENTRIES_MAX: usize = 4_000;

/// How many random games a test plays: `count`, or as many times more as `DUGOUT_GAMES` says (1 where unset).
fn games(count: u64) -> u64 {
    let times = std::env::var("DUGOUT_GAMES").ok().and_then(|times| times.parse::<u64>().ok());
    count * times.unwrap_or(1)
}

/// A cheap stream of choices for tests, apart from the dice of the game.
struct Choices(u64);

impl Choices {
    fn pick(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }
}

/// The command the game waits for, decisions at random, legal or not.
fn random_command(game: &Game, choices: &mut Choices) -> Command {
    let phase = game.state.decision_phase;
    if game.state.status == Status::Paused {
        return game.next_command();
    }
    if phase != DecisionPhase::AwaitingStart && choices.pick(60) == 0 {
        return Command::Pause {};
    }
    if matches!(phase, DecisionPhase::AwaitingOffensive | DecisionPhase::AwaitingRoll)
        && choices.pick(40) == 0
    {
        let walk = DefensiveDecision { intentional_walk: true, ..DefensiveDecision::default() };
        return Command::DefensiveDecision(walk);
    }
    if phase != DecisionPhase::AwaitingStart && choices.pick(15) == 0 {
        return substitution::random(game, choices);
    }
    match phase {
        DecisionPhase::AwaitingDefensive => {
            let holds = [Base::First, Base::Second, Base::Third].into_iter().filter(|_| choices.pick(3) == 0);
            let hold_runners = holds.collect();
            Command::DefensiveDecision(DefensiveDecision {
                alignment: Alignment::ALL[choices.pick(4)],
                infield_depth: InfieldDepth::ALL[choices.pick(3)],
                outfield_depth: OutfieldDepth::ALL[choices.pick(2)],
                hold_runners,
                intentional_walk: choices.pick(20) == 0,
            })
        }
        DecisionPhase::AwaitingOffensive => {
            let targets = [Base::Second, Base::Third, Base::Home].into_iter();
            let steals = choices.pick(3) == 0;
            Command::OffensiveDecision(OffensiveDecision {
                approach: Approach::ALL[choices.pick(4)],
                steal_attempts: targets.filter(|_| steals && choices.pick(2) == 0).collect(),
                hit_and_run: choices.pick(8) == 0,
                bunt_attempt: choices.pick(8) == 0,
            })
        }
        DecisionPhase::AwaitingRunner => {
            let offered = &game.state.pending_decision.as_ref().expect("a choice is owed").choices;
            let choice = offered[choices.pick(offered.len())].clone();
            Command::RunnerDecision(RunnerDecision { choice })
        }
        DecisionPhase::AwaitingOutcome if choices.pick(10) > 0 => manual::random_outcome(game, choices),
        _ => game.next_command(),
    }
}

/// Plays to the end; a random decision that is refused must leave everything as it was, and the default
/// takes its place.
fn play(game: &mut Game, mut choices: Option<Choices>) {
    while !game.state.is_over() {
        assert!(game.journal.len() < ENTRIES_MAX, "the game does not end");
        let before = game.state.clone();
        let command = match &mut choices {
            Some(choices) => random_command(game, choices),
            None => game.next_command(),
        };
        if let Err(refusal) = game.order(&command) {
            let is_substitution = matches!(command, Command::Substitute(_));
            match refusal.code {
                RejectionCode::Invalid => assert!(refusal.field.is_some(), "{refusal}"),
                RejectionCode::IllegalSubstitution if is_substitution => {
                    assert!(refusal.field.is_some(), "{refusal}");
                }
                RejectionCode::WrongPhase if is_substitution => {}
                RejectionCode::IllegalSubstitution => {
                    let owed = game.next_command();
                    assert!(matches!(owed, Command::Substitute(_)), "{refusal}");
                }
                _ => panic!("{command:?}: {refusal}"),
            }
            assert_eq!(game.state, before, "a refusal changed the state");
            assert_eq!(game.dice.position(), before.dice_position, "a refusal threw dice");
            game.order(&game.next_command()).expect("the defaults are always legal");
        }
        check_state(&before, &game.state);
    }
}

fn check_state(before: &GameState, state: &GameState) {
    assert!(state.outs <= 2 || state.is_over(), "{} outs", state.outs);
    assert_eq!(state.seq, before.seq.next());
    let mut on_base: Vec<_> = state.runners.iter().flatten().map(|runner| runner.lineup_id).collect();
    on_base.sort_unstable();
    on_base.dedup();
    assert_eq!(on_base.len(), state.runners.iter().flatten().count(), "one runner on two bases");
    for (side, runs) in state.score.iter() {
        assert_eq!(*runs, state.line_score[side].iter().sum::<u16>(), "line score");
    }
    substitution::check_lineups(state);
    if let Some(pending) = &state.pending_decision {
        assert_eq!(pending.phase, state.decision_phase);
        assert!(pending.seq <= state.seq);
    }
}

fn plays(game: &Game) -> Vec<&Play> {
    let resolved = game.events().filter_map(|event| match event {
        Event::PlayResolved(play) => Some(&**play),
        _ => None,
    });
    resolved.collect()
}

/// What must hold of a finished game as a whole.
fn check_game(game: &Game) {
    let state = &game.state;
    let mut next_order = BTreeMap::from([(Side::Away, 1), (Side::Home, 1)]);
    let mut runs = BTreeMap::from([(Side::Away, 0_u16), (Side::Home, 0)]);
    for (play, number) in plays(game).into_iter().zip(1..) {
        let side = play.half.batting();
        assert_eq!(play.play_number, PlayNumber(number));
        assert_eq!(play.batting_order, next_order[&side], "the order of the {side} side");
        if play.plate_appearance {
            next_order.insert(side, play.batting_order % 9 + 1);
        }
        *runs.get_mut(&side).expect("both sides") += u16::from(play.runs_scored);
        check_play(play);
    }
    assert_eq!((runs[&Side::Away], runs[&Side::Home]), (state.score.away, state.score.home));
    assert!(state.winner.is_some());
    let last = game.journal.last().and_then(|events| events.last());
    let Some(Event::GameCompleted { dice_seed, .. }) = last else { panic!("the last event is {last:?}") };
    assert_eq!(*dice_seed, game.dice.reveal());
}

fn check_play(play: &Play) {
    let ends: Vec<u8> = play.runners_to.iter().chain([&play.batter_to]).flatten().copied().collect();
    let count = |end| ends.iter().filter(|reached| **reached == end).count();
    assert_eq!(count(0), usize::from(play.outs_recorded), "{play:?}");
    assert_eq!(count(4), usize::from(play.runs_scored), "{play:?}");
    assert!(play.outs_before + play.outs_recorded <= 3, "{play:?}");
    assert_eq!(play.plate_appearance, play.batter_to.is_some(), "{play:?}");
    for (index, (runner, reached)) in play.runners.iter().zip(play.runners_to).enumerate() {
        assert_eq!(runner.is_some(), reached.is_some(), "{play:?}");
        assert!(reached.is_none_or(|end| end == 0 || usize::from(end) > index), "backwards: {play:?}");
    }
    if play.outs_before + play.outs_recorded < 3 {
        assert!((1..=3).all(|base| count(base) <= 1), "two on a base: {play:?}");
    }
}

/// The box score of a finished game proves, and has the score of the state.
fn check_box(game: &Game) {
    let mut book = scoring::Scorebook::default();
    let mut state = GameState::begin(&game.journal[0]).expect("game_created");
    for events in &game.journal[1..] {
        for (index, event) in events.iter().enumerate() {
            if let Event::PlayResolved(play) = event {
                let mut after = state.clone();
                let later = events[index + 1..].iter();
                let later = later.take_while(|next| !matches!(next, Event::PlayResolved(_)));
                [event].into_iter().chain(later).for_each(|event| after.apply(event));
                book.enter(scoring::record(&state, play, &after, None));
            }
            state.apply(event);
        }
    }
    let box_score = scoring::box_score(&state, book.plays());
    box_score.proves().unwrap_or_else(|unproved| panic!("{unproved}"));
    let runs = |side: Side| box_score.teams[side].runs;
    assert_eq!((runs(Side::Away), runs(Side::Home)), (game.state.score.away, game.state.score.home));
}

fn replayed(game: &Game) -> GameState {
    let mut state = GameState::begin(&game.journal[0]).expect("game_created");
    for (events, seq) in game.journal[1..].iter().zip(2..) {
        state.apply_entry(Seq(seq), events);
    }
    state
}

#[test]
fn hundreds_of_games_keep_the_invariants_and_replay_to_the_same_state() {
    let mut endings: BTreeMap<Ending, u32> = BTreeMap::new();
    let mut half_innings = 0;
    let mut runs = 0;
    for seed in 0..games(240) {
        let settings = GameSettings {
            extra_inning_runner: seed % 2 == 0,
            reliever_batters_min: [0, 1, 3][seed as usize % 3],
            ..GameSettings::default()
        };
        let mut game = if seed % 8 == 3 { Game::manual(seed, settings) } else { Game::new(seed, settings) };
        let by_default = seed % 4 == 0;
        play(&mut game, (!by_default).then_some(Choices(seed)));
        check_game(&game);
        if seed % 4 == 1 {
            check_box(&game);
        }
        assert_eq!(replayed(&game), game.state, "seed {seed}");
        if by_default {
            half_innings += game.state.line_score.iter().map(|(_, innings)| innings.len()).sum::<usize>();
            runs += usize::from(game.state.score.away + game.state.score.home);
        }
        let ending = game.events().find_map(|event| match event {
            Event::GameCompleted { ending, .. } => Some(*ending),
            _ => None,
        });
        *endings.entry(ending.expect("completed")).or_default() += 1;
    }
    for ending in [Ending::Regulation, Ending::WalkOff, Ending::ExtraInnings] {
        assert!(endings.get(&ending).is_some_and(|count| *count >= 5), "{endings:?}");
    }
    // Average cards score 4.56 runs in nine innings; here nobody relieves tired pitchers.
    let per_nine = 9.0 * runs as f64 / half_innings as f64;
    assert!((3.8..5.4).contains(&per_nine), "{per_nine} runs in nine innings");
}

#[test]
fn deciding_again_with_the_recorded_dice_gives_the_same_journal() {
    for seed in 0..games(24) {
        let make = if seed % 2 == 0 { Game::new } else { Game::manual };
        let mut game = make(seed, GameSettings::default());
        play(&mut game, Some(Choices(seed)));
        let mut again = make(seed, GameSettings::default()).state;
        let mut dice = RecordedDice::new(game.events(), game.dice.reveal());
        for (events, command) in game.journal[1..].iter().zip(&game.commands) {
            let decided = decide(&again, &CARDS, Issuer::Operator, command, Moment::EPOCH, &mut dice)
                .expect("accepted as before");
            assert_eq!(&decided, events);
            again.apply_entry(again.seq.next(), &decided);
        }
        assert_eq!(dice.fault(), None);
        assert_eq!(again, game.state);
    }
}

#[test]
fn the_state_survives_its_json() {
    let mut game = Game::new(5, GameSettings::default());
    let mut choices = Choices(5);
    for _ in 0..400 {
        if game.state.is_over() {
            break;
        }
        let command = random_command(&game, &mut choices);
        if game.order(&command).is_err() {
            game.must(&game.next_command());
        }
        let json = serde_json::to_string(&game.state).expect("a state is JSON");
        let read: state::GameState = serde_json::from_str(&json).expect("its own JSON");
        assert_eq!(read, game.state);
    }
    let json = serde_json::to_string(&game.journal).expect("events are JSON");
    let read: Vec<Vec<Event>> = serde_json::from_str(&json).expect("their own JSON");
    assert_eq!(read, game.journal);
}

#[test]
fn a_lead_of_the_mercy_rule_ends_the_game_early() {
    let settings = GameSettings { mercy_runs: Some(1), ..GameSettings::default() };
    let ended_early = (0..20).filter(|&seed| {
        let mut game = Game::new(seed, settings.clone());
        play(&mut game, None);
        check_game(&game);
        game.state.inning == 5
    });
    assert!(ended_early.count() >= 15, "one run ahead after five innings is the rule, not the exception");
}

#[test]
fn commands_are_refused_out_of_turn_and_out_of_phase() {
    let mut game = Game::new(1, GameSettings::default());
    let code = |game: &Game, issuer, command: &Command| {
        let refusal = decide(&game.state, &CARDS, issuer, command, Moment::EPOCH, &mut game.dice.clone());
        refusal.expect_err("refused").code
    };
    let defensive = Command::DefensiveDecision(DefensiveDecision::default());
    assert_eq!(code(&game, Issuer::Operator, &defensive), RejectionCode::WrongPhase);
    game.order(&Command::Start {}).expect("both line-ups stand");
    assert_eq!(code(&game, Issuer::Manager(Side::Away), &defensive), RejectionCode::NotYourTurn);
    assert_eq!(code(&game, Issuer::Manager(Side::Home), &Command::Roll {}), RejectionCode::WrongPhase);
    assert_eq!(code(&game, Issuer::Operator, &Command::Start {}), RejectionCode::WrongPhase);
    play(&mut game, None);
    assert_eq!(code(&game, Issuer::Operator, &Command::Roll {}), RejectionCode::GameOver);
}

#[test]
fn entropy_is_contributed_once_and_well_formed() {
    let mut game = Game::new(1, GameSettings::default());
    let mut share = |issuer, entropy: &str| {
        let command = Command::ContributeEntropy(ContributeEntropy { entropy: entropy.to_owned() });
        let events = decide(&game.state, &CARDS, issuer, &command, Moment::EPOCH, &mut game.dice)?;
        game.state.apply_entry(game.state.seq.next(), &events);
        Ok::<_, crate::rules::rejection::Rejection>(())
    };
    let home = Issuer::Manager(Side::Home);
    for wrong in
        [String::new(), "ab".repeat(15), "ab".repeat(65), "AB".repeat(16), format!("{}a", "ab".repeat(16))]
    {
        let refusal = share(home, &wrong).expect_err("not 16 to 64 bytes of lower-case hexadecimal");
        assert_eq!(refusal.field.as_deref(), Some("entropy"), "{wrong}");
    }
    assert_eq!(
        share(Issuer::Operator, &"ab".repeat(16)).expect_err("not his").code,
        RejectionCode::Forbidden
    );
    share(home, &"ab".repeat(16)).expect("well formed");
    assert_eq!(share(home, &"cd".repeat(16)).expect_err("once").code, RejectionCode::WrongPhase);
    share(Issuer::Manager(Side::Away), &"cd".repeat(64)).expect("the other side has its own");
}

#[test]
fn the_placed_runner_is_the_batter_before_the_one_who_leads_off() {
    let settings = GameSettings { innings: 1, extra_inning_runner: true, ..GameSettings::default() };
    let mut seen = false;
    for seed in 0..40 {
        let mut game = Game::new(seed, settings.clone());
        while !game.state.is_over() {
            game.order(&game.next_command()).expect("legal");
            let state = &game.state;
            let starts = state.inning > 1
                && state.outs == 0
                && state.decision_phase == DecisionPhase::AwaitingDefensive;
            if starts && state.runners[1].is_some_and(|runner| runner.reached_on.is_none()) && !seen {
                let side = state.batting_side();
                let before = state.lineups[side].batter((state.batter_idx[side] + 8) % 9).expect("nine bat");
                assert_eq!(state.runners[1].expect("placed").lineup_id, before.lineup_id);
                assert!(state.runners[1].expect("placed").unearned);
                seen = true;
            }
        }
    }
    assert!(seen, "no game went to a second inning");
}

#[test]
fn illegal_decisions_name_their_field() {
    let mut game = Game::new(1, GameSettings::default());
    game.order(&Command::Start {}).expect("starts");
    let wrong = [
        ("infield_depth", DefensiveDecision { infield_depth: InfieldDepth::InfieldIn, ..Default::default() }),
        ("infield_depth", DefensiveDecision { infield_depth: InfieldDepth::CornersIn, ..Default::default() }),
        ("outfield_depth", DefensiveDecision { outfield_depth: OutfieldDepth::In, ..Default::default() }),
        ("hold_runners.0", DefensiveDecision { hold_runners: vec![Base::First], ..Default::default() }),
        ("hold_runners.0", DefensiveDecision { hold_runners: vec![Base::Home], ..Default::default() }),
    ];
    for (field, decision) in wrong {
        let refusal = game.order(&Command::DefensiveDecision(decision)).expect_err("nobody is on base");
        assert_eq!(refusal.field.as_deref(), Some(field), "{refusal}");
        assert!(refusal.message.contains("allowed") || refusal.message.contains("only"), "{refusal}");
    }
    assert_eq!(game.state.half, Half::Top);
}
