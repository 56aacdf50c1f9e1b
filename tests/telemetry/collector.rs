//! A collector that speaks OTLP over HTTP: it keeps what it is sent, or never answers.

use crate::support::PATIENCE;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use prost::Message;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// One span, in the words of tests.
#[derive(Clone, Debug)]
pub struct Span {
    pub name: String,
    pub trace: String,
    pub id: String,
    /// Empty for the first of a trace.
    pub parent: String,
    pub kind: i32,
    pub began: u64,
    pub ended: u64,
    pub attributes: BTreeMap<String, String>,
    /// The spans that it is linked to: trace and id.
    pub links: Vec<(String, String)>,
    /// What was logged in it: the text and its fields.
    pub events: Vec<String>,
}

/// OTLP's number for a span that answers somebody, and for one that asks.
pub const SERVER: i32 = 2;
pub const CLIENT: i32 = 3;

#[derive(Clone, Default)]
struct Kept {
    spans: Arc<Mutex<Vec<Span>>>,
    resource: Arc<Mutex<BTreeMap<String, String>>>,
    hangs: bool,
}

/// The collector.
pub struct Collector {
    pub endpoint: String,
    kept: Kept,
}

impl Collector {
    pub async fn open() -> Self {
        Self::with(Kept::default()).await
    }

    /// One that takes connections and requests, and answers none.
    pub async fn that_hangs() -> Self {
        Self::with(Kept { hangs: true, ..Kept::default() }).await
    }

    async fn with(kept: Kept) -> Self {
        let app = Router::new().route("/v1/traces", post(take)).with_state(kept.clone());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("a bound socket has an address"));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { endpoint, kept }
    }

    pub fn spans(&self) -> Vec<Span> {
        self.kept.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the host says of itself.
    pub fn resource(&self) -> BTreeMap<String, String> {
        self.kept.resource.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until what is looked for has arrived.
    pub async fn wait_for<T>(&self, what: &str, look: impl Fn(&[Span]) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            let spans = self.spans();
            if let Some(found) = look(&spans) {
                return found;
            }
            let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
            assert!(began.elapsed() < PATIENCE, "{what} did not arrive; there are {names:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn take(State(kept): State<Kept>, headers: HeaderMap, body: Bytes) -> (StatusCode, Vec<u8>) {
    if kept.hangs {
        std::future::pending::<()>().await;
    }
    assert_eq!(headers["content-type"], "application/x-protobuf");
    let request = ExportTraceServiceRequest::decode(body).expect("OTLP");
    for of_resource in request.resource_spans {
        let said = of_resource.resource.map(|resource| texts(resource.attributes)).unwrap_or_default();
        *kept.resource.lock().unwrap_or_else(PoisonError::into_inner) = said;
        for span in of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            let links =
                span.links.iter().map(|link| (hex::encode(&link.trace_id), hex::encode(&link.span_id)));
            let events = span.events.iter();
            let events = events.map(|event| format!("{} {:?}", event.name, texts(event.attributes.clone())));
            let span = Span {
                trace: hex::encode(&span.trace_id),
                id: hex::encode(&span.span_id),
                parent: hex::encode(&span.parent_span_id),
                kind: span.kind,
                began: span.start_time_unix_nano,
                ended: span.end_time_unix_nano,
                links: links.collect(),
                events: events.collect(),
                attributes: texts(span.attributes),
                name: span.name,
            };
            kept.spans.lock().unwrap_or_else(PoisonError::into_inner).push(span);
        }
    }
    (StatusCode::OK, Vec::new())
}

fn texts(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    let text = |value: Option<AnyValue>| match value.and_then(|value| value.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        Some(Value::BoolValue(word)) => word.to_string(),
        other => format!("{other:?}"),
    };
    attributes.into_iter().map(|pair| (pair.key, text(pair.value))).collect()
}

/// The span with this name and these attributes.
pub fn find<'a>(spans: &'a [Span], name: &str, attributes: &[(&str, &str)]) -> Option<&'a Span> {
    spans.iter().find(|span| {
        let has = |(key, value): &(&str, &str)| span.attributes.get(*key).is_some_and(|found| found == value);
        span.name == name && attributes.iter().all(has)
    })
}

/// The child of a span with this name.
pub fn child<'a>(spans: &'a [Span], parent: &Span, name: &str) -> Option<&'a Span> {
    spans.iter().find(|span| span.trace == parent.trace && span.parent == parent.id && span.name == name)
}
