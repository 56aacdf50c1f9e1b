//! The trace that somebody else began, as he names it in a request's header (W3C Trace Context). Hostile until parsed.

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceState};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use reqwest::header::HeaderMap;
use tracing::{Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header, W3C Trace Context, section 3.2.
pub const TRACEPARENT: &str = "traceparent";
/// The length of version 00: `00-`, 32 digits, `-`, 16 digits, `-`, 2 digits.
const TRACEPARENT_BYTES: usize = 55;

/// The span elsewhere that asked for what is done here, if it was named.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Parent(Option<SpanContext>);

impl Parent {
    /// The one that these headers name, once and in the form of the standard; else none. What other systems want to be
    /// told of it (`tracestate`) is left behind: it is long, and would be repeated with every span.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let mut named = headers.get_all(TRACEPARENT).iter();
        let (Some(text), None) = (named.next(), named.next()) else { return Self(None) };
        if !is_well_formed(text.as_bytes()) {
            return Self(None);
        }
        let context =
            TraceContextPropagator::new().extract_with_context(&Context::new(), &HeaderExtractor(headers));
        let parent = context.span().span_context().clone();
        let (flags, state) = (parent.trace_flags(), TraceState::default());
        let parent = SpanContext::new(parent.trace_id(), parent.span_id(), flags, true, state);
        Self(Some(parent).filter(SpanContext::is_valid))
    }

    /// Makes a span that was just made the first one here of the trace that it belongs to: the parent's, or a new one.
    /// The id of a trace that is exported is noted in the span's `trace_id`, for the lines of the log.
    pub fn begin(&self, span: &Span) {
        if span.is_disabled() {
            return;
        }
        if let Some(parent) = &self.0 {
            // There is nothing to hang it on where traces are only logged.
            let _ = span.set_parent(Context::new().with_remote_span_context(parent.clone()));
        }
        let context = span.context();
        let begun = context.span().span_context().clone();
        if begun.is_sampled() {
            span.record("trace_id", field::display(begun.trace_id()));
        }
    }
}

/// What a request says that is made for this span, so that its trace goes on where it is answered; nothing where the
/// trace is not exported.
#[must_use]
pub fn traceparent(span: &Span) -> Option<String> {
    let context = span.context();
    let context = context.span().span_context().clone();
    context.is_sampled().then(|| format!("00-{}-{}-01", context.trace_id(), context.span_id()))
}

/// Whether a text has the form of the only version there is. A later one may be longer, but not different before.
fn is_well_formed(text: &[u8]) -> bool {
    let is_long_enough = match text.get(..2) {
        Some(b"00") => text.len() == TRACEPARENT_BYTES,
        Some(b"ff") | None => false,
        Some(_) => {
            text.len() == TRACEPARENT_BYTES
                || text.len() > TRACEPARENT_BYTES && text[TRACEPARENT_BYTES] == b'-'
        }
    };
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    is_long_enough
        && text[..TRACEPARENT_BYTES].iter().enumerate().all(|(at, byte)| match at {
            2 | 35 | 52 => *byte == b'-',
            _ => is_digit(byte),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn parent(values: &[&str]) -> Option<SpanContext> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(TRACEPARENT, HeaderValue::from_str(value).expect("a header's text"));
        }
        headers.insert("tracestate", HeaderValue::from_static("a=b"));
        Parent::of(&headers).0
    }

    #[test]
    fn a_parent_is_read_without_what_hangs_on_it() {
        let parent = parent(&[GOOD]).expect("well formed");
        assert_eq!(parent.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(parent.span_id().to_string(), "b7ad6b7169203331");
        assert!(parent.is_sampled() && parent.is_remote());
        assert_eq!(parent.trace_state().header(), "");
    }

    #[test]
    fn what_is_not_the_standards_form_is_no_parent() {
        let zero_trace = "00-00000000000000000000000000000000-b7ad6b7169203331-01";
        let zero_span = "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01";
        for bad in [
            "",
            "00",
            zero_trace,
            zero_span,
            &GOOD.to_uppercase(),
            &GOOD[..GOOD.len() - 1],
            &format!("{GOOD}0"),
            &format!("{GOOD}-00"),
            &GOOD.replacen("00-0a", "ff-0a", 1),
            &GOOD.replace("0af7", "+af7"),
            &GOOD.replace('-', "_"),
            &"0".repeat(10_000),
        ] {
            assert_eq!(parent(&[bad]), None, "{bad}");
        }
        assert_eq!(parent(&[GOOD, GOOD]), None, "which one?");
        assert!(parent(&[&format!("01{}-more", &GOOD[2..])]).is_some(), "a later version may say more");
    }
}
