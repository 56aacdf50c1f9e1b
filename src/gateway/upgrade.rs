//! `GET /ws`: turns a request into a socket, on the same port as everything else.

use super::Gateway;
use super::limits::NetworkPermit;
use super::problem::Refusal;
use super::refused::Refused;
use super::session::{self, Wire};
use crate::protocol::{CloseCode, SUBPROTOCOL};
use crate::rules::rejection::{Rejection, RejectionCode};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// The read buffer of a connection: it is touched at once, so it decides what an idle connection costs.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// What is written in one piece.
const WRITE_BUFFER_BYTES: usize = 4 * 1024;

/// Answers a handshake and serves the socket in a task of its own.
pub async fn upgrade(State(gateway): State<Gateway>, request: Request) -> Result<Response, Refusal> {
    if gateway.draining().is_cancelled() {
        let retry_after_ms = gateway.settings().drain_retry_after_ms;
        let rejection = Rejection::later(RejectionCode::Busy, "the host is about to stop", retry_after_ms);
        return Err(Refusal::with_status(StatusCode::SERVICE_UNAVAILABLE, rejection));
    }
    let (mut parts, _) = request.into_parts();
    let Some(upgrade) = parts.extensions.remove::<OnUpgrade>() else { return Ok(not_a_handshake()) };
    let from = parts.extensions.remove::<Arc<NetworkPermit>>();
    let speaks_ours = offers_ours(&parts.headers);
    let parent = gateway.parent(&parts.headers);
    let handshake = hyper::Request::from_parts(parts, ());
    let mut response = create_response(&handshake).map_err(|error| {
        Rejection::new(RejectionCode::Malformed, format!("not a WebSocket handshake: {error}"))
    })?;
    let Some(permit) = gateway.connections().open() else {
        Refused::Socket.count();
        let rejection =
            Rejection::later(RejectionCode::Busy, "the host has no room for more connections", 5_000);
        return Err(Refusal::with_status(StatusCode::SERVICE_UNAVAILABLE, rejection));
    };
    if speaks_ours {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    let config = config(gateway.settings().frame_bytes_max);
    gateway.tasks().clone().spawn(async move {
        let Ok(io) = upgrade.await else { return };
        let socket = WebSocketStream::from_raw_socket(TokioIo::new(io), Role::Server, Some(config)).await;
        let wire = Wire::new(socket, gateway.settings());
        if speaks_ours {
            session::run(gateway, wire, permit, parent).await;
        } else {
            wire.close(CloseCode::Subprotocol, CloseCode::Subprotocol.reason()).await;
        }
        drop(from);
    });
    Ok(response.map(|()| Body::empty()))
}

/// A plain request for the socket's path, as from the address line of a browser.
fn not_a_handshake() -> Response {
    let message = "this is a WebSocket; connect with the subprotocol dugout.v1";
    let rejection = Rejection::new(RejectionCode::Malformed, message);
    let mut response = Refusal::with_status(StatusCode::UPGRADE_REQUIRED, rejection).into_response();
    response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("upgrade"));
    response
}

fn offers_ours(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|value| value.split(',')).any(|offer| offer.trim() == SUBPROTOCOL)
}

fn config(frame_bytes_max: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(Some(frame_bytes_max))
        .max_frame_size(Some(frame_bytes_max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_subprotocol_is_found_among_others() {
        let offers = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(value));
            }
            offers_ours(&headers)
        };
        assert!(offers(&["dugout.v1"]) && offers(&["chat, dugout.v1"]) && offers(&["chat", "dugout.v1"]));
        assert!(!offers(&[]) && !offers(&["dugout.v2"]) && !offers(&["dugout.v1x"]));
    }
}
