//! Where a batted ball goes: the side of the field, then the fielder
//! (`groundball.toml [location_distribution]`, RULES 4.3).

use super::ChartError;
use super::source::Source;
use crate::rules::vocabulary::{Position, words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

words! {
    /// A third of the field, seen from the plate.
    FieldSide {
        /// Left field side.
        Left = "left",
        /// Up the middle.
        Center = "center",
        /// Right field side.
        Right = "right",
    }
}

/// The fielder for each face of a d20.
pub type SprayRow = [Position; 20];

/// The fielder given the side, and the usual shares of the sides.
#[derive(Debug)]
pub struct SprayTable {
    /// Ground balls: left, centre, right.
    pub groundball: [SprayRow; 3],
    /// Fly balls: left, centre, right.
    pub flyball: [SprayRow; 3],
    /// Percentage pulled, where the card does not say.
    pub pull: u8,
    /// Percentage up the middle, where the card does not say.
    pub center: u8,
}

#[derive(Deserialize)]
struct File {
    location_distribution: Distribution,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Distribution {
    pull: u8,
    center: u8,
    opposite: u8,
    left_groundball: BTreeMap<String, [u8; 2]>,
    center_groundball: BTreeMap<String, [u8; 2]>,
    right_groundball: BTreeMap<String, [u8; 2]>,
    left_flyball: BTreeMap<String, [u8; 2]>,
    center_flyball: BTreeMap<String, [u8; 2]>,
    right_flyball: BTreeMap<String, [u8; 2]>,
}

impl SprayTable {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("groundball.toml");
        let shares = source.toml::<File>(text)?.location_distribution;
        let total = u16::from(shares.pull) + u16::from(shares.center) + u16::from(shares.opposite);
        source
            .check(total == 100, || format!("location_distribution: the sides add up to {total}, not 100"))?;
        let table = Self {
            groundball: [
                row(source, "left_groundball", &shares.left_groundball)?,
                row(source, "center_groundball", &shares.center_groundball)?,
                row(source, "right_groundball", &shares.right_groundball)?,
            ],
            flyball: [
                row(source, "left_flyball", &shares.left_flyball)?,
                row(source, "center_flyball", &shares.center_flyball)?,
                row(source, "right_flyball", &shares.right_flyball)?,
            ],
            pull: shares.pull,
            center: shares.center,
        };
        let fits = table.groundball.as_flattened().iter().all(|place| place.is_infield())
            && table.flyball.as_flattened().iter().all(|place| place.is_outfield());
        source.check(fits, || "ground balls go to the infield, fly balls to the outfield".to_owned())?;
        Ok(table)
    }
}

fn row(source: Source, place: &str, shares: &BTreeMap<String, [u8; 2]>) -> Result<SprayRow, ChartError> {
    let mut faces: [Option<Position>; 20] = [None; 20];
    for (name, &[first, last]) in shares {
        let position: Position = source.word(place, name)?;
        source.check((1..=20).contains(&first) && (first..=20).contains(&last), || {
            format!("{place}: {name} has no faces of a d20")
        })?;
        for face in &mut faces[usize::from(first) - 1..usize::from(last)] {
            source.check(face.is_none(), || format!("{place}: {name} overlaps"))?;
            *face = Some(position);
        }
    }
    let complete: Option<Vec<Position>> = faces.into_iter().collect();
    let complete = complete.ok_or_else(|| source.error(format_args!("{place}: a face is missing")))?;
    source.exactly(place, complete)
}
