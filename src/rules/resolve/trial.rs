//! Parts of a play thrown alone, so that somebody can try them out: the same code that a play runs through.

use super::{Resolver, Situation};
use crate::rules::dice::roller::Roller;
use crate::rules::resolution::Resolution;
use crate::rules::vocabulary::Position;

/// An X-Check at `position`, and every step of it.
pub(crate) fn x_check_alone(situation: &Situation, roller: &mut Roller, position: Position) -> Resolution {
    let mut resolver = Resolver::new(situation, roller, Resolution::default());
    resolver.x_check(position);
    resolver.resolution
}

/// Where a ball of this batter goes.
pub(crate) fn sprayed_alone(situation: &Situation, roller: &mut Roller, on_the_ground: bool) -> Position {
    Resolver::new(situation, roller, Resolution::default()).sprayed(on_the_ground)
}
