//! A whole game against the AI.

use super::browser::Browser;
use super::visit::{arrive, assert_faultless, game_id, make_game, play_ball, play_out, wait_until};
use crate::support::http::Http;
use crate::support::server::Home;

#[tokio::test(flavor = "multi_thread")]
async fn a_game_against_the_ai_is_made_and_played_by_clicking() {
    let Some(browser) = Browser::start().await else { return };
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    arrive(&browser, &home, "", "Ann").await;
    make_game(&browser, &[]).await;
    browser.click(".bench .decision button.second").await;
    browser.wait_for(".bench .decision .note").await;
    play_ball(&browser).await;
    play_out(&browser).await;

    browser.wait_for(".stamp").await;
    assert_eq!(browser.text(".stamp").await, "The dice are what was committed.");
    assert!(browser.text(".verdict").await.contains("Your own randomness is in the dice."));
    assert!(browser.text(".situation").await.starts_with("Final"));
    browser.click("#tab-plays").await;
    let path = format!("/api/v1/games/{}/plays", game_id(&browser).await);
    let plays = Http::stranger(&home.address).get(&path).await.ok();
    let plays = plays["items"].as_array().map_or(0, Vec::len);
    assert!(plays > 0, "a game has plays");
    browser.wait_for(&format!(".plays li:nth-child({plays}):last-child")).await;
    browser.picture("end").await;
    look_back(&browser, plays).await;
    assert_faultless(&browser).await;
    browser.quit().await;
    drop(server);
}

/// Back to the first play, one by one, and to the end again.
async fn look_back(browser: &Browser, plays: usize) {
    for _ in 0..plays {
        browser.click("[aria-label='Earlier play']").await;
    }
    assert_eq!(browser.text(".scrubber output").await, format!("play 1 of {plays}"));
    assert!(browser.text(".field").await.contains("Before play 1: Top of the 1st, 0 outs"));
    assert!(!browser.has("[aria-label='Earlier play']:enabled").await, "nothing is before it");
    wait_until(browser, "document.querySelector('.throw').textContent.includes('Play 1')").await;
    browser.click(".scrubber button:nth-of-type(3)").await;
    assert!(browser.text(".field").await.contains("Final"));
}
