//! Which traces are exported: those whose beginning elsewhere is, a share of those begun here, and whatever an exported one
//! has to do with.

use opentelemetry::trace::{Link, SpanKind, TraceContextExt, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SamplingResult, ShouldSample};

/// A share by trace id, the parent's word where there is one, and yes where a root is linked to what is exported:
/// from the trace of a command one gets to the commit that took it, whatever the share.
#[derive(Clone, Debug)]
pub struct LinkedOrRatio(Sampler);

impl LinkedOrRatio {
    /// A sampler for this share of the traces that begin here, 0 to 1.
    pub fn new(ratio: f64) -> Self {
        Self(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio))))
    }
}

impl ShouldSample for LinkedOrRatio {
    fn should_sample(
        &self,
        parent_context: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        span_kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let has_parent = parent_context.is_some_and(|parent| parent.span().span_context().is_valid());
        if !has_parent && links.iter().any(|link| link.span_context.is_sampled()) {
            let (decision, trace_state) = (SamplingDecision::RecordAndSample, TraceState::default());
            return SamplingResult { decision, attributes: Vec::new(), trace_state };
        }
        self.0.should_sample(parent_context, trace_id, name, span_kind, attributes, links)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::trace::{SpanContext, SpanId, TraceFlags};

    fn context(flags: TraceFlags) -> SpanContext {
        SpanContext::new(TraceId::from(7), SpanId::from(8), flags, true, TraceState::default())
    }

    fn samples(ratio: f64, parent: Option<TraceFlags>, linked: &[TraceFlags]) -> bool {
        let parent = parent.map(|flags| Context::new().with_remote_span_context(context(flags)));
        let links: Vec<_> = linked.iter().map(|flags| Link::with_context(context(*flags))).collect();
        let id = TraceId::from(u128::MAX);
        let sampler = LinkedOrRatio::new(ratio);
        let result = sampler.should_sample(parent.as_ref(), id, "x", &SpanKind::Internal, &[], &links);
        result.decision == SamplingDecision::RecordAndSample
    }

    #[test]
    fn a_share_the_parents_word_and_what_is_linked() {
        let (yes, no) = (TraceFlags::SAMPLED, TraceFlags::default());
        assert!(samples(1.0, None, &[]) && !samples(0.0, None, &[]));
        assert!(samples(0.0, Some(yes), &[]) && !samples(1.0, Some(no), &[]));
        assert!(samples(0.0, None, &[no, yes]) && !samples(0.0, None, &[no]));
        assert!(!samples(1.0, Some(no), &[yes]), "a child is where its parent is");
    }
}
