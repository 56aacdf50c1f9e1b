//! Who is eligible changes before the first pitch, and only then.

use crate::id::CardId;
use crate::rules::command::{AddToRoster, Command, Issuer, RemoveFromRoster};
use crate::rules::rejection::RejectionCode;
use crate::rules::state::GameSettings;
use crate::rules::testing::{Game, lineup};
use crate::rules::vocabulary::{Side, Side::Away, Side::Home};

/// On the visitors' bench.
const BENCH: CardId = CardId(15);

fn add(side: Side, card_id: CardId) -> Command {
    Command::AddToRoster(AddToRoster { side, card_id, cards_digest: "ab".repeat(32) })
}

fn remove(side: Side, card_id: CardId) -> Command {
    Command::RemoveFromRoster(RemoveFromRoster { side, card_id })
}

#[test]
fn whoever_comes_is_eligible_and_whoever_goes_is_not() {
    let mut game = Game::new(1, GameSettings::default());
    let with = |card_id| {
        let mut starters = lineup(Away);
        starters.players[3].card_id = card_id;
        Command::SetLineup(starters)
    };
    game.order_as(Issuer::Manager(Away), &remove(Away, BENCH)).expect("he sits on the bench");
    let refused = game.order_as(Issuer::Manager(Away), &with(BENCH)).expect_err("he is on no roster");
    assert_eq!(refused.code, RejectionCode::Invalid);
    // A player without a team may play for either.
    game.order_as(Issuer::Manager(Home), &add(Home, BENCH)).expect("he is on no roster");
    game.order_as(Issuer::Operator, &remove(Home, BENCH)).expect("the operator may");
    game.order_as(Issuer::Manager(Away), &add(Away, BENCH)).expect("he comes back");
    assert_eq!(game.state.setup.cards_digest, "ab".repeat(32));
    game.order_as(Issuer::Manager(Away), &with(BENCH)).expect("he is eligible again");
    game.order(&Command::Start {}).expect("both line-ups stand");
    for late in [add(Home, BENCH), remove(Away, CardId(16))] {
        let refused = game.order(&late).expect_err("the game has begun");
        assert_eq!(refused.code, RejectionCode::WrongPhase);
    }
}

#[test]
fn a_roster_is_its_managers_and_nobody_is_on_two() {
    let mut game = Game::new(1, GameSettings::default());
    let before = game.state.clone();
    for (issuer, command, code) in [
        (Issuer::Manager(Home), remove(Away, BENCH), RejectionCode::Forbidden),
        (Issuer::Host, remove(Away, BENCH), RejectionCode::Forbidden),
        (Issuer::Manager(Away), add(Away, BENCH), RejectionCode::Invalid),
        (Issuer::Manager(Home), add(Home, BENCH), RejectionCode::Invalid),
        (Issuer::Operator, remove(Home, BENCH), RejectionCode::Invalid),
        (Issuer::Operator, add(Home, CardId(999)), RejectionCode::Invalid),
        (Issuer::Operator, remove(Away, lineup(Away).players[0].card_id), RejectionCode::Invalid),
    ] {
        let refused = game.order_as(issuer, &command).expect_err("must be refused");
        assert_eq!(refused.code, code, "{issuer} {command:?}: {refused}");
    }
    assert_eq!(game.state, before);
}
