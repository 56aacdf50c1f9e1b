//! The HTTP API: which path leads where. One file a resource; `layers` is what every request passes through.

mod game;
mod games;
mod health;
mod journal;
mod layers;
mod page;
mod records;
mod teams;
mod tokens;
mod trials;

use super::{Gateway, upgrade};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

/// All paths.
pub fn router(gateway: Gateway) -> Router {
    let api = Router::new()
        .route("/games", get(games::list).post(games::create))
        .route("/games/{id}", get(game::row))
        .route("/games/{id}/seats/{side}", post(game::claim_seat))
        .route("/games/{id}/state", get(game::state))
        .route("/games/{id}/plays", get(records::plays))
        .route("/games/{id}/box_score", get(records::box_score_of))
        .route("/games/{id}/rolls", get(records::rolls))
        .route("/games/{id}/lineups", get(records::lineups))
        .route("/games/{id}/rosters", get(records::rosters))
        .route("/games/{id}/trials", post(trials::run))
        .route("/games/{id}/journal", get(journal::stream))
        .route("/teams", get(teams::list))
        .route("/teams/{id}/players", get(teams::players))
        .route("/tokens", post(tokens::create));
    // Outside the bounds: whoever watches the host must get an answer most of all when there is too much to do.
    let watched = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics));
    Router::new()
        .nest("/api/v1", api)
        .route("/", get(page::html))
        .route("/web/{file}", get(page::file))
        .route("/ws", get(upgrade::upgrade))
        .fallback(layers::no_such_path)
        .method_not_allowed_fallback(layers::no_such_method)
        .layer(from_fn_with_state(gateway.clone(), layers::bound))
        .merge(watched)
        .layer(DefaultBodyLimit::max(gateway.settings().body_bytes_max))
        .layer(CatchPanicLayer::custom(layers::after_panic))
        .layer(from_fn(layers::measure))
        .layer(from_fn(layers::secure))
        .with_state(gateway)
}
