//! Reading a table file: from text to a shape, with errors that say which file and where.

use super::ChartError;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::str::FromStr;

/// One file of the rule set.
#[derive(Clone, Copy)]
pub(super) struct Source {
    file: &'static str,
}

impl Source {
    pub(super) const fn new(file: &'static str) -> Self {
        Self { file }
    }

    /// The error that `problem` is.
    pub(super) fn error(self, problem: impl Display) -> ChartError {
        ChartError { file: self.file, problem: problem.to_string() }
    }

    /// Fails with `problem` unless `holds`.
    pub(super) fn check(self, holds: bool, problem: impl FnOnce() -> String) -> Result<(), ChartError> {
        if holds { Ok(()) } else { Err(self.error(problem())) }
    }

    /// Reads a TOML file into its shape.
    pub(super) fn toml<T: DeserializeOwned>(self, text: &str) -> Result<T, ChartError> {
        toml::from_str(text).map_err(|error| self.error(error))
    }

    /// Reads all rows of a CSV file whose first row names the fields.
    pub(super) fn csv<T: DeserializeOwned>(self, text: &str) -> Result<Vec<T>, ChartError> {
        csv::Reader::from_reader(text.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .map_err(|error| self.error(error))
    }

    /// Reads a word, naming the place where it stands.
    pub(super) fn word<T>(self, place: impl Display, text: &str) -> Result<T, ChartError>
    where
        T: FromStr,
        T::Err: Display,
    {
        text.parse().map_err(|problem| self.error(format_args!("{place}: {problem}")))
    }

    /// A list of exactly `N`.
    pub(super) fn exactly<T, const N: usize>(
        self,
        place: impl Display,
        list: Vec<T>,
    ) -> Result<[T; N], ChartError> {
        let count = list.len();
        list.try_into().map_err(|_| self.error(format_args!("{place}: {count} entries, must be {N}")))
    }
}
