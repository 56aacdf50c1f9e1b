//! The record of what operators did: written before an act has its effect, answered after it, never rewritten.

use super::contract;
use super::fixture::*;
use chrono::TimeDelta;
use dugout::id::{CommandId, GameId, Seq, UserId};
use dugout::store::acts::{ActAnswer, ActFilter, OperatorAct};
use serde_json::json;
use std::slice::from_ref;

contract! {
    an_act_stays_as_it_was_recorded_and_is_answered_once_it_is_known,
    acts_are_listed_newest_first_by_game_and_by_user,
}

fn act(game_id: GameId, seconds_ago: i64) -> OperatorAct {
    OperatorAct {
        id: CommandId::generate(),
        game_id,
        user_id: UserId::generate(),
        user_name: "Olga “the Law”".into(),
        act: "forfeit".into(),
        detail: json!({"side": "home", "reason": null}),
        asked_at: now() - TimeDelta::seconds(seconds_ago),
        answer: None,
    }
}

async fn listed(fixture: &Fixture, filter: ActFilter) -> Vec<OperatorAct> {
    fixture.store.acts(filter, None, 100).await.unwrap().items
}

async fn an_act_stays_as_it_was_recorded_and_is_answered_once_it_is_known(fixture: Fixture) {
    let store = &fixture.store;
    // A game that does not exist has its acts on record too.
    let first = act(GameId::generate(), 9);
    let of_game = ActFilter { game_id: Some(first.game_id), user_id: None };
    store.record_act(first.clone()).await.unwrap();
    assert_eq!(listed(&fixture, of_game).await, from_ref(&first));

    let disguised = OperatorAct { act: "pause".into(), detail: json!({}), asked_at: now(), ..first.clone() };
    store.record_act(disguised.clone()).await.unwrap();
    assert_eq!(listed(&fixture, of_game).await, from_ref(&first), "the same id again is the same act");

    let answer = |code: &str| {
        Some(ActAnswer {
            code: code.into(),
            seq: Some(Seq(7)),
            message: Some("why".into()),
            answered_at: now(),
        })
    };
    let answered = OperatorAct { answer: answer("done"), ..first.clone() };
    // The answer goes to the act; what else comes with it changes nothing.
    store.answer_act(OperatorAct { answer: answered.answer.clone(), ..disguised }).await.unwrap();
    assert_eq!(listed(&fixture, of_game).await, from_ref(&answered));
    store.record_act(first.clone()).await.unwrap();
    assert_eq!(listed(&fixture, of_game).await, [answered], "recorded again, it is still answered");

    let unheard_of = OperatorAct { answer: answer("done"), ..act(first.game_id, 1) };
    store.answer_act(unheard_of).await.unwrap();
    assert_eq!(listed(&fixture, of_game).await.len(), 1, "an answer makes no act");
}

async fn acts_are_listed_newest_first_by_game_and_by_user(fixture: Fixture) {
    let store = &fixture.store;
    let games = [GameId::generate(), GameId::generate()];
    let acts: Vec<_> = (0..6).map(|number| act(games[number % 2], 60 - number as i64)).collect();
    for act in &acts {
        store.record_act(act.clone()).await.unwrap();
    }
    let ids = |acts: &[OperatorAct]| acts.iter().map(|act| act.id).collect::<Vec<_>>();
    let newest_first: Vec<_> = acts.iter().rev().cloned().collect();
    assert_eq!(ids(&listed(&fixture, ActFilter::default()).await), ids(&newest_first));
    let of_first = ActFilter { game_id: Some(games[0]), user_id: None };
    assert_eq!(ids(&listed(&fixture, of_first).await), [acts[4].id, acts[2].id, acts[0].id]);
    let of_one = ActFilter { game_id: None, user_id: Some(acts[3].user_id) };
    assert_eq!(listed(&fixture, of_one).await, [acts[3].clone()]);
    let of_none = ActFilter { game_id: Some(games[0]), user_id: Some(acts[3].user_id) };
    assert_eq!(listed(&fixture, of_none).await, []);

    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.acts(ActFilter::default(), cursor, 4).await.unwrap();
        seen.extend(ids(&page.items));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ids(&newest_first));
}
