//! Frames: too large, in pieces, compressed, binary, broken, too deep, too many; and silence.

use super::Managers;
use crate::support::http::Http;
use crate::support::raw::{BINARY, ENDS, GOES_ON, PING, Raw, TEXT, TEXT_BEGINS, frame};
use crate::support::server::Home;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// Marks a frame as compressed; nothing of the kind was agreed on.
const COMPRESSED: u8 = 0x40;
/// More than the 8192 bytes that a frame, or a message in fragments, may have.
const TOO_LARGE: usize = 9_000;

/// What is sent after hello, how the connection ends, and what counts it.
fn broken_frames() -> Vec<(&'static str, Vec<u8>, u16, &'static str)> {
    let half = vec![b' '; TOO_LARGE / 2];
    let announced = [&[TEXT, 0x80 | 127][..], &(1_u64 << 40).to_be_bytes(), &[0; 4]].concat();
    let negative = [&[TEXT, 0x80 | 127][..], &u64::MAX.to_be_bytes(), &[0; 4]].concat();
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let pieces = |first: &[u8], last: &[u8]| [frame(TEXT_BEGINS, first), frame(ENDS, last)].concat();
    vec![
        ("a giant frame", frame(TEXT, &vec![b' '; TOO_LARGE]), 1009, "frame_bytes"),
        ("a giant frame that is only announced", announced, 1009, "frame_bytes"),
        ("the largest length there is", negative, 1009, "frame_bytes"),
        ("giant in fragments", pieces(&half, &half), 1009, "frame_bytes"),
        ("a giant binary frame", frame(BINARY, &vec![0; TOO_LARGE]), 1009, "frame_bytes"),
        ("compressed", frame(TEXT | COMPRESSED, b"\xaaV*\xa9,HU\xb2"), 4400, "frame_form"),
        ("binary", frame(BINARY, b"{}"), 4400, "frame_form"),
        ("not UTF-8", frame(TEXT, b"{\"type\":\"\xff\xfe\"}"), 4400, "frame_form"),
        ("half a character", frame(TEXT, b"\"\xe2\x82"), 4400, "frame_form"),
        ("not UTF-8 in fragments", pieces(b"\"\xe2\x82", b"\x28\""), 4400, "frame_form"),
        ("not masked", vec![TEXT, 2, b'{', b'}'], 4400, "frame_form"),
        ("a kind of frame that does not exist", frame(0x83, b"{}"), 4400, "frame_form"),
        ("the end of a message that did not begin", frame(ENDS, b"{}"), 4400, "frame_form"),
        (
            "a message within a message",
            [frame(TEXT_BEGINS, b"{"), frame(TEXT, b"{}")].concat(),
            4400,
            "frame_form",
        ),
        ("a ping in fragments", frame(PING & 0x0f, b""), 4400, "frame_form"),
        ("a ping that is too large", frame(PING, &[0; 126]), 4400, "frame_form"),
        ("too deep", frame(TEXT, deep.as_bytes()), 4400, "frame_form"),
        ("a field twice", frame(TEXT, br#"{"type":"leave","type":"join"}"#), 4400, "frame_form"),
        ("a number too large", frame(TEXT, br#"{"type":1e999}"#), 4400, "frame_form"),
        ("NUL outside of a text", frame(TEXT, b"{\0}"), 4400, "frame_form"),
        ("nothing", frame(TEXT, b""), 4400, "frame_form"),
    ]
}

#[tokio::test]
async fn broken_frames_end_their_own_connection_and_are_counted() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let watcher = Http::stranger(&home.address);
    for (name, bytes, code, what) in broken_frames() {
        let series = format!("dugout_refused_total{{what=\"{what}\"}}");
        let before = watcher.counted(&series).await;
        let mut raw = Raw::welcomed(&home.address, &managers.home.token).await;
        // The rest may be refused already.
        let _ = raw.send(&bytes).await;
        assert_eq!(raw.close_code().await, Some(code), "{name}");
        watcher.refused(what, before + 1.0).await;
    }
    managers.assert_unharmed().await;
}

#[tokio::test]
async fn what_is_only_unusual_is_answered() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let mut raw = Raw::welcomed(&home.address, &managers.home.token).await;

    let join = json!({"type": "join", "game": Uuid::new_v4()}).to_string();
    let (start, rest) = join.as_bytes().split_at(9);
    let (middle, end) = rest.split_at(20);
    let pieces = [
        frame(TEXT_BEGINS, start),
        frame(GOES_ON, b""),
        frame(PING, b"alive?"),
        frame(GOES_ON, middle),
        frame(ENDS, end),
    ];
    raw.send(&pieces.concat()).await.expect("connected");
    let answer = raw.next_json().await.expect("an answer");
    assert_eq!(answer["code"], "not_found", "a message in fragments is a message: {answer}");

    for (command, field) in [
        (json!({"kind": "runner_decision", "choice": "ho\0ld"}), "choice"),
        (json!({"kind": "roll", "a\0b": 1}), "a\\0b"),
        (json!({"kind": "set_lineup", "players": [{"card_id": 1, "position": "\0"}]}), "players[0].position"),
    ] {
        let id = Uuid::new_v4();
        let sent = json!({"type": "command", "id": id, "game": managers.game, "command": command});
        raw.send(&frame(TEXT, sent.to_string().as_bytes())).await.expect("connected");
        let answer = raw.next_json().await.expect("an answer");
        assert_eq!((&answer["id"], &answer["code"]), (&json!(id), &json!("invalid")), "{answer}");
        assert_eq!(answer["field"], field, "{answer}");
    }
    let stranger = Http::stranger(&home.address);
    let named = stranger.post("/api/v1/tokens", &json!({"name": "A\0nn"})).await.problem(422, "invalid");
    assert_eq!(named["field"], "name");
    managers.assert_unharmed().await;
}

#[tokio::test]
async fn floods_are_cut_off() {
    let home = Home::sqlite()
        .with("DUGOUT__GATEWAY__FRAMES_PER_SECOND", "20")
        .with("DUGOUT__GATEWAY__FRAMES_BURST", "100")
        .with("DUGOUT__GATEWAY__BYTES_PER_SECOND", "20000")
        .with("DUGOUT__GATEWAY__BYTES_BURST", "65536");
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let watcher = Http::stranger(&home.address);
    let leave = json!({"type": "leave", "game": Uuid::new_v4()}).to_string();
    // A message that begins and never ends is no frame that could be counted: its bytes are.
    let endless = [frame(TEXT_BEGINS, b""), frame(GOES_ON, b"").repeat(100_000)].concat();
    for (name, bytes, what) in [
        ("tiny frames", frame(TEXT, leave.as_bytes()).repeat(500), "frame_rate"),
        ("pings", frame(PING, b"").repeat(500), "frame_rate"),
        ("pongs that nobody asked for", frame(0x8a, b"").repeat(500), "frame_rate"),
        ("empty fragments", endless, "byte_rate"),
        ("large pings", frame(PING, &[0; 125]).repeat(5_000), "frame_rate"),
    ] {
        let mut raw = Raw::welcomed(&home.address, &managers.home.token).await;
        let _ = raw.send(&bytes).await;
        let code = raw.close_code().await;
        // Where the host hangs up on a sender in full flow, its last words may be lost on the way.
        assert!(matches!(code, Some(4429) | None), "{name}: {code:?}");
        watcher.refused(what, 1.0).await;
    }
    // Before hello too.
    let mut raw = Raw::connect(&home.address).await;
    raw.ask_for_socket("").await;
    let _ = raw.send(&frame(PING, b"").repeat(500)).await;
    assert!(matches!(raw.close_code().await, Some(4429) | None));
    managers.assert_unharmed().await;
}

#[tokio::test]
async fn who_gives_no_sign_of_life_is_let_go() {
    let home = Home::sqlite()
        .brisk()
        .with("DUGOUT__GATEWAY__PING_INTERVAL_MS", "300")
        .with("DUGOUT__GATEWAY__PONG_TIMEOUT_MS", "3000")
        .with("DUGOUT__GATEWAY__HELLO_TIMEOUT_MS", "500");
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let watcher = Http::stranger(&home.address);

    let mut silent = Raw::welcomed(&home.address, &managers.home.token).await;
    let mut mute = Raw::connect(&home.address).await;
    mute.ask_for_socket("").await;
    // Half a frame is no sign of life either.
    let mut halting = Raw::welcomed(&home.address, &managers.home.token).await;
    halting.send(&frame(TEXT, b"{\"type\":")[..8]).await.expect("connected");
    // The managers' clients answer pings while they read.
    let reads = async {
        tokio::join!(idle(&mut managers.home), idle(&mut managers.away));
    };
    let let_go = async {
        assert_eq!(mute.close_code().await, Some(4408), "no hello");
        assert_eq!(silent.close_code().await, Some(4408), "no pong");
        assert_eq!(halting.close_code().await, Some(4408), "half a frame");
    };
    tokio::join!(reads, let_go);
    watcher.refused("hello_timeout", 1.0).await;
    watcher.refused("pong_timeout", 2.0).await;
    managers.assert_unharmed().await;
}

/// Listens for longer than a silent connection lives.
async fn idle(manager: &mut crate::support::manager::Manager) {
    let listened = tokio::time::timeout(Duration::from_secs(5), async {
        loop {
            let frame: Value = manager.read().await.expect("a live connection is kept");
            assert_ne!(frame["type"], "draining");
        }
    });
    let _: Result<(), _> = listened.await;
}
