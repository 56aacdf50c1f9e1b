//! The files of the rule set, unchanged, as the program carries them.

/// Declares the files with their names.
macro_rules! files {
    ($($constant:ident = $name:literal,)*) => {
        $(pub(super) const $constant: &str = include_str!(concat!("data/", $name));)*

        /// Every file with its name.
        pub(super) const FILES: &[(&str, &str)] = &[$(($name, $constant),)*];
    };
}

files! {
    ADVANCEMENT = "advancement.csv",
    BUNT_HIT_RUN = "bunt_hit_run.toml",
    DECISIONS = "decisions.toml",
    DICE = "dice.toml",
    FATIGUE = "fatigue.toml",
    FIELDING_ERRORS = "fielding_errors.toml",
    FIELDING_RANGE = "fielding_range.toml",
    GROUNDBALL = "groundball.toml",
    GROUNDBALL_ADVANCEMENT = "groundball_advancement.csv",
    INJURIES = "injuries.toml",
    OUTCOMES = "outcomes.toml",
    RATINGS = "ratings.toml",
    RUNNING = "running.toml",
    XCHECK_RESULTS = "xcheck_results.toml",
}
