//! A game in which the manager reads printed cards, with a line-up of his own.

use super::browser::Browser;
use super::visit::{CLICKS_MAX, DUE, LOOK_EVERY, arrive, assert_faultless, make_game, play_ball, wait_until};
use crate::support::PATIENCE;
use crate::support::server::Home;
use std::time::Instant;

/// Which outcome is read for the n-th roll: all kinds of controls are used, and outs enough that it ends.
const READ: [&str; 11] = [
    "x_check",
    "groundball_a",
    "single_uncapped",
    "strikeout",
    "error",
    "popout",
    "flyout_b",
    "homerun",
    "x_check",
    "strikeout",
    "walk",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_game_with_printed_cards_is_played_by_clicking() {
    let Some(browser) = Browser::start().await else { return };
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    arrive(&browser, &home, "", "Ann").await;
    make_game(&browser, &[("#cards", "manual")]).await;
    hand_in_lineup(&browser).await;
    play_ball(&browser).await;

    let (mut read, mut checks) = (0, 0);
    let (mut moved, mut clicks) = (Instant::now(), 0);
    while !browser.has(".stamp").await {
        if browser.has(DUE).await {
            if browser.has(".controls:not([inert]) #outcome").await {
                read += usize::from(choose_outcome(&browser, READ[read % READ.len()]).await);
            } else if browser.has("[data-field=x_check] label").await {
                checks += usize::from(browser.try_click("[data-field=x_check] label:nth-of-type(3)").await);
                browser.picture("x_check").await;
            }
            if browser.try_click(DUE).await {
                moved = Instant::now();
                clicks += 1;
                assert!(clicks < CLICKS_MAX, "the game does not end: {}", browser.text("main").await);
            }
        }
        assert!(moved.elapsed() < PATIENCE, "nothing is asked: {}", browser.text("main").await);
        tokio::time::sleep(LOOK_EVERY).await;
    }
    assert!(read > 6, "{read} rolls were read");
    assert!(checks > 0, "an X-Check was read");
    assert_faultless(&browser).await;
    browser.quit().await;
    drop(server);
}

/// The last batter of the order leads off, and the pitcher bats for himself.
async fn hand_in_lineup(browser: &Browser) {
    let open = "[...document.querySelectorAll('.menu button')].find(one => one.innerText.startsWith('Set your line-up')).click()";
    browser.script(open).await;
    let ninth = browser.script("return document.getElementById('lineup-player-8').value").await;
    let ninth = ninth.as_str().expect("a card").to_owned();
    browser.choose("#lineup-player-0", &ninth).await;
    browser.click("#lineup-dh").await;
    wait_until(browser, "document.querySelectorAll('.lineup tbody tr').length === 9").await;
    browser.picture("lineup").await;
    browser.click("dialog button.main").await;
    wait_until(
        browser,
        "document.querySelector('.sent').innerText === '' && !document.querySelector('dialog')",
    )
    .await;
    assert_eq!(browser.text(".bench .problem").await, "", "the line-up is legal");
}

/// Chooses an outcome, and the first place that it takes.
async fn choose_outcome(browser: &Browser, outcome: &str) -> bool {
    let option = format!("#outcome option[value='{outcome}']");
    if !browser.has(&option).await || !browser.try_click(&option).await {
        return false;
    }
    browser.try_click("[data-field=hit_location] label").await;
    true
}
