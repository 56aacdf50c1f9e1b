//! Where traces are sent. Documented for operators in `config/default.toml`.

use super::SettingsError;
use super::sections::within;
use schemars::JsonSchema;
use serde::Deserialize;

/// The export of traces by OpenTelemetry.
#[derive(Clone, PartialEq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// The collector that takes OTLP over HTTP; `/v1/traces` is added. Empty where no traces are exported.
    pub otlp_endpoint: String,
    /// The name under which the host's traces are found.
    pub service_name: String,
    /// The share of the traces begun here that is exported.
    #[schemars(range(min = 0, max = 1))]
    pub sample_ratio: f64,
    /// Whether a request that says to which trace it belongs goes on with it.
    pub accept_traceparent: bool,
    /// How long one export may take.
    #[schemars(range(min = 50, max = 60_000))]
    pub timeout_ms: u64,
    /// How long a span waits for others that are sent with it.
    #[schemars(range(min = 10, max = 60_000))]
    pub delay_ms: u64,
    /// Spans that may wait for the collector.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub queue_spans_max: usize,
    /// Spans that are sent at once.
    #[schemars(range(min = 1, max = 10_000))]
    pub batch_spans_max: usize,
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        Self {
            otlp_endpoint: String::new(),
            service_name: "dugout".to_owned(),
            sample_ratio: 1.0,
            accept_traceparent: true,
            timeout_ms: 5_000,
            delay_ms: 1_000,
            queue_spans_max: 8_192,
            batch_spans_max: 512,
        }
    }
}

impl TelemetrySettings {
    /// The URL that spans are sent to; none where they are not.
    #[must_use]
    pub fn traces_url(&self) -> Option<String> {
        let endpoint = self.otlp_endpoint.trim_end_matches('/');
        (!endpoint.is_empty()).then(|| format!("{endpoint}/v1/traces"))
    }

    /// Whether a request's own trace is gone on with.
    #[must_use]
    pub fn accepts_traceparent(&self) -> bool {
        self.accept_traceparent && !self.otlp_endpoint.is_empty()
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        check_endpoint(&self.otlp_endpoint)?;
        if self.service_name.is_empty() || self.service_name.len() > 200 {
            let problem = "the service needs a name of 1 to 200 bytes".to_owned();
            return Err(SettingsError::NotAllowed { key: "telemetry.service_name", problem });
        }
        if !(0.0..=1.0).contains(&self.sample_ratio) {
            let problem = format!("{} is not in 0 to 1", self.sample_ratio);
            return Err(SettingsError::NotAllowed { key: "telemetry.sample_ratio", problem });
        }
        within("telemetry.timeout_ms", self.timeout_ms, 50, 60_000)?;
        within("telemetry.delay_ms", self.delay_ms, 10, 60_000)?;
        within("telemetry.queue_spans_max", self.queue_spans_max as u64, 1, 1_000_000)?;
        within("telemetry.batch_spans_max", self.batch_spans_max as u64, 1, 10_000)
    }
}

fn check_endpoint(text: &str) -> Result<(), SettingsError> {
    let wrong = |problem: &str| {
        let problem = format!(
            "`{text}` {problem}; as http://127.0.0.1:4318, the collector's port for OTLP over HTTP, or empty for no export"
        );
        Err(SettingsError::NotAllowed { key: "telemetry.otlp_endpoint", problem })
    };
    if text.is_empty() {
        return Ok(());
    }
    let Ok(url) = reqwest::Url::parse(text) else { return wrong("is not a URL") };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return wrong("does not begin with http:// or https:// and a host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        let problem = "a user or a password in it would be in every log; what authorizes the host goes into the environment \
                       variable OTEL_EXPORTER_OTLP_HEADERS, as authorization=Bearer%20…";
        return Err(SettingsError::NotAllowed {
            key: "telemetry.otlp_endpoint",
            problem: problem.to_owned(),
        });
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("has more than scheme, host, port and path");
    }
    Ok(())
}
