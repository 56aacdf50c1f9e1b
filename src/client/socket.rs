//! Opens the WebSocket of a host, with TLS where its address says `https`.

use crate::protocol::SUBPROTOCOL;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, client_async};

/// A stream of bytes, encrypted or not.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// An open socket.
pub type Socket = WebSocketStream<Box<dyn Stream>>;

/// Whether a token that is good for the host at `from` may be shown at `to`: never where others can read it that could
/// not before.
pub fn is_as_safe(from: &str, to: &str) -> bool {
    to.starts_with("https://") || (to.starts_with("http://") && !from.starts_with("https://"))
}

/// Opens the socket of the host at `origin`.
///
/// # Errors
/// In words, why it does not open.
pub async fn open(origin: &str) -> Result<Socket, String> {
    let (scheme, rest) = origin.split_once("://").ok_or("the address has no http:// or https://")?;
    let is_secure = scheme == "https";
    let url = format!("{}://{rest}/ws", if is_secure { "wss" } else { "ws" });
    let mut request = url.into_client_request().map_err(|error| error.to_string())?;
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
    let host = request.uri().host().ok_or("the address names no host")?.to_owned();
    let port = request.uri().port_u16().unwrap_or(if is_secure { 443 } else { 80 });
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((bare, port)).await.map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let stream: Box<dyn Stream> = if is_secure { encrypted(stream, bare).await? } else { Box::new(stream) };
    client_async(request, stream).await.map(|(socket, _)| socket).map_err(|error| error.to_string())
}

async fn encrypted(stream: TcpStream, host: &str) -> Result<Box<dyn Stream>, String> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier())
        .map_err(|error| error.to_string())?
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let connector = TlsConnector::from(Arc::new(config));
    let stream = connector.connect(name, stream).await.map_err(|error| error.to_string())?;
    Ok(Box::new(stream))
}

#[cfg(test)]
mod tests {
    use super::is_as_safe;

    #[test]
    fn a_token_is_not_shown_over_a_plainer_connection() {
        assert!(is_as_safe("http://a", "http://b") && is_as_safe("http://a", "https://b"));
        assert!(is_as_safe("https://a", "https://b"));
        assert!(!is_as_safe("https://a", "http://b") && !is_as_safe("http://a", "ftp://b"));
    }
}
