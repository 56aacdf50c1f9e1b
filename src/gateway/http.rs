//! The HTTP API: which path leads where. One file a resource; `layers` is what every request passes through.

mod documents;
mod game;
mod games;
mod health;
mod journal;
mod kept;
mod layers;
pub mod openapi;
mod operator;
mod page;
mod records;
mod rosters;
mod season;
mod teams;
mod tokens;
mod trials;
mod watch;

use super::{Gateway, upgrade};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, delete, get, post};
use tower_http::catch_panic::CatchPanicLayer;

/// A method of a path, and what answers it.
struct Route {
    method: &'static str,
    path: &'static str,
    answer: MethodRouter<Gateway>,
}

impl Route {
    fn get<H: Handler<T, Gateway>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: "GET", path, answer: get(handler) }
    }

    fn delete<H: Handler<T, Gateway>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: "DELETE", path, answer: delete(handler) }
    }

    fn post<H: Handler<T, Gateway>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: "POST", path, answer: post(handler) }
    }
}

/// What games are played and watched through.
fn open() -> Vec<Route> {
    vec![
        Route::get("/api/v1/games", games::list),
        Route::post("/api/v1/games", games::create),
        Route::get("/api/v1/games/{id}", game::row),
        Route::post("/api/v1/games/{id}/seats/{side}", game::claim_seat),
        Route::get("/api/v1/games/{id}/state", game::state),
        Route::get("/api/v1/games/{id}/plays", records::plays),
        Route::get("/api/v1/games/{id}/box_score", records::box_score_of),
        Route::get("/api/v1/games/{id}/rolls", records::rolls),
        Route::get("/api/v1/games/{id}/lineups", records::lineups),
        Route::get("/api/v1/games/{id}/rosters", rosters::list),
        Route::post("/api/v1/games/{id}/rosters", rosters::add),
        Route::delete("/api/v1/games/{id}/rosters/{link}", rosters::remove),
        Route::post("/api/v1/games/{id}/trials", trials::run),
        Route::get("/api/v1/games/{id}/journal", journal::stream),
        Route::post("/api/v1/games/{id}/pause", operator::pause),
        Route::post("/api/v1/games/{id}/resume", operator::resume),
        Route::post("/api/v1/games/{id}/forfeit", operator::forfeit),
        Route::post("/api/v1/games/{id}/rollback", operator::rollback),
        Route::post("/api/v1/games/{id}/quarantine", operator::quarantine),
        Route::post("/api/v1/games/{id}/give_seat", operator::give_seat),
        Route::post("/api/v1/games/{id}/free_seat", operator::free_seat),
        Route::get("/api/v1/operator/acts", operator::acts),
        Route::get("/api/v1/operator/games", watch::games),
        Route::get("/api/v1/operator/games/{id}", watch::game),
        Route::get("/api/v1/operator/hosts", watch::hosts),
        Route::get("/api/v1/season/standings", season::standings),
        Route::get("/api/v1/season/batting", season::batting),
        Route::get("/api/v1/season/pitching", season::pitching),
        Route::get("/api/v1/season/fielding", season::fielding),
        Route::get("/api/v1/teams", teams::list),
        Route::get("/api/v1/teams/{id}/players", teams::players),
        Route::post("/api/v1/tokens", tokens::create),
        Route::get("/", page::html),
        Route::get("/web/{file}", page::file),
        Route::get("/openapi.json", documents::openapi),
        Route::get("/asyncapi.json", documents::asyncapi),
        Route::get("/ws", upgrade::upgrade),
    ]
}

/// Outside the bounds: whoever watches the host must get an answer most of all when there is too much to do.
fn watched() -> Vec<Route> {
    vec![
        Route::get("/healthz", health::alive),
        Route::get("/readyz", health::ready),
        Route::get("/metrics", health::metrics),
    ]
}

/// Every method and path that the host answers.
pub fn routes() -> Vec<(&'static str, &'static str)> {
    open().iter().chain(&watched()).map(|route| (route.method, route.path)).collect()
}

fn routed(routes: Vec<Route>) -> Router<Gateway> {
    routes.into_iter().fold(Router::new(), |router, route| router.route(route.path, route.answer))
}

/// All paths.
pub fn router(gateway: Gateway) -> Router {
    routed(open())
        .fallback(layers::no_such_path)
        .method_not_allowed_fallback(layers::no_such_method)
        .layer(from_fn_with_state(gateway.clone(), layers::bound))
        .layer(from_fn_with_state(gateway.clone(), layers::trace))
        .merge(routed(watched()).method_not_allowed_fallback(layers::no_such_method))
        .layer(DefaultBodyLimit::max(gateway.settings().body_bytes_max))
        .layer(CatchPanicLayer::custom(layers::after_panic))
        .layer(from_fn_with_state(gateway.clone(), layers::share))
        .layer(from_fn(layers::measure))
        .layer(from_fn(layers::secure))
        .with_state(gateway)
}
