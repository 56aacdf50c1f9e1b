//! A game of printed cards with injuries: somebody is hurt, and his manager replaces him by clicking.

use super::browser::Browser;
use super::visit::{CLICKS_MAX, DUE, LOOK_EVERY, arrive, assert_faultless, make_game, play_ball, wait_until};
use crate::support::PATIENCE;
use crate::support::server::{Home, dugout, run};
use serde_json::json;
use std::time::Instant;

const LEAGUE: &str = include_str!("../../src/league/bundled/league.json");
/// The note about whom the manager has to replace.
const OWED: &str = ".bench .controls:not([inert]) .owed button.main";

/// A host whose SBA players are all easily hurt: 3d6 have to show 3 for nothing to happen.
async fn frail_league() -> Home {
    let home = Home::sqlite().brisk().with("DUGOUT__LEAGUE__SBA__SOURCE", "imported");
    let file = home.data_dir().join("league.json");
    let frail = LEAGUE.replace("\"cardset_id\": 2019,", "\"cardset_id\": 2019, \"injury_rating\": \"1p20\",");
    std::fs::write(&file, frail).expect("written");
    let mut import = dugout();
    import.args(["import-cards", "--league", "sba", "--write", "--data-dir"]).arg(home.data_dir()).arg(&file);
    let imported = run(&mut import).await;
    assert!(imported.status.success(), "{}", imported.stderr);
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_hurt_is_replaced_by_clicking() {
    let Some(browser) = Browser::start().await else { return };
    let home = frail_league().await;
    let _server = home.start().await;
    arrive(&browser, &home, "", "Ann").await;
    browser.click(".more-settings summary").await;
    browser.choose("#cards", "manual").await;
    browser.click("input[name=injuries]").await;
    make_game(&browser, &[]).await;
    play_ball(&browser).await;
    play_until_somebody_is_hurt(&browser).await;

    browser.picture("injury").await;
    let note = browser.text(".owed").await;
    assert!(
        note.contains(" is hurt, out for") && note.contains("somebody has to take his place first"),
        "{note}"
    );
    // The host says the same to whom does not listen.
    browser.click(DUE).await;
    wait_until(&browser, "document.querySelector('.bench > .problem').textContent.includes('is hurt')").await;
    // Two may have been hurt before the first has to be replaced.
    while browser.has(OWED).await {
        replace_who_is_hurt(&browser).await;
    }
    browser.click(DUE).await;
    wait_until(&browser, "document.querySelector('.bench > .problem').textContent === ''").await;
    assert_faultless(&browser).await;
    browser.quit().await;
}

/// Presses the button of the note and takes what the dialogue proposes.
async fn replace_who_is_hurt(browser: &Browser) {
    let note = browser.text(".owed").await;
    browser.click(OWED).await;
    let leaves =
        browser.script("return document.querySelector('#change-leaves-1').selectedOptions[0].text").await;
    assert!(leaves.as_str().is_some_and(|name| name.contains("hurt")), "the hurt player is chosen: {leaves}");
    browser.click("dialog button.main").await;
    let replaced = format!(
        "document.querySelector('.sent').textContent === '' && document.querySelector('.owed')?.innerText.trim() !== {}",
        json!(note)
    );
    wait_until(browser, &replaced).await;
    assert_eq!(browser.text(".bench > .problem").await, "", "the change is legal");
}

/// Reads every card as a strikeout, and as one that hurts wherever it may.
async fn play_until_somebody_is_hurt(browser: &Browser) {
    let (mut pressed, mut clicks) = (Instant::now(), 0);
    while !browser.has(OWED).await {
        if browser.has(DUE).await {
            let reads = browser.has(".controls:not([inert]) #outcome").await;
            if reads && browser.try_click("#outcome option[value='strikeout']").await {
                browser.try_click(".controls input[name=injury]:not(:checked)").await;
            }
            if browser.try_click(DUE).await {
                pressed = Instant::now();
                clicks += 1;
                assert!(clicks < CLICKS_MAX, "nobody of hers is hurt: {}", browser.text("main").await);
            }
        }
        assert!(pressed.elapsed() < PATIENCE, "nothing is asked: {}", browser.text("main").await);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
