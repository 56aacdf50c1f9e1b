//! The pure engine: plays a second and core, where the time of a play goes, and what it allocates.
//!
//! `cargo bench --bench engine`. Compare the parts with each other, not with another machine's. The allocations are those of
//! one run of a benchmark: divide them by its items.

mod support;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};
use dugout::fairness::SeededDice;
use dugout::manager;
use dugout::protocol::GameView;
use dugout::rules::decide;
use dugout::rules::dice::Dice;
use dugout::rules::moment::Moment;
use dugout::store::canonical::canonical_json;
use dugout::store::projection;
use mimalloc::MiMalloc;
use std::sync::LazyLock;
use support::{Managers, Recorded, answer};

/// The host's own, counted.
#[global_allocator]
static ALLOCATOR: AllocProfiler<MiMalloc> = AllocProfiler::new(MiMalloc);

fn main() {
    divan::main();
}

static PLAIN: LazyLock<Recorded> = LazyLock::new(|| Recorded::play(1, Managers::Plain));

/// A whole game, from the first command to the last out; counted in plays.
#[divan::bench(args = [Managers::Plain, Managers::Ai])]
fn whole_game(bencher: Bencher, managers: Managers) {
    let game = Recorded::play(1, managers);
    bencher.counter(ItemsCount::new(game.plays())).bench(|| {
        let mut state = game.begin();
        let mut next = Some(&game.steps[0].command);
        let mut answered;
        let mut dice = SeededDice::new(game.seed.clone(), &state.entropy, state.dice_position);
        while !state.is_over() {
            let command = match (next.take(), &state.pending_decision) {
                (Some(start), _) => start,
                (None, Some(pending)) => {
                    answered = answer(managers, &state, &game.cards, pending);
                    &answered
                }
                (None, None) => panic!("nothing is asked"),
            };
            let side = state.pending_decision.as_ref().map_or(game.steps[0].issuer, |pending| {
                dugout::rules::command::Issuer::Manager(pending.side)
            });
            dice.take_up(&state.entropy, state.dice_position);
            let events = decide(&state, &game.cards, side, command, Moment::EPOCH, &mut dice)
                .expect("a legal command");
            state.apply_entry(state.seq.next(), &events);
        }
        state
    });
}

/// A hundred plays with all that the host computes for them, from this play of a very long game on.
#[divan::bench(args = [0, 1_000])]
fn plays_from(bencher: Bencher, first: i32) {
    static LONG: LazyLock<Recorded> = LazyLock::new(|| Recorded::play_long(1, Managers::Plain, 180));
    const PLAYS: i32 = 100;
    let game = &*LONG;
    let plays = first..first + PLAYS;
    let steps = game.steps.iter().enumerate();
    let steps: Vec<_> = steps.filter(|(_, step)| plays.contains(&step.before.play_count.0)).collect();
    bencher.counter(ItemsCount::new(PLAYS as usize)).bench(|| {
        let mut dice = SeededDice::new(game.seed.clone(), &game.end.entropy, 0);
        for (number, step) in &steps {
            let state = &step.before;
            dice.take_up(&state.entropy, state.dice_position);
            let events = decide(state, &game.cards, step.issuer, &step.command, Moment::EPOCH, &mut dice);
            let events = events.expect("legal");
            let mut after = state.clone();
            after.apply_entry(state.seq.next(), &events);
            black_box(projection::rows(state, &events, game.after(*number)));
            black_box(canonical_json(&events));
        }
    });
}

/// Of each play: throwing the dice, reading the cards, scoring.
#[divan::bench]
fn decide_a_roll(bencher: Bencher) {
    let game = &*PLAIN;
    let steps: Vec<_> = game.play_steps().collect();
    bencher.counter(ItemsCount::new(steps.len())).bench(|| {
        let mut dice = SeededDice::new(game.seed.clone(), &game.end.entropy, 0);
        for step in &steps {
            let state = &step.before;
            dice.take_up(&state.entropy, state.dice_position);
            black_box(
                decide(state, &game.cards, step.issuer, &step.command, Moment::EPOCH, &mut dice)
                    .expect("legal"),
            );
        }
    });
}

/// Of each play: the state that `decide` copies to see what the play does.
#[divan::bench]
fn copy_the_state(bencher: Bencher) {
    let steps: Vec<_> = PLAIN.play_steps().collect();
    bencher.counter(ItemsCount::new(steps.len())).bench(|| {
        for step in &steps {
            black_box(step.before.clone());
        }
    });
}

/// Of each play: the dice alone, five of an at-bat roll.
#[divan::bench]
fn five_dice(bencher: Bencher) {
    let game = &*PLAIN;
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let mut dice = SeededDice::new(game.seed.clone(), &game.end.entropy, black_box(77));
        black_box([6, 6, 6, 20, 20].map(|sides| dice.die(sides)));
    });
}

/// Of each play: applying its events to the state.
#[divan::bench]
fn apply_events(bencher: Bencher) {
    let game = &*PLAIN;
    bencher.counter(ItemsCount::new(game.plays())).with_inputs(|| game.begin()).bench_values(|mut state| {
        for step in &game.steps {
            state.apply_entry(step.before.seq.next(), &step.events);
        }
        state
    });
}

/// Of each play: the rows of the tables.
#[divan::bench]
fn rows_of_the_tables(bencher: Bencher) {
    let game = &*PLAIN;
    bencher.counter(ItemsCount::new(game.plays())).bench(|| {
        for (number, step) in game.steps.iter().enumerate() {
            black_box(projection::rows(&step.before, &step.events, game.after(number)));
        }
    });
}

/// The state as somebody who joins gets it.
#[divan::bench]
fn view_as_json(bencher: Bencher) {
    let game = &*PLAIN;
    let state = &game.steps[game.steps.len() / 2].before;
    bencher.bench(|| serde_json::to_vec(&GameView::new(black_box(state), &game.cards)).expect("JSON"));
}

/// One decision of an AI manager.
#[divan::bench]
fn choose(bencher: Bencher) {
    let game = Recorded::play(1, Managers::Ai);
    let asked: Vec<_> = game
        .steps
        .iter()
        .filter_map(|step| Some((step, step.before.pending_decision.as_ref()?.side)))
        .collect();
    bencher.counter(ItemsCount::new(asked.len())).bench(|| {
        for (step, side) in &asked {
            black_box(manager::choose(&step.before, &game.cards, *side));
        }
    });
}
