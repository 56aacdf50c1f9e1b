//! Choices about runners: go or stop, throw here or there.

use crate::rules::command::RunnerDecision;

/// The manager's choice among those offered; the rules name the safe one first. None where nothing is offered.
pub(super) fn decide(choices: &[String]) -> Option<RunnerDecision> {
    choices.first().map(|choice| RunnerDecision { choice: choice.clone() })
}
