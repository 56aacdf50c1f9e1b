//! Requests made from the document, good ones and bad ones, on a real host: no answer is a failure of the host, each is
//! one that the document knows, and what the document does not allow is refused.
//!
//! `DUGOUT_REQUESTS` is how many of each are made for each operation; `DUGOUT_REQUESTS_SEED` chooses them.

use super::document::{OpenApi, Operation};
use super::house::House;
use super::random::Random;
use crate::support::http::{Answer, client};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// A parameter of the path.
    Path,
    /// Bytes in the path that are no text.
    PathBytes,
    /// A parameter of the query.
    Query,
    /// One that there is not.
    QueryName,
    /// The body, by its schema.
    Body,
    /// A body that is no JSON.
    Syntax,
    /// A body of another type.
    Type,
}

#[derive(Debug)]
struct Request {
    method: Method,
    url: String,
    body: Option<Vec<u8>>,
    content_type: &'static str,
}

fn setting(name: &str, default: u64) -> u64 {
    let Ok(text) = std::env::var(name) else { return default };
    text.parse().unwrap_or_else(|_| panic!("{name}: `{text}` is not a number"))
}

#[tokio::test]
async fn no_request_of_the_document_makes_the_host_fail() {
    let seed = setting("DUGOUT_REQUESTS_SEED", 1);
    let each = setting("DUGOUT_REQUESTS", 12);
    let house = House::open().await;
    let mut api = OpenApi::fetch(&house.operator).await;
    let own = super::document::Document { json: api.document.json.clone() };
    let mut random = Random::new(&own, seed);
    let client = client();
    let (mut sent, mut wrong) = (0, Vec::new());
    for (id, operation) in api.operations.clone() {
        let faults = faults_of(&operation);
        let validator = body_schema(&operation).map(|schema| api.document.validator(schema, false));
        for round in 0..each * 2 {
            let fault = if round % 2 == 0 { Fault::None } else { random.pick(&faults) };
            let request = make(&mut random, &house, &operation, fault, validator.as_ref());
            let answer = send(&client, &house, &request).await;
            sent += 1;
            if let Err(what) = judge(&mut api, &id, fault, &answer) {
                let body = String::from_utf8_lossy(request.body.as_deref().unwrap_or_default()).into_owned();
                wrong.push(format!("{} {} {body} ({fault:?}): {what}", request.method, request.url));
            }
        }
    }
    println!("{sent} requests, seed {seed}");
    assert!(sent > 100, "only {sent} requests were made");
    assert!(wrong.is_empty(), "seed {seed}: {} of {sent}:\n{}", wrong.len(), wrong.join("\n"));
}

fn judge(api: &mut OpenApi, id: &str, fault: Fault, answer: &Answer) -> Result<(), String> {
    api.check(id, answer)?;
    let status = answer.status.as_u16();
    let says_not_now = answer.headers.contains_key("retry-after") || answer.text.contains("quarantined");
    if status >= 500 && !says_not_now && id != "getReadiness" {
        return Err(format!("the host failed: {answer:?}"));
    }
    if fault != Fault::None && !(400..500).contains(&status) {
        return Err(format!("it was not refused, but answered {status}"));
    }
    Ok(())
}

fn parameters<'a>(operation: &'a Operation, place: &str) -> Vec<&'a Value> {
    let all = operation.json["parameters"].as_array().into_iter().flatten();
    all.filter(|parameter| parameter["in"] == place).collect()
}

fn body_schema(operation: &Operation) -> Option<&Value> {
    let content = &operation.json["requestBody"]["content"]["application/json"];
    content.is_object().then_some(&content["schema"])
}

/// What can be wrong with a request to this operation.
fn faults_of(operation: &Operation) -> Vec<Fault> {
    let mut faults = Vec::new();
    let in_path = parameters(operation, "path");
    if in_path.iter().any(|parameter| parameter["name"] != "file") {
        faults.push(Fault::Path);
    }
    if !in_path.is_empty() {
        faults.push(Fault::PathBytes);
    }
    if !parameters(operation, "query").is_empty() {
        faults.extend([Fault::Query, Fault::QueryName]);
    }
    if operation.json["requestBody"].is_object() {
        faults.extend([Fault::Body, Fault::Body, Fault::Syntax, Fault::Type]);
    }
    if faults.is_empty() { vec![Fault::None] } else { faults }
}

