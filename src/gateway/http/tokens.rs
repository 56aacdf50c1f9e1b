//! `POST /tokens`: a guest says his name and gets a token, where guests are allowed.

use crate::config::AllowGuests;
use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::refused::Refused;
use crate::gateway::request::{JsonBody, Peer, too_often};
use crate::id::UserId;
use crate::protocol::{Granted, NewToken, Role, User, from_value, valid_name};
use crate::rules::rejection::{Rejection, RejectionCode};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use chrono::{Duration, Utc};
use std::net::IpAddr;

/// Gives a guest a token.
pub async fn create(
    State(gateway): State<Gateway>,
    Peer(peer): Peer,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Json<Granted>, Refusal> {
    let allowed = match gateway.settings().allow_guests {
        AllowGuests::Always => true,
        AllowGuests::Loopback => is_loopback(peer.ip()) && names_this_machine(&headers),
        AllowGuests::Never => false,
    };
    if !allowed {
        let message = "guests get no token here; ask the league's operator for one";
        return Err(Rejection::new(RejectionCode::Forbidden, message).into());
    }
    let NewToken { name } = from_value(body, RejectionCode::Invalid)?;
    gateway.rates().guest_tokens.check(&peer.ip().into()).map_err(|wait| {
        Refused::GuestTokens.count();
        too_often("too many guests come from this address", wait)
    })?;
    let user = User { id: UserId::generate(), name: valid_name(&name)?, role: Role::Manager };
    let ttl_s = i64::try_from(gateway.settings().token_ttl_s).expect("the settings bound it to a year");
    let token = gateway.key().issue(&user, Utc::now(), Duration::seconds(ttl_s));
    Ok(Json(Granted { token, user }))
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Whether the request was meant for this machine. One through a proxy, or from a page whose name was turned to
/// this address, comes over the loopback too, but says another host.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_names() {
        let names = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().expect("a header"));
            names_this_machine(&headers)
        };
        for host in ["127.0.0.1:8080", "127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8080", "[::1]"] {
            assert!(names(host), "{host}");
        }
        for host in ["dugout.example", "dugout.example:8080", "192.0.2.1:80", "localhost.example:1", ""] {
            assert!(!names(host), "{host}");
        }
        assert!(!names_this_machine(&HeaderMap::new()));
    }
}
