//! What a person does on the page, whatever the test is about.

use super::browser::Browser;
use crate::support::PATIENCE;
use crate::support::server::Home;
use serde_json::Value;
use std::time::{Duration, Instant};

/// How often the page is looked at.
pub const LOOK_EVERY: Duration = Duration::from_millis(50);
/// No game of one inning asks for more; one that does is not going to end.
pub const CLICKS_MAX: u32 = 500;

/// The button of the decision that is asked, where it may be pressed.
pub const DUE: &str = ".bench.mine:not(.waiting) .controls:not([inert]) .decision button.main";
/// What keeps everything that goes wrong on the page.
pub const KEEP_ERRORS: &str = "window.faults = []; \
    addEventListener('error', event => faults.push(event.message)); \
    addEventListener('unhandledrejection', event => faults.push(String(event.reason))); \
    addEventListener('securitypolicyviolation', event => faults.push(event.violatedDirective));";

/// Arrives at an address and says a name.
pub async fn arrive(browser: &Browser, home: &Home, path: &str, name: &str) {
    browser.open(&format!("http://{}/{path}", home.address.get())).await;
    browser.script(KEEP_ERRORS).await;
    browser.click("#identity button").await;
    browser.write("#name", name).await;
    browser.click("dialog button.main").await;
    browser.wait_for("#identity strong").await;
}

/// Makes a game of one inning with these choices of the form, and follows it.
pub async fn make_game(browser: &Browser, choices: &[(&str, &str)]) {
    browser.choose("#innings", "1").await;
    for (list, value) in choices {
        browser.choose(list, value).await;
    }
    browser.click(".new-game button.main").await;
    browser.wait_for("[data-state=live]").await;
}

/// Starts the game from the bench.
pub async fn play_ball(browser: &Browser) {
    browser.click(".bench .controls:not([inert]) .decision button").await;
}

/// Presses what is asked, with the defaults, until the game is over or `enough` says so.
pub async fn play(browser: &Browser, enough: impl AsyncFn(&Browser, u32) -> bool) {
    let mut clicks = 0;
    let mut pressed = Instant::now();
    while !browser.has(".stamp").await && !enough(browser, clicks).await {
        if browser.has(DUE).await && browser.try_click(DUE).await {
            clicks += 1;
            assert!(clicks < CLICKS_MAX, "the game does not end");
            pressed = Instant::now();
        }
        assert!(pressed.elapsed() < PATIENCE, "nothing is asked: {}", browser.text("main").await);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Presses what is asked, with the defaults, until the game is over.
pub async fn play_out(browser: &Browser) {
    play(browser, async |_, _| false).await;
}

/// Waits until the script's value is true.
pub async fn wait_until(browser: &Browser, script: &str) {
    let began = Instant::now();
    while browser.script(&format!("return Boolean({script})")).await != Value::Bool(true) {
        assert!(began.elapsed() < PATIENCE, "never: {script}\n{}", browser.text("main").await);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Nothing went wrong on the page since it was opened.
pub async fn assert_faultless(browser: &Browser) {
    assert_eq!(browser.script("return faults.join('; ')").await, "", "something went wrong on the page");
}

/// The game whose page is open.
pub async fn game_id(browser: &Browser) -> String {
    let id = browser.script("return location.hash.split('/')[2]").await;
    id.as_str().expect("the address names the game").to_owned()
}
