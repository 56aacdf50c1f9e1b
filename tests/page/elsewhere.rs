//! A page of one host, and a game that lives on another: the page goes there, and whoever sits before it stays who he is.

use super::browser::Browser;
use super::trouble::{entries_of, waiting};
use super::visit::{DUE, arrive, game_id, make_game, play_ball, wait_until};
use crate::hosts::support::{database, home, two_hosts};
use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::server::Home;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_goes_where_the_game_lives() {
    let Some((url, _database)) = database().await else { return };
    let Some(browser) = Browser::start().await else { return };
    let ((home_a, _a), (home_b, _b)) = two_hosts(&url).await;
    let mut ann = Manager::connect(&home_a.address, "Ann").await;
    let created = ann.http.create_game(json!({"settings": {"innings": 1}})).await;
    let game = created["id"].as_str().expect("an id").to_owned();
    ann.join(&game).await;

    let is_there = format!("location.host === '{}'", home_a.address.get());
    arrive(&browser, &home_b, &format!("#/game/{game}"), "Bob").await;
    wait_until(&browser, &is_there).await;
    browser.wait_for("[data-state=live]").await;
    assert_eq!(browser.text("#identity strong").await, "Bob");
    let hash = browser.script("return location.hash").await;
    assert_eq!(hash, format!("#/game/{game}"), "the token does not stay in the address");

    // An invitation that was opened on the wrong host.
    browser.open(&format!("http://{}/", home_b.address.get())).await;
    let invitation = format!("sessionStorage.clear(); location.hash = '#/game/{game}/claim/away'");
    browser.script(&invitation).await;
    browser.click(".claim button.main").await;
    wait_until(&browser, &is_there).await;
    browser.click(".claim button.main").await;
    browser.wait_for("[data-state=live]").await;
    let row = ann.http.game(&game, "").await;
    assert_eq!(row["seats"]["away"]["user_name"], "Bob", "{row}");
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_without_an_answer_goes_along_and_is_carried_out_once() {
    let Some((url, _database)) = database().await else { return };
    let Some(browser) = Browser::start().await else { return };
    let home_a = home(&url).keeps_address();
    let mut a = home_a.start().await;
    let home_b = home(&url).sharing_tokens_of(&home_a);
    let _b = home_b.start().await;
    arrive(&browser, &home_a, "", "Ann").await;
    make_game(&browser, &[]).await;
    let game = game_id(&browser).await;
    play_ball(&browser).await;
    browser.wait_for(DUE).await;

    // The host is replaced while Ann decides; somebody looks at the game on the other one meanwhile.
    a.terminate();
    a.ended().await;
    wait_until(&browser, "document.querySelector('.connection').dataset.state === 'away'").await;
    browser.click(DUE).await;
    wait_until(&browser, "document.querySelector('.sent').innerText.includes('sent again')").await;
    let command = waiting(&browser).await;
    let mut bob = Manager::connect(&home_b.address, "Bob").await;
    bob.join(&game).await;
    let _a = home_a.start().await;

    wait_until(&browser, &format!("location.host === '{}'", home_b.address.get())).await;
    browser.wait_for("[data-state=live]").await;
    wait_until(&browser, "document.querySelector('.sent').innerText === ''").await;
    assert_eq!(entries_of(&home_b, &browser, &command).await, 1, "carried out once");
    browser.wait_for(DUE).await;
    assert_eq!(browser.script("return location.hash").await, format!("#/game/{game}"));

    // Where it was given first nothing is left that could be sent again.
    browser.open(&format!("http://{}/", home_a.address.get())).await;
    let left = format!("return sessionStorage.getItem('dugout.commands.{game}')");
    assert_eq!(browser.script(&left).await, json!(null));
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_somebody_made_up_gives_no_command_in_ones_name() {
    let Some(browser) = Browser::start().await else { return };
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    arrive(&browser, &home, "", "Ann").await;
    make_game(&browser, &[]).await;
    let game = game_id(&browser).await;
    play_ball(&browser).await;
    browser.wait_for(DUE).await;
    // Her id is no secret, her token is. She is asked, and says no.
    let made_up = format!(
        "window.asked = []; window.confirm = text => {{ asked.push(text); return false; }}; \
         const {{ user }} = JSON.parse(localStorage.getItem('dugout.identity')); \
         const waiting = [{{ id: crypto.randomUUID(), command: {{ kind: 'forfeit' }}, expect: null }}]; \
         location.hash = '#/game/{game}/as/' + encodeURIComponent(JSON.stringify({{ token: 'made up', user, waiting }}))"
    );
    browser.script(&made_up).await;
    wait_until(&browser, "asked.length === 1").await;
    browser.wait_for(DUE).await;
    assert_eq!(browser.script("return location.hash").await, format!("#/game/{game}"));
    assert_eq!(browser.text("#identity strong").await, "Ann");
    let status = Http::stranger(&home.address).game(&game, "").await["status"].clone();
    assert_eq!(status, "active", "nothing was forfeited");
    browser.quit().await;
}