fn make(
    random: &mut Random<'_>,
    house: &House,
    operation: &Operation,
    fault: Fault,
    validator: Option<&jsonschema::Validator>,
) -> Request {
    let mut url = operation.path.clone();
    for parameter in parameters(operation, "path") {
        let name = parameter["name"].as_str().expect("a name");
        let value = match fault {
            Fault::Path => {
                random.pick(&["x", "-", "1e9", "99999999999999999999", "%00", "null", "0x1"]).to_owned()
            }
            Fault::PathBytes => "%FF%FE".to_owned(),
            _ => in_path(random, house, parameter),
        };
        url = url.replace(&format!("{{{name}}}"), &value);
    }
    url += &query(random, operation, fault);
    let body = body_schema(operation).map(|schema| match fault {
        Fault::Body => {
            random.wrong(schema, validator.expect("a body has a validator")).to_string().into_bytes()
        }
        Fault::Syntax => {
            random.pick(&[&b"{"[..], b"\xff\xfe", b"{\"a\":1}}", b"{\"a\":1,\"a\":2}", b"[[[["]).to_vec()
        }
        _ => random.value(schema).to_string().into_bytes(),
    });
    let content_type = if fault == Fault::Type { "text/plain" } else { "application/json" };
    let method = operation.method.parse().expect("a method");
    Request { method, url, body, content_type }
}

/// A value for the path: mostly one that there is.
fn in_path(random: &mut Random<'_>, house: &House, parameter: &Value) -> String {
    let schema = &parameter["schema"];
    let of_a_game = schema["$ref"].as_str().is_some_and(|name| name.ends_with("/GameId"));
    if of_a_game && random.chance(80) {
        return random.pick(&[&house.finished, &house.finished_sba, &house.live]).clone();
    }
    if parameter["name"] == "file" {
        return random.pick(&["main.js", "page.css", "nothing.js", "..%2f..%2fetc%2fpasswd"]).to_owned();
    }
    if schema["$ref"].as_str().is_some_and(|name| name.ends_with("/TeamId")) && random.chance(60) {
        return random.pick(&["1", "2"]).to_owned();
    }
    text_of(&random.value(schema))
}

fn query(random: &mut Random<'_>, operation: &Operation, fault: Fault) -> String {
    let known = parameters(operation, "query");
    let mut pairs: Vec<(String, String)> = Vec::new();
    // Cursors come from the host, not from chance.
    for parameter in known.iter().filter(|parameter| parameter["name"] != "cursor") {
        if random.chance(40) {
            let name = parameter["name"].as_str().expect("a name").to_owned();
            pairs.push((name, text_of(&random.value(&parameter["schema"]))));
        }
    }
    match fault {
        Fault::Query => {
            let name = random.pick(&known)["name"].as_str().expect("a name").to_owned();
            pairs.retain(|(known, _)| *known != name);
            pairs.push((name, random.pick(&["", "?", "-x", "%FF", "99999999999999999999"]).to_owned()));
        }
        Fault::QueryName => pairs.push(("unknown".to_owned(), "1".to_owned())),
        _ => {}
    }
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// As a query has it. What is escaped already is left alone.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

async fn send(client: &Client, house: &House, request: &Request) -> Answer {
    let url = format!("http://{}{}", house.home.address.get(), request.url);
    let mut sent = client.request(request.method.clone(), url).bearer_auth(&house.operator_token);
    if let Some(body) = &request.body {
        sent = sent.header("content-type", request.content_type).body(body.clone());
    }
    let response = sent.send().await.unwrap_or_else(|error| panic!("{request:?}: {error:?}"));
    let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap_or_else(|error| panic!("{request:?}: {error:?}"));
    Answer { status, content_type, headers, text }
}

#[test]
fn what_is_made_wrong_is_wrong_by_the_schema() {
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 3}},
                        "required": ["n"], "additionalProperties": false});
    let document = super::document::Document { json: json!({"components": {"schemas": {}}}) };
    let validator = document.validator(&schema, false);
    let mut random = Random::new(&document, 7);
    for _ in 0..200 {
        assert!(validator.is_valid(&random.value(&schema)));
        assert!(!validator.is_valid(&random.wrong(&schema, &validator)));
    }
}
