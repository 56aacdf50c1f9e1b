//! The first frame: who the client is, in time and with a valid token.

use super::Goodbye;
use super::wire::{Incoming, Wire};
use crate::config::GatewaySettings;
use crate::gateway::Gateway;
use crate::gateway::limits::{ConnectionPermit, FrameRate};
use crate::gateway::refused::Refused;
use crate::gateway::token::Verified;
use crate::protocol::{self, ClientFrame, CloseCode, Hello, Limits};
use crate::rules::rejection::{Rejection, RejectionCode};
use chrono::{SecondsFormat, Utc};
use std::time::Duration;

/// Waits for `hello` and answers it.
pub(super) async fn greet(
    gateway: &Gateway,
    wire: &mut Wire,
    permit: &mut ConnectionPermit,
    rate: &FrameRate,
) -> Result<Verified, Goodbye> {
    let settings = gateway.settings();
    let hello = tokio::select! {
        hello = tokio::time::timeout(Duration::from_millis(settings.hello_timeout_ms), hello(wire, rate)) => {
            hello.map_err(|_| {
                Refused::HelloTimeout.count();
                CloseCode::Timeout
            })??
        }
        () = gateway.draining().cancelled() => return Err(CloseCode::Restart.into()),
    };
    let now = Utc::now();
    let verified = gateway.key().verify(&hello.token, now).map_err(|error| {
        Refused::Token.count();
        Goodbye { reason: Some(error.to_string()), ..Goodbye::from(CloseCode::Token) }
    })?;
    if !permit.count_for(verified.user.id) {
        Refused::UserConnections.count();
        let reason = format!("at most {} connections of one user", settings.connections_per_user_max);
        return Err(Goodbye { reason: Some(reason), ..Goodbye::from(CloseCode::TooFast) });
    }
    tracing::debug!(user.id = %verified.user.id, client = %hello.client, "a client said hello");
    let server_time = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    let welcome =
        protocol::welcome(&verified.user, &server_time, settings.ping_interval_ms, &limits(settings));
    wire.send(&mut vec![welcome]).await?;
    Ok(verified)
}

async fn hello(wire: &mut Wire, rate: &FrameRate) -> Result<Hello, Goodbye> {
    loop {
        let incoming = wire.next().await;
        if !rate.allows() {
            Refused::FrameRate.count();
            return Err(CloseCode::TooFast.into());
        }
        match incoming {
            Incoming::Text(text) => {
                return match ClientFrame::parse(&text) {
                    Ok(ClientFrame::Hello(hello)) => Ok(hello),
                    Ok(_) => {
                        Refused::FrameForm.count();
                        Err(Rejection::new(RejectionCode::Malformed, "type: the first frame must be hello")
                            .into())
                    }
                    Err(bad) => {
                        Refused::FrameForm.count();
                        Err(bad.rejection.into())
                    }
                };
            }
            Incoming::Alive => {}
            Incoming::Gone => return Err(CloseCode::Normal.into()),
            Incoming::Broken(code) => return Err(code.into()),
        }
    }
}

fn limits(settings: &GatewaySettings) -> Limits {
    Limits {
        frame_bytes_max: settings.frame_bytes_max,
        frames_burst: settings.frames_burst,
        frames_per_second: settings.frames_per_second,
        games_max: settings.games_per_connection_max,
        commands_in_flight_max: settings.commands_in_flight_max,
    }
}
