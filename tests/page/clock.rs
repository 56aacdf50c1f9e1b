//! A game with a clock: it is set in the form, counts down, and says what it decided.

use super::browser::Browser;
use super::visit::{arrive, assert_faultless, game_id, make_game, play_ball, wait_until};
use crate::support::http::Http;
use crate::support::server::Home;
use serde_json::json;

/// Keeps everything that the clock shows and that is said aloud.
const LISTEN: &str = "window.heard = []; \
    const listen = of => new MutationObserver(() => heard.push(document.querySelector(of)?.textContent ?? '')) \
        .observe(document.querySelector(of), {childList: true, characterData: true, subtree: true}); \
    listen('.clock'); listen('#announcer');";

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_counts_down_and_is_missed_as_the_settings_say() {
    let Some(browser) = Browser::start().await else { return };
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    arrive(&browser, &home, "", "Ann").await;
    browser.click(".more-settings summary").await;
    assert!(!browser.has("#misses:enabled").await, "without a clock no deadline is missed");
    make_game(&browser, &[("#clock", "86400"), ("#misses", "2"), ("#mode", "league")]).await;
    let http = Http::stranger(&home.address);
    let made = http.game(&game_id(&browser).await, "/state").await;
    assert_eq!(made["settings"]["decision_seconds"], 86_400, "{made}");
    assert_eq!(
        (&made["settings"]["missed_deadlines_max"], &made["game_mode"]),
        (&json!(2), &json!("league"))
    );
    play_ball(&browser).await;
    wait_until(&browser, "/^2[34]:\\d\\d:\\d\\d left/.test(document.querySelector('.clock').textContent)")
        .await;

    // The shortest clock that there is, which no form offers.
    let token = browser.script("return JSON.parse(localStorage.getItem('dugout.identity')).token").await;
    let ann = http.with_token(token.as_str().expect("a token"));
    let settings = json!({"decision_seconds": 5, "missed_deadlines_max": 2});
    let quick = ann.create_game(json!({"away_team_is_ai": true, "settings": settings})).await;
    let quick = quick["id"].as_str().expect("an id").to_owned();
    browser.script(&format!("location.hash = '#/game/{quick}'")).await;
    wait_until(&browser, "document.querySelector('.bench h2')?.textContent === 'Ready to play'").await;
    browser.wait_for("[data-state=live]").await;
    browser.script(LISTEN).await;
    play_ball(&browser).await;
    browser.wait_for(".clock.short").await;
    browser.picture("clock").await;
    wait_until(&browser, "document.querySelector('.bench h2').textContent === 'Houston won'").await;
    assert!(browser.text(".situation").await.contains("forfeit"), "{}", browser.text(".situation").await);
    let heard = browser.script("return heard.join('\\n')").await;
    let heard = heard.as_str().unwrap_or_default();
    for words in [
        "0:04 left",
        "0:02 left",
        "Washington missed a deadline (2 forfeit)",
        "Washington let its deadline pass; the host decided.",
    ] {
        assert!(heard.contains(words), "{words} in {heard}");
    }
    let state = http.game(&quick, "/state").await;
    assert_eq!(
        (&state["ended_by"], &state["home_missed_deadlines"]),
        (&json!("forfeit"), &json!(2)),
        "{state}"
    );
    assert_faultless(&browser).await;
    browser.quit().await;
}
