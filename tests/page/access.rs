//! For everybody: by keyboard only, on a telephone, and without a violation that a checker of accessibility finds.

use super::browser::Browser;
use super::visit::{arrive, assert_faultless, make_game, play, play_ball, play_out, wait_until};
use crate::support::PATIENCE;
use crate::support::server::Home;
use serde_json::Value;
use std::path::Path;
use std::time::Instant;

pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";
/// More than any view has of places for the focus.
const STEPS_MAX: u32 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn a_game_is_played_by_keyboard_only() {
    let Some(browser) = Browser::start().await else { return };
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    browser.open(&format!("http://{}/", home.address.get())).await;
    go_to(&browser, "document.activeElement.closest('#identity')").await;
    browser.press(ENTER).await;
    browser.wait_for("dialog #name").await;
    for letter in ["A", "n", "n"] {
        browser.press(letter).await;
    }
    browser.press(ENTER).await;
    browser.wait_for("#identity strong").await;
    go_to(&browser, "document.activeElement.id === 'innings'").await;
    browser.press("1").await;
    browser.press(ENTER).await;
    wait_until(
        &browser,
        "location.hash.startsWith('#/game/') || document.getElementById('innings').value === '1'",
    )
    .await;
    if !browser.has(".bench").await {
        go_to(&browser, "document.activeElement.matches('.new-game button')").await;
        browser.press(ENTER).await;
    }
    browser.wait_for("[data-state=live]").await;
    go_to(&browser, "document.activeElement.matches('.bench .decision button')").await;
    browser.press(ENTER).await;

    let began = Instant::now();
    let mut pressed = Instant::now();
    while !browser.has(".stamp").await {
        // The focus goes from decision to decision by itself.
        let due =
            "document.activeElement.matches('.bench.mine:not(.waiting) .controls:not([inert]) button.main')";
        if browser.script(&format!("return {due}")).await == true {
            browser.press(ENTER).await;
            pressed = Instant::now();
        }
        assert!(pressed.elapsed() < PATIENCE, "the focus is lost: {}", browser.text("main").await);
        assert!(began.elapsed() < PATIENCE * 6, "the game does not end");
    }
    browser.quit().await;
    drop(server);
}

/// Goes on with Tab until the script's value is true.
pub async fn go_to(browser: &Browser, there: &str) {
    for _ in 0..STEPS_MAX {
        if browser.script(&format!("return Boolean({there})")).await == true {
            return;
        }
        browser.press(TAB).await;
    }
    panic!("Tab never comes to {there}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_shows_everything_without_sideways_scrolling() {
    let Some(browser) = Browser::start().await else { return };
    browser.become_phone().await;
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    arrive(&browser, &home, "", "Ann").await;
    assert_fits(&browser, "the lobby").await;
    make_game(&browser, &[]).await;
    assert_fits(&browser, "before the game").await;
    play_ball(&browser).await;
    play(&browser, async |browser, clicks| {
        assert_fits(browser, "the game").await;
        clicks == 6
    })
    .await;
    browser.picture("phone").await;
    play_out(&browser).await;
    assert_fits(&browser, "the end").await;
    open_season(&browser).await;
    assert_fits(&browser, "the season").await;
    assert_faultless(&browser).await;
    browser.quit().await;
    drop(server);
}

/// Looks at the season of the games that were played on the page, as the lobby offers it.
async fn open_season(browser: &Browser) {
    browser.script("location.hash = '#/'").await;
    browser.click(".welcome a[href='#/season']").await;
    browser.choose("#season-mode", "exhibition").await;
    browser.wait_for("main section table.book tbody tr").await;
    let standings = browser.text("main section table.book").await;
    assert!(standings.contains("Washington") && standings.contains("Houston"), "{standings}");
    assert!(browser.text(".leaders").await.contains("Strikeouts"), "there are leaders");
}

pub async fn assert_fits(browser: &Browser, view: &str) {
    let widths = browser.script("return [document.documentElement.scrollWidth, innerWidth]").await;
    assert!(widths[0].as_u64() <= widths[1].as_u64(), "{view}: {widths} is wider than the screen");
}

/// Where `npm ci --prefix tests/page` puts the checker; `.ci/run` does it.
const CHECKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/page/node_modules/axe-core/axe.min.js");

/// The checker, as a script; none where it is not there and need not be.
pub fn checker() -> Option<String> {
    if !Path::new(CHECKER).exists() {
        assert!(std::env::var_os("CI").is_none(), "CI needs {CHECKER}");
        println!("skipped: {CHECKER} is not there; npm ci --prefix tests/page brings it");
        return None;
    }
    Some(std::fs::read_to_string(CHECKER).expect("the checker can be read"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checker_finds_no_violation_of_accessibility() {
    let Some(checker) = checker() else { return };
    let Some(browser) = Browser::start().await else { return };
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    arrive(&browser, &home, "", "Ann").await;
    browser.script(&checker).await;
    assert_accessible(&browser, "the lobby").await;
    make_game(&browser, &[]).await;
    assert_accessible(&browser, "before the game").await;
    play_ball(&browser).await;
    play(&browser, async |_, clicks| clicks == 4).await;
    assert_accessible(&browser, "a decision").await;
    play_out(&browser).await;
    for tab in ["trust", "plays", "box", "chances"] {
        browser.click(&format!("#tab-{tab}")).await;
        assert_accessible(&browser, tab).await;
    }
    open_season(&browser).await;
    assert_accessible(&browser, "the season").await;
    browser.picture("season").await;
    assert_faultless(&browser).await;
    browser.quit().await;
    drop(server);
}

pub async fn assert_accessible(browser: &Browser, view: &str) {
    let check = "const report = arguments[arguments.length - 1]; axe.run().then(({violations}) => report(violations \
        .map(({id, help, nodes}) => `${id}: ${help} (${nodes.map(node => node.target).join(', ')})`)), error => report([String(error)]));";
    let found = browser.script_async(check).await;
    assert_eq!(found, Value::Array(Vec::new()), "{view}");
}
