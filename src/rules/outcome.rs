//! The result of a roll: the leagues' 37 outcomes (RULES 3.1, `outcomes.toml`).

use super::vocabulary::words;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// What a roll led to, before runners are moved. Wire names are the leagues' own.
    PlayOutcome {
        /// Strikeout.
        Strikeout = "strikeout",
        /// Ground ball, type A: the double-play ball.
        GroundballA = "groundball_a",
        /// Ground ball, type B.
        GroundballB = "groundball_b",
        /// Ground ball, type C: slow, runners move up.
        GroundballC = "groundball_c",
        /// Deep fly.
        FlyoutA = "flyout_a",
        /// Medium fly.
        FlyoutB = "flyout_b",
        /// Medium-shallow fly.
        FlyoutBq = "flyout_bq",
        /// Shallow fly.
        FlyoutC = "flyout_c",
        /// Line drive caught.
        Lineout = "lineout",
        /// Line drive caught, as many runners as possible doubled off.
        LineoutMax = "lineout_max",
        /// Pop fly caught.
        Popout = "popout",
        /// A ballpark home run that stayed in the park.
        BpFlyout = "bp_flyout",
        /// A ballpark single that was caught.
        BpLineout = "bp_lineout",
        /// Single, runners advance one base.
        Single1 = "single_1",
        /// Single, runners advance two bases.
        Single2 = "single_2",
        /// Single on which the lead runner may try for one more.
        SingleUncapped = "single_uncapped",
        /// Double, runners advance two bases.
        Double2 = "double_2",
        /// Double, runners advance three bases.
        Double3 = "double_3",
        /// Double on which the runner from first may try for home.
        DoubleUncapped = "double_uncapped",
        /// Triple.
        Triple = "triple",
        /// Home run.
        Homerun = "homerun",
        /// Home run by courtesy of the ballpark.
        BpHomerun = "bp_homerun",
        /// Single by courtesy of the ballpark.
        BpSingle = "bp_single",
        /// Base on balls.
        Walk = "walk",
        /// Intentional base on balls.
        IntentionalWalk = "intentional_walk",
        /// Hit by pitch.
        Hbp = "hbp",
        /// Reached on an error.
        Error = "error",
        /// The ball goes to a fielder and his ratings decide.
        XCheck = "x_check",
        /// Sacrifice bunt.
        SacBunt = "sac_bunt",
        /// Squeeze bunt.
        Squeeze = "squeeze",
        /// Hit and run.
        HitAndRun = "hit_and_run",
        /// Wild pitch.
        WildPitch = "wild_pitch",
        /// Passed ball.
        PassedBall = "passed_ball",
        /// Balk.
        Balk = "balk",
        /// Runner picked off.
        PickOff = "pick_off",
        /// Stolen base.
        StolenBase = "stolen_base",
        /// Caught stealing.
        CaughtStealing = "caught_stealing",
    }
}

impl PlayOutcome {
    /// The bases a hit is worth; 0 for anything that is not a hit.
    #[must_use]
    pub const fn hit_bases(self) -> u8 {
        match self {
            Self::Single1 | Self::Single2 | Self::SingleUncapped | Self::BpSingle => 1,
            Self::Double2 | Self::Double3 | Self::DoubleUncapped => 2,
            Self::Triple => 3,
            Self::Homerun | Self::BpHomerun => 4,
            _ => 0,
        }
    }
}
