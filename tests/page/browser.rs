//! A headless Chromium, driven by WebDriver (W3C) over plain HTTP.

use crate::support::PATIENCE;
use crate::support::http::client;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// What Chromium is told: no window, no sandbox (tests run as root in containers), no talk with other hosts.
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

/// The driver's process. Dropped, it is killed, and its browser ends with it.
struct Driver(Child);

/// A browser with one window.
pub struct Browser {
    _driver: Driver,
    http: reqwest::Client,
    session: String,
    _profile: TempDir,
}

impl Browser {
    /// Starts it; none where it is not installed and need not be.
    pub async fn start() -> Option<Self> {
        let spawned = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn();
        let Ok(driver) = spawned else {
            assert!(std::env::var_os("CI").is_none(), "CI needs chromium and chromium-driver");
            println!("skipped: no chromedriver in PATH");
            return None;
        };
        let mut driver = Driver(driver);
        let url = format!("http://127.0.0.1:{}", announced_port(&mut driver.0));
        let profile = TempDir::with_prefix("dugout-browser-").expect("a temporary directory can be made");
        let data = format!("--user-data-dir={}", profile.path().display());
        let arguments: Vec<&str> = ARGUMENTS.into_iter().chain([data.as_str()]).collect();
        let options = json!({"args": arguments});
        let body = json!({"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}});
        let http = client();
        let created = send(&http, &format!("{url}/session"), &body).await.expect("a session");
        let id = created["sessionId"].as_str().expect("a session has an id").to_owned();
        Some(Self { _driver: driver, http, session: format!("{url}/session/{id}"), _profile: profile })
    }

    async fn ask(&self, path: &str, body: &Value) -> Result<Value, Value> {
        send(&self.http, &format!("{}/{path}", self.session), body).await
    }

    pub async fn open(&self, url: &str) {
        self.ask("url", &json!({"url": url})).await.expect("the page opens");
    }

    /// Runs a function's body on the page.
    pub async fn script(&self, script: &str) -> Value {
        self.ask("execute/sync", &json!({"script": script, "args": []})).await.expect("a sound script")
    }

    /// Runs a function's body on the page, whose last argument is told the value.
    pub async fn script_async(&self, script: &str) -> Value {
        self.ask("execute/async", &json!({"script": script, "args": []})).await.expect("a sound script")
    }

    async fn find(&self, selector: &str) -> Option<String> {
        let found = self.ask("element", &json!({"using": "css selector", "value": selector})).await.ok()?;
        found[ELEMENT].as_str().map(str::to_owned)
    }

    pub async fn has(&self, selector: &str) -> bool {
        self.find(selector).await.is_some()
    }

    /// The element, as soon as it is there.
    pub async fn wait_for(&self, selector: &str) -> String {
        let began = Instant::now();
        loop {
            if let Some(element) = self.find(selector).await {
                return element;
            }
            assert!(began.elapsed() < PATIENCE, "no {selector} on the page");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Clicks as a person would: what is covered or gone is not clicked.
    pub async fn try_click(&self, selector: &str) -> bool {
        let Some(element) = self.find(selector).await else { return false };
        self.ask(&format!("element/{element}/click"), &json!({})).await.is_ok()
    }

    /// Clicks as soon as that is possible.
    pub async fn click(&self, selector: &str) {
        let began = Instant::now();
        while !self.try_click(selector).await {
            assert!(began.elapsed() < PATIENCE, "{selector} cannot be clicked");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Types into a field.
    pub async fn write(&self, selector: &str, text: &str) {
        let element = self.wait_for(selector).await;
        let typed = self.ask(&format!("element/{element}/value"), &json!({"text": text})).await;
        typed.expect("the field takes text");
    }

    /// Presses a key, wherever the focus is. Keys without a character have the code points of WebDriver's table.
    pub async fn press(&self, key: &str) {
        let keys = [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})];
        let body = json!({"actions": [{"type": "key", "id": "keyboard", "actions": keys}]});
        self.ask("actions", &body).await.expect("a key can be pressed");
    }

    /// Chooses an option of a list.
    pub async fn choose(&self, list: &str, value: &str) {
        self.click(&format!("{list} option[value='{value}']")).await;
    }

    /// Shows the page as a telephone does.
    pub async fn become_phone(&self) {
        let screen = json!({"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true});
        let body = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": screen});
        self.ask("goog/cdp/execute", &body).await.expect("another screen");
    }

    /// Cuts the browser off from the network, or lets it back.
    pub async fn set_offline(&self, offline: bool) {
        let conditions = json!({"offline": offline, "latency": 0, "throughput": -1});
        let body = json!({"network_conditions": conditions});
        self.ask("chromium/network_conditions", &body).await.expect("another network");
    }

    /// Keeps a picture of the page beside the other things that tests leave behind.
    pub async fn picture(&self, name: &str) {
        let shown = self.http.get(format!("{}/screenshot", self.session)).send().await.expect("an answer");
        let shown: Value = shown.json().await.expect("JSON");
        let png = BASE64.decode(shown["value"].as_str().expect("a picture")).expect("base64");
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        std::fs::write(folder.join(format!("{name}.png")), png).expect("a picture can be kept");
    }

    pub async fn text(&self, selector: &str) -> String {
        let script = format!("return document.querySelector({})?.innerText ?? ''", json!(selector));
        self.script(&script).await.as_str().unwrap_or_default().trim().to_owned()
    }

    /// Ends the browser in good order; the driver is killed with the value.
    pub async fn quit(self) {
        // Nothing depends on the answer: what is left is killed.
        let _ = self.http.delete(&self.session).send().await;
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn send(http: &reqwest::Client, url: &str, body: &Value) -> Result<Value, Value> {
    let answer = http.post(url).json(body).send().await.expect("chromedriver answers");
    let succeeded = answer.status().is_success();
    let mut answer: Value = answer.json().await.expect("chromedriver answers in JSON");
    let value = answer["value"].take();
    if succeeded { Ok(value) } else { Err(value) }
}

/// The port from chromedriver's line "… was started successfully on port 12345."
fn announced_port(driver: &mut Child) -> u16 {
    let stdout = driver.stdout.take().expect("stdout is piped");
    let mut lines = BufReader::new(stdout).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    // Read on, so that the driver never waits for a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    port.expect("chromedriver says its port")
}
