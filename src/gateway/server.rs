//! The accept loop: one task a connection, with bounds on what a client may do before its request is read.

use super::request::Peer;
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

/// How long a client may take to send the head of a request; also how long an idle connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest head of a request, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Connections beyond those that may become sockets: for requests over HTTP.
const HTTP_CONNECTIONS_MAX: usize = 1_000;
/// How long to wait when the system has no connection to give, as when files run out.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

type App = TowerToHyperService<axum::Router>;

/// Serves connections until the gateway drains.
pub async fn accept(gateway: &Gateway, listener: TcpListener) {
    let app = TowerToHyperService::new(http::router(gateway.clone()));
    let places = Arc::new(Semaphore::new(gateway.settings().connections_max + HTTP_CONNECTIONS_MAX));
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
            metrics::counter!("dugout_refused_total", "what" => "connection").increment(1);
            continue; // dropped: there is no room even to say so
        };
        let (gateway, app) = (gateway.clone(), app.clone());
        gateway.tasks().clone().spawn(async move {
            serve(&gateway, app, stream, peer).await;
            drop(place);
        });
    }
}

async fn serve(gateway: &Gateway, app: App, stream: TcpStream, peer: SocketAddr) {
    // Frames are small and go out when they are complete: waiting for more would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it was served");
        return;
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        app.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
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
        tracing::debug!(%error, "a connection ended early");
    }
}
