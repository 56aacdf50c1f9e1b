//! A page of one host, and a game that lives on another: the page goes there, and whoever sits before it stays who he is.

use super::browser::Browser;
use super::visit::{arrive, wait_until};
use crate::hosts::support::{database, two_hosts};
use crate::support::manager::Manager;
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
