//! What the host says of itself while it is measured: read off its `/metrics` before and after.

use serde::Serialize;

/// The counters of one moment. What a host does not count, or not where one may read it, is absent.
#[derive(Clone, Copy, Default, Debug)]
pub struct Counters {
    cpu_seconds: Option<f64>,
    memory_bytes: Option<f64>,
    commits: Option<f64>,
    commit_seconds: Option<f64>,
    changes: Option<f64>,
}

impl Counters {
    /// Reads Prometheus' text.
    pub fn read(text: &str) -> Self {
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
            line.split(' ').next()?.parse::<f64>().ok()
        };
        Self {
            cpu_seconds: value("dugout_cpu_seconds"),
            memory_bytes: value("process_resident_memory_bytes"),
            commits: value("dugout_commit_seconds_count"),
            commit_seconds: value("dugout_commit_seconds_sum"),
            changes: value("dugout_commit_batch_changes_sum"),
        }
    }
}

/// What the plays cost the host.
#[derive(Clone, Copy, Default, Serialize, Debug)]
pub struct HostSide {
    /// CPU of the host's process, without that of a database beside it.
    pub cpu_seconds_per_1000_plays: Option<f64>,
    /// The share of one core that the host was busy.
    pub cores_busy: Option<f64>,
    /// Memory of the host's process at the end.
    pub memory_mb: Option<f64>,
    /// Commits a second.
    pub commits_per_second: Option<f64>,
    /// Changes of one commit, on average.
    pub changes_per_commit: Option<f64>,
    /// How long one commit took, on average.
    pub commit_ms: Option<f64>,
}

impl HostSide {
    /// What changed between two moments that lie `seconds` apart, in which `plays` were played.
    pub fn between(before: &Counters, after: &Counters, plays: f64, seconds: f64) -> Self {
        // What was not there before has not been counted yet.
        let gained = |of: fn(&Counters) -> Option<f64>| Some(of(after)? - of(before).unwrap_or_default());
        let per =
            |amount: Option<f64>, count: Option<f64>| Some(amount? / count.filter(|count| *count > 0.0)?);
        let cpu = gained(|counters| counters.cpu_seconds);
        let commits = gained(|counters| counters.commits);
        Self {
            cpu_seconds_per_1000_plays: per(cpu, Some(plays / 1e3)),
            cores_busy: per(cpu, Some(seconds)),
            memory_mb: after.memory_bytes.map(|bytes| bytes / 1e6),
            commits_per_second: per(commits, Some(seconds)),
            changes_per_commit: per(gained(|counters| counters.changes), commits),
            commit_ms: per(gained(|counters| counters.commit_seconds), commits).map(|seconds| seconds * 1e3),
        }
    }

    /// A few lines for people; empty where the host says nothing.
    pub fn text(&self) -> String {
        let line = |name: &str, value: Option<f64>, unit: &str| {
            value.map(|value| format!("{name:<22}{value:>10.3}   {unit}\n")).unwrap_or_default()
        };
        [
            line("host: CPU", self.cpu_seconds_per_1000_plays, "s per 1,000 plays"),
            line("host: cores busy", self.cores_busy, ""),
            line("host: memory", self.memory_mb, "MB"),
            line("host: commits", self.commits_per_second, "a second"),
            line("host: commit", self.changes_per_commit, "changes each"),
            line("host: commit", self.commit_ms, "ms each"),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_counts_is_read_and_what_it_does_not_is_left_out() {
        let before = Counters::read(
            "# TYPE dugout_cpu_seconds gauge\ndugout_cpu_seconds 1.5\n\
             dugout_commit_seconds_count 10\ndugout_commit_seconds_sum 0.1\n",
        );
        let after = Counters::read(
            "dugout_cpu_seconds 2.5\ndugout_commit_seconds_count 30\ndugout_commit_seconds_sum 0.2\n",
        );
        let side = HostSide::between(&before, &after, 2_000.0, 4.0);
        assert_eq!(side.cpu_seconds_per_1000_plays, Some(0.5));
        assert_eq!(side.cores_busy, Some(0.25));
        assert_eq!(side.commits_per_second, Some(5.0));
        assert!((side.commit_ms.expect("counted") - 5.0).abs() < 1e-9);
        assert_eq!(side.memory_mb, None);
        assert_eq!(HostSide::between(&before, &before, 0.0, 1.0).commit_ms, None, "no division by nothing");
        assert!(!side.text().contains("memory"));
    }
}
