//! Links: how one gets from a command's trace to that of the commit which took it along with many others, and back.

use opentelemetry::trace::TraceContextExt;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Notes on a span that it has to do with another one, which is no ancestor of it. False where that one is not exported.
pub fn link(span: &Span, other: &Span) -> bool {
    if span.is_disabled() || other.is_disabled() {
        return false;
    }
    let context = other.context();
    let other = context.span().span_context().clone();
    let is_exported = other.is_sampled();
    if is_exported {
        span.add_link(other);
    }
    is_exported
}
