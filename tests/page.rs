//! The page in a real browser: a game created and played by clicking, over nothing but what the host serves.
//!
//! Where `CI` is set the browser is mandatory; elsewhere its absence is said and the test is skipped.

mod browser;

use crate::support::PATIENCE;
use crate::support::server::Home;
use browser::Browser;
use std::time::{Duration, Instant};

/// How often the page is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// No game of one inning asks for more; one that does is not going to end.
const CLICKS_MAX: u32 = 2_000;

/// The button of the decision that is asked, where it may be pressed.
const DUE: &str = ".bench.mine:not(.waiting) .controls:not([inert]) .decision button.main";
/// What keeps everything that goes wrong on the page.
const KEEP_ERRORS: &str = "window.faults = []; \
    addEventListener('error', event => faults.push(event.message)); \
    addEventListener('unhandledrejection', event => faults.push(String(event.reason))); \
    addEventListener('securitypolicyviolation', event => faults.push(event.violatedDirective));";

#[tokio::test(flavor = "multi_thread")]
async fn a_game_against_the_ai_is_made_and_played_by_clicking() {
    let Some(browser) = Browser::start().await else { return };
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    browser.open(&format!("http://{}/", home.address.get())).await;
    browser.script(KEEP_ERRORS).await;

    browser.click("#identity button").await;
    browser.write("#name", "Ann").await;
    browser.click("dialog button.main").await;
    browser.wait_for("#identity strong").await;
    browser.click("#innings option[value='1']").await;
    browser.click(".new-game button.main").await;
    browser.wait_for("[data-state=live]").await;
    browser.click(".bench .decision button.second").await;
    browser.wait_for(".bench .decision .note").await;
    browser.click(".bench .decision button.main").await;
    play_out(&browser).await;

    browser.wait_for(".stamp").await;
    assert_eq!(browser.text(".stamp").await, "The dice are what was committed.");
    assert!(browser.text(".verdict").await.contains("Your own randomness is in the dice."));
    assert!(browser.text(".situation").await.starts_with("Final"));
    browser.click("#tab-plays").await;
    let plays = browser.script("return document.querySelectorAll('.plays li').length").await;
    assert!(plays.as_u64().is_some_and(|plays| plays >= 6), "an inning has six outs: {plays}");
    assert_eq!(browser.script("return faults.join('; ')").await, "", "something went wrong on the page");
    browser.quit().await;
    drop(server);
}

/// Presses what is asked, with the defaults, until the game is over.
async fn play_out(browser: &Browser) {
    let mut clicks = 0;
    let mut pressed = Instant::now();
    while !browser.has(".stamp").await {
        if browser.has(DUE).await && browser.try_click(DUE).await {
            clicks += 1;
            assert!(clicks < CLICKS_MAX, "the game does not end");
            pressed = Instant::now();
        }
        assert!(pressed.elapsed() < PATIENCE, "nothing is asked: {}", browser.text("main").await);
        tokio::time::sleep(LOOK_EVERY).await;
    }
    assert!(clicks > 0, "a game asks its manager");
}
