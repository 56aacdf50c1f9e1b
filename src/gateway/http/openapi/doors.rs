//! The host itself: the page, its documents, the socket, health.

use super::operation::{Operation, in_path};
use crate::gateway::http::documents::{ASYNCAPI_TYPE, OPENAPI_TYPE};
use crate::gateway::http::health::{Alive, Ready};
use crate::rules::rejection::RejectionCode as Code;
use serde_json::{Map, Value};

pub fn operations() -> Vec<Operation> {
    let bounded = [page(), file(), openapi(), asyncapi(), socket()].into_iter().map(Operation::bounded);
    bounded.chain([alive(), ready(), metrics()]).map(|operation| operation.tag("host")).collect()
}

/// Something that changes with the program only.
fn kept(operation: Operation) -> Operation {
    operation
        .header("ETag", "Names the content.")
        .answers_empty(304, "What the caller has is still the same: it sent the `ETag` as `If-None-Match`.")
}

fn page() -> Operation {
    kept(Operation::get("/", "getPage", "The page").answers_as::<String>(200, "text/html", "The page."))
}

fn file() -> Operation {
    let operation = Operation::get("/web/{file}", "getPageFile", "A file of the page")
        .takes(in_path::<String>("file", "Its name."))
        .refuses(&[Code::NotFound])
        .answers_as::<String>(200, "text/javascript", "The file.")
        .answers_as::<String>(200, "text/css", "The file.");
    kept(operation)
}

fn openapi() -> Operation {
    let operation = Operation::get("/openapi.json", "getOpenapi", "This document");
    kept(operation.answers_as::<Map<String, Value>>(200, OPENAPI_TYPE, "OpenAPI 3.1."))
}

fn asyncapi() -> Operation {
    let operation = Operation::get("/asyncapi.json", "getAsyncapi", "The document of the socket");
    kept(operation.answers_as::<Map<String, Value>>(200, ASYNCAPI_TYPE, "AsyncAPI 3.0."))
}

fn socket() -> Operation {
    Operation::get("/ws", "openSocket", "The socket; `/asyncapi.json` says what is spoken")
        .answers_empty(101, "The connection is a WebSocket now.")
        .refuses(&[Code::Malformed, Code::Forbidden])
        .refuses_with(426, Code::Malformed)
        .refuses_with(503, Code::Busy)
}

fn alive() -> Operation {
    Operation::get("/healthz", "getHealth", "The process lives").answers::<Alive>(200, "It does.")
}

fn ready() -> Operation {
    let summary = "The host takes commands: the database answers and no stop is under way";
    Operation::get("/readyz", "getReadiness", summary)
        .answers::<Ready>(200, "It does.")
        .answers::<Ready>(503, "It does not.")
}

fn metrics() -> Operation {
    let summary = "What the process counts, for Prometheus";
    Operation::get("/metrics", "getMetrics", summary).answers_as::<String>(
        200,
        "text/plain",
        "Prometheus' text format.",
    )
}
