//! What the gateway refuses to protect the host, each kind with a counter of its own: `dugout_refused_total{what}`.
//!
//! Refusals that answer one request or command (`invalid`, `not_found` …) are counted by their code where they are
//! answered: `dugout_refusals_total{door, code}`.

use crate::rules::rejection::RejectionCode;
use crate::rules::vocabulary::words;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// A kind of bound that somebody ran into.
    Refused {
        /// A TCP connection, because the host has as many as it may.
        Connection = "connection",
        /// A TCP connection, because its address has as many as it may.
        AddressConnections = "address_connections",
        /// A socket, because there are as many as there may be.
        Socket = "socket",
        /// A socket, because its user has as many as he may.
        UserConnections = "user_connections",
        /// An HTTP request from an address that asks too often.
        RequestRate = "request_rate",
        /// A guest's token for an address that asks for too many.
        GuestTokens = "guest_tokens",
        /// A new game of a user who creates too many.
        NewGames = "new_games",
        /// The head of a request did not come in time, or the connection lay idle.
        HeadTimeout = "head_timeout",
        /// The head of a request is too large, or is none.
        Head = "head",
        /// The body of a request did not come in time.
        BodyTimeout = "body_timeout",
        /// The body of a request is too large.
        Body = "body",
        /// A request took too long.
        RequestTimeout = "request_timeout",
        /// A page of another site asks.
        Origin = "origin",
        /// A token that is expired, forged, or none.
        Token = "token",
        /// A connection that sends more bytes than it may.
        ByteRate = "byte_rate",
        /// A connection that sends more frames than it may.
        FrameRate = "frame_rate",
        /// A frame, or a message in fragments, that is too large.
        FrameBytes = "frame_bytes",
        /// A frame that is binary, compressed, not UTF-8, or not the protocol's form.
        FrameForm = "frame_form",
        /// No `hello` in time.
        HelloTimeout = "hello_timeout",
        /// No sign of life in time.
        PongTimeout = "pong_timeout",
        /// A reader who is slower than his games.
        SlowReader = "slow_reader",
    }
}

impl Refused {
    /// Counts one.
    pub fn count(self) {
        metrics::counter!("dugout_refused_total", "what" => self.as_str()).increment(1);
    }

    /// Shows every kind from the start, so that a counter that never moved can be told from one that is not there.
    pub fn show_all() {
        for what in Self::ALL {
            metrics::counter!("dugout_refused_total", "what" => what.as_str()).increment(0);
        }
    }
}

/// Counts an answer that refuses.
pub fn count_answer(door: &'static str, code: RejectionCode) {
    metrics::counter!("dugout_refusals_total", "door" => door, "code" => code.as_str()).increment(1);
}
