//! The operator's desk: a game that is set aside is found, its reason read, it is released, and the act is on record.

use super::access::{ENTER, assert_accessible, assert_fits, checker, go_to};
use super::browser::Browser;
use super::visit::{self, DUE, KEEP_ERRORS, assert_faultless, game_id, make_game, play_ball, wait_until};
use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::play::start;
use crate::support::server::{Home, Server};
use serde_json::json;

const REASON: &str = "a die looks wrong";

/// A host with a game that is fine and one that is set aside (the second), and an operator's token.
async fn troubled_host() -> (Home, Server, [String; 2], String) {
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut games = Vec::new();
    for _ in 0..2 {
        let created = ann.http.create_game(json!({"away_team_is_ai": true})).await;
        let game = created["id"].as_str().expect("an id").to_owned();
        ann.join(&game).await;
        start(&mut ann, &game).await.expect("connected");
        games.push(game);
    }
    let token = home.token("Olga", &["--operator"]).await;
    let operator = ann.http.with_token(&token);
    let aside = format!("/api/v1/games/{}/quarantine", games[1]);
    operator.post(&aside, &json!({ "reason": REASON })).await.ok();
    (home, server, games.try_into().expect("two games"), token)
}

/// Arrives at the desk with the operator's token, which has to be brought first.
async fn arrive(browser: &Browser, home: &Home, token: &str) {
    browser.open(&format!("http://{}/#/operator", home.address.get())).await;
    browser.script(KEEP_ERRORS).await;
    browser.click(".operator button.main").await;
    browser.click("dialog summary").await;
    browser.write("#token", token).await;
    browser.click("dialog button.main").await;
    browser.wait_for(".desk tbody tr").await;
}

fn link(game: &str) -> String {
    format!(".desk a[href='#/operator/game/{game}']")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_finds_a_game_that_is_set_aside_and_releases_it() {
    let Some(browser) = Browser::start().await else { return };
    let (home, server, [fine, aside], token) = troubled_host().await;
    arrive(&browser, &home, &token).await;
    assert!(browser.has(&link(&fine)).await && browser.has(&link(&aside)).await);
    assert!(browser.text(".hosts").await.contains("all is well"));
    browser.click("#trouble").await;
    wait_until(&browser, "document.querySelectorAll('.desk tbody tr').length === 1").await;
    browser.click(&link(&aside)).await;
    browser.wait_for(".facts").await;
    let why = browser.text(".trouble").await;
    assert!(why.contains("set aside") && why.contains(REASON), "{why}");
    assert!(browser.text(".entries").await.contains("start"), "the end of its journal is there");
    browser.picture("operator").await;

    // It asks before it acts.
    browser.click(".actions button.main").await;
    browser.click("dialog button.quiet").await;
    assert!(browser.text(".trouble").await.contains(REASON));
    browser.click(".actions button.main").await;
    browser.click("dialog button.main").await;
    wait_until(&browser, "document.querySelector('.trouble').textContent === ''").await;
    wait_until(&browser, "document.querySelector('.acts').textContent.includes('resume')").await;
    browser.click("a[href='#/operator/audit']").await;
    wait_until(&browser, "document.querySelector('h1').textContent === 'Audit'").await;
    let audit = browser.text(".acts").await;
    for words in ["Olga", "resume", "quarantine", REASON, "done"] {
        assert!(audit.contains(words), "{words} in {audit}");
    }
    assert_faultless(&browser).await;
    browser.quit().await;
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_seat_is_taken_away_or_given_back_is_told() {
    let Some(browser) = Browser::start().await else { return };
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    visit::arrive(&browser, &home, "", "Ann").await;
    make_game(&browser, &[]).await;
    let game = game_id(&browser).await;
    play_ball(&browser).await;
    browser.wait_for(DUE).await;
    let token = home.token("Olga", &["--operator"]).await;
    let operator = Http::stranger(&home.address).with_token(&token);
    let holder = operator.game(&game, "").await["seats"]["home"].clone();
    let act = async |act: &str, body| operator.post(&format!("/api/v1/games/{game}/{act}"), &body).await.ok();
    act("free_seat", json!({"side": "home"})).await;
    wait_until(&browser, "document.querySelector('.connection').innerText.includes('not yours any more')")
        .await;
    wait_until(
        &browser,
        "!document.querySelector('.bench.mine') && !document.querySelector('.controls form')",
    )
    .await;
    let holder = json!({"side": "home", "user_id": holder["user_id"], "user_name": holder["user_name"]});
    act("give_seat", holder).await;
    wait_until(&browser, "document.querySelector('.connection').innerText === 'You manage Washington now.'")
        .await;
    browser.wait_for(DUE).await;
    assert_faultless(&browser).await;
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_is_for_everybody() {
    let Some(checker) = checker() else { return };
    let Some(browser) = Browser::start().await else { return };
    browser.become_phone().await;
    let (home, server, [fine, aside], token) = troubled_host().await;
    arrive(&browser, &home, &token).await;
    browser.script(&checker).await;
    assert_fits(&browser, "the desk").await;
    assert_accessible(&browser, "the desk").await;

    // By keyboard: to the game, to the act, and through its dialog.
    go_to(&browser, &format!("document.activeElement.matches(\"{}\")", link(&fine))).await;
    browser.press(ENTER).await;
    browser.wait_for(".facts").await;
    assert_fits(&browser, "a game").await;
    assert_accessible(&browser, "a game").await;
    go_to(&browser, "document.activeElement.textContent === 'Set aside'").await;
    browser.press(ENTER).await;
    browser.wait_for("dialog[open]").await;
    assert_accessible(&browser, "an act").await;
    go_to(&browser, "document.activeElement.id === 'act-reason'").await;
    for letter in ["w", "h", "y"] {
        browser.press(letter).await;
    }
    browser.press(ENTER).await;
    wait_until(&browser, "document.querySelector('.trouble').textContent.includes('why')").await;
    go_to(&browser, "document.activeElement.matches(\"nav a[href='#/operator/audit']\")").await;
    browser.press(ENTER).await;
    browser.wait_for(".acts").await;
    assert_fits(&browser, "the audit").await;
    assert_accessible(&browser, "the audit").await;
    browser.picture("operator-phone").await;
    assert!(browser.text(".acts").await.contains(&aside), "the other game's act is there");
    browser.quit().await;
    drop(server);
}
