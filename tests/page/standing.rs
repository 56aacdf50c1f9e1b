//! What a manager may do beside his decisions, and is asked about first: to pause the game, and to give it up.

use super::browser::Browser;
use super::visit::{arrive, assert_faultless, game_id, make_game, play_ball, wait_until};
use crate::support::http::Http;
use crate::support::server::Home;

/// Presses the button with this text.
async fn press(browser: &Browser, within: &str, text: &str) {
    let button = format!(
        "[...document.querySelectorAll('{within} button:not([disabled])')].find(one => one.textContent === '{text}')"
    );
    wait_until(browser, &button).await;
    browser.script(&format!("{button}.click()")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_and_a_forfeit_are_confirmed_first() {
    let Some(browser) = Browser::start().await else { return };
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    arrive(&browser, &home, "", "Ann").await;
    make_game(&browser, &[]).await;
    play_ball(&browser).await;
    let (http, game) = (Http::stranger(&home.address), game_id(&browser).await);

    press(&browser, ".bench", "Pause …").await;
    press(&browser, "dialog", "Play on").await;
    wait_until(&browser, "!document.querySelector('dialog')").await;
    assert_eq!(http.game(&game, "/state").await["status"], "active", "nobody has said yes");

    press(&browser, ".bench", "Pause …").await;
    press(&browser, "dialog", "Pause").await;
    wait_until(&browser, "document.querySelector('.bench').textContent.includes('The game is paused')").await;
    assert_eq!(http.game(&game, "/state").await["status"], "paused");
    press(&browser, ".bench", "Resume").await;

    press(&browser, ".bench", "Forfeit …").await;
    press(&browser, "dialog", "Forfeit").await;
    browser.wait_for(".stamp").await;
    let state = http.game(&game, "/state").await;
    assert_eq!(state["ended_by"], "forfeit", "{state}");
    assert_faultless(&browser).await;
    browser.quit().await;
}
