//! Two people, each with a browser: an invitation by link, a game, and a play taken back with consent.

use super::browser::Browser;
use super::visit::{arrive, assert_faultless, make_game, play, play_ball, play_out, wait_until};
use crate::support::http::Http;
use crate::support::server::Home;

#[tokio::test(flavor = "multi_thread")]
async fn two_people_play_each_other() {
    let Some(ann) = Browser::start().await else { return };
    let bob = Browser::start().await.expect("one browser started, so does another");
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    arrive(&ann, &home, "", "Ann").await;
    make_game(&ann, &[("#manager", "person")]).await;
    let link = ann.script("return document.getElementById('invitation').value").await;
    let path = link.as_str().and_then(|link| link.split_once("/#").map(|(_, path)| format!("#{path}")));
    let path = path.expect("the invitation is an address of this host");

    arrive(&bob, &home, &path, "Bob").await;
    bob.click(".claim button.main").await;
    bob.wait_for("[data-state=live]").await;
    wait_until(&ann, "document.querySelector('.line-score').innerText.includes('Bob')").await;
    play_ball(&ann).await;

    let plays = "document.querySelectorAll('.plays li').length";
    let some_plays = async |browser: &Browser, _| browser.has(".plays li:nth-child(2)").await;
    tokio::join!(play(&ann, some_plays), play(&bob, some_plays));
    go_back(&ann, &bob).await;
    wait_until(&ann, &format!("{plays} === 1")).await;
    wait_until(&bob, &format!("{plays} === 1")).await;

    tokio::join!(play_out(&ann), play_out(&bob));
    assert_eq!(ann.text(".line-score").await, bob.text(".line-score").await);
    let game = super::visit::game_id(&ann).await;
    let plays = Http::stranger(&home.address).get(&format!("/api/v1/games/{game}/plays")).await.ok();
    let numbers = plays["items"].as_array().expect("plays").iter().map(|play| play["play_number"].as_u64());
    assert!(numbers.eq((1..).map(Some).take(plays["items"].as_array().map_or(0, Vec::len))), "{plays}");
    for browser in [ann, bob] {
        assert_faultless(&browser).await;
        browser.quit().await;
    }
    drop(server);
}

/// Ann proposes to take play 2 back, Bob agrees.
async fn go_back(ann: &Browser, bob: &Browser) {
    // The newest play stands first.
    ann.click(".plays li:nth-last-child(2) button").await;
    wait_until(ann, "document.querySelector('.menu').innerText.includes('before play 2')").await;
    ann.click(".menu button").await;
    ann.click("dialog button.main").await;
    bob.wait_for(".rollback:not([hidden])").await;
    bob.picture("rollback").await;
    bob.click(".rollback button.main").await;
}
