//! Which pages may ask: this host's own, and those that the settings name.
//!
//! The host knows its callers by tokens that a browser never adds by itself, so a page of another site has nothing
//! to ride on. The check stands before that all the same: what such a page sends is refused before it is read.

use crate::config::GatewaySettings;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};

/// Whether this request may come from where it comes from. Programs that are no browser name no origin.
pub fn is_allowed(settings: &GatewaySettings, method: &Method, is_socket: bool, headers: &HeaderMap) -> bool {
    let changes_nothing = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if changes_nothing && !is_socket {
        return true; // a browser keeps the answer from other sites' pages
    }
    let mut origins = headers.get_all(ORIGIN).iter();
    let Some(origin) = origins.next() else { return true };
    let (Ok(origin), None) = (origin.to_str(), origins.next()) else { return false };
    is_ours(origin, headers) || is_named(settings, origin)
}

/// Whether the settings name this origin: its pages may read what is answered.
pub fn is_named(settings: &GatewaySettings, origin: &str) -> bool {
    settings.allowed_origins.iter().any(|known| known.eq_ignore_ascii_case(origin))
}

/// Whether the page came from the host that it now asks, whichever name it knows it by.
fn is_ours(origin: &str, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let place = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    place.is_some_and(|place| place.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_and_those_named_may_change_anything() {
        let settings = GatewaySettings {
            allowed_origins: vec!["https://league.example".into()],
            ..GatewaySettings::default()
        };
        let allowed = |method: Method, is_socket, origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "play.example:8080".parse().expect("a header"));
            headers.insert(ORIGIN, origin.parse().expect("a header"));
            is_allowed(&settings, &method, is_socket, &headers)
        };
        for origin in ["http://play.example:8080", "https://PLAY.example:8080", "https://league.example"] {
            assert!(allowed(Method::POST, false, origin) && allowed(Method::GET, true, origin), "{origin}");
        }
        for origin in
            ["http://play.example", "https://evil.example", "null", "https://play.example:8080.evil.example"]
        {
            assert!(!allowed(Method::POST, false, origin) && !allowed(Method::GET, true, origin), "{origin}");
            assert!(allowed(Method::GET, false, origin), "{origin}");
        }
        assert!(is_allowed(&settings, &Method::POST, false, &HeaderMap::new()), "no browser");
    }
}
