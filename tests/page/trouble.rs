//! A host that is killed, a page that is loaded anew, a network that goes away: each in mid-decision.

use super::browser::Browser;
use super::visit::{
    DUE, arrive, assert_faultless, game_id, make_game, play, play_ball, play_out, wait_until,
};
use crate::support::http::Http;
use crate::support::server::Home;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_host_a_reload_and_a_lost_network_cost_nothing() {
    let Some(browser) = Browser::start().await else { return };
    let home = Home::sqlite().brisk().keeps_address();
    let server = home.start().await;
    arrive(&browser, &home, "", "Ann").await;
    make_game(&browser, &[]).await;
    play_ball(&browser).await;
    play(&browser, async |_, clicks| clicks == 2).await;

    browser.wait_for(DUE).await;
    server.kill();
    wait_until(&browser, "document.querySelector('.connection').dataset.state === 'away'").await;
    // A command given while nobody answers waits, and says so.
    browser.click(DUE).await;
    wait_until(&browser, "document.querySelector('.sent').innerText.includes('sent again')").await;
    browser.picture("killed").await;
    let command = waiting(&browser).await;
    let server = home.start().await;
    browser.wait_for("[data-state=live]").await;
    wait_until(&browser, "document.querySelector('.sent').innerText === ''").await;
    assert_eq!(entries_of(&home, &browser, &command).await, 1, "carried out once");

    browser.wait_for(DUE).await;
    let asked = browser.text(".bench h2").await;
    browser.script("location.reload()").await;
    browser.wait_for(DUE).await;
    assert_eq!(browser.text(".bench h2").await, asked, "the same is asked after the page was loaded anew");
    browser.script("window.faults = []").await;

    browser.set_offline(true).await;
    browser.click(DUE).await;
    browser.set_offline(false).await;
    wait_until(&browser, "document.querySelector('.sent').innerText === ''").await;
    play_out(&browser).await;
    browser.wait_for(".stamp.good").await;
    assert_faultless(&browser).await;
    browser.quit().await;
    drop(server);
}

/// The id of the command that waits for its answer.
pub async fn waiting(browser: &Browser) -> String {
    let key = format!("dugout.commands.{}", game_id(browser).await);
    let id = browser.script(&format!("return JSON.parse(sessionStorage.getItem('{key}'))[0].id")).await;
    id.as_str().expect("a command waits").to_owned()
}

/// How many journal entries a command made.
pub async fn entries_of(home: &Home, browser: &Browser, command: &str) -> usize {
    let token = browser.script("return JSON.parse(localStorage.getItem('dugout.identity')).token").await;
    let http = Http::stranger(&home.address).with_token(token.as_str().expect("a token is kept"));
    let journal = http.get(&format!("/api/v1/games/{}/journal", game_id(browser).await)).await.text;
    journal.lines().filter(|line| line.contains(&format!(r#""command_id":"{command}""#))).count()
}
