//! The accept loop: one task a connection, with bounds on what a client may do before its request is read.

use super::limits::NetworkPermit;
use super::refused::Refused;
use super::request::Peer;
use super::stream::Bounded;
use super::{Gateway, http};
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// The largest head of a request, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How long to wait when the system has no connection to give, as when files run out.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

type App = TowerToHyperService<axum::Router>;

/// Serves connections until the gateway drains.
pub async fn accept(gateway: &Gateway, listener: TcpListener) {
    let app = TowerToHyperService::new(http::router(gateway.clone()));
    let places = Arc::new(Semaphore::new(gateway.settings().http_connections_max));
    loop {
        let accepted = tokio::select! {
            () = gateway.draining().cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "no connection could be accepted");
                tokio::time::sleep(ACCEPT_RETRY).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            Refused::Connection.count();
            continue; // dropped: there is no room even to say so
        };
        let Some(from) = gateway.networks().open(peer.ip().into()) else {
            Refused::AddressConnections.count();
            continue;
        };
        let (gateway, app) = (gateway.clone(), app.clone());
        gateway.tasks().clone().spawn(async move {
            serve(&gateway, app, stream, peer, Arc::new(from)).await;
            drop(place);
        });
    }
}

async fn serve(gateway: &Gateway, app: App, stream: TcpStream, peer: SocketAddr, from: Arc<NetworkPermit>) {
    // Frames are small and go out when they are complete: waiting for more would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it was served");
        return;
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        // A socket that the connection becomes keeps its place among those of its address.
        request.extensions_mut().insert(Arc::clone(&from));
        app.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(gateway.settings().head_timeout_ms))
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(Bounded::new(stream, gateway.settings())), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = gateway.draining().cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        if error.is_timeout() {
            Refused::HeadTimeout.count();
        } else if error.is_parse() {
            Refused::Head.count();
        }
        tracing::debug!(%error, "a connection ended early");
    }
}
