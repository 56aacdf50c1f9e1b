//! The counters of a play's row (RULES 6.1 to 6.3, OBR 9.02 to 9.15): each is the play's own, no
//! other play is looked at.

use super::clean::clean_play;
use super::facts::{Facts, Pitch, PlateAppearance, Running};
use crate::rules::event::Reached;
use crate::rules::record::PlayRecord;

/// The counters of a play alone, in a row that is empty otherwise: for whoever adds up many games.
#[must_use]
pub fn counters(facts: &Facts) -> PlayRecord {
    let mut record = PlayRecord::default();
    count(facts, &mut record);
    record
}

/// Fills the counters of `record`.
pub(super) fn count(facts: &Facts, record: &mut PlayRecord) {
    if let Some(plate_appearance) = facts.plate_appearance {
        batting(facts, plate_appearance, record);
    }
    running(facts, record);
    record.error = facts.errors;
}

fn batting(facts: &Facts, plate_appearance: PlateAppearance, record: &mut PlayRecord) {
    use PlateAppearance as Pa;
    let is = |what: Pa| u8::from(plate_appearance == what);
    record.pa = 1;
    record.bb = is(Pa::Walk) + is(Pa::IntentionalWalk);
    record.ibb = is(Pa::IntentionalWalk);
    record.hbp = is(Pa::HitByPitch);
    record.so = is(Pa::Strikeout);
    record.sac = u8::from(facts.sacrifice.is_some());
    record.ab = u8::from(!facts.is_award() && facts.sacrifice.is_none());
    record.hit = u8::from(facts.hit_bases() > 0);
    record.double = is(Pa::Hit(2));
    record.triple = is(Pa::Hit(3));
    record.homerun = is(Pa::Hit(4));
    record.gidp = u8::from(facts.gidp);
    record.rbi = runs_batted_in(facts);
}

fn running(facts: &Facts, record: &mut PlayRecord) {
    let advanced = facts.batter_to.is_some_and(|to| to > 0)
        || (1..).zip(facts.runners_to).any(|(base, to): (Reached, _)| to.is_some_and(|to| to > base));
    let is = |pitch: Pitch| u8::from(facts.pitch == Some(pitch));
    record.wild_pitch = is(Pitch::Wild) * u8::from(advanced);
    record.passed_ball = is(Pitch::PassedBall) * u8::from(advanced);
    record.balk = is(Pitch::Balk);
    for running in facts.running.into_iter().flatten() {
        record.sb += u8::from(running == Running::Stole);
        record.cs += u8::from(running.is_caught());
        record.pick_off += u8::from(matches!(running, Running::PickedOff | Running::PickedOffStealing));
    }
}

impl Running {
    /// Charged as caught stealing.
    pub(super) const fn is_caught(self) -> bool {
        matches!(self, Self::Caught | Self::PickedOffStealing)
    }
}

/// Runs batted in (RULES 6.2, OBR 9.04): those that score because of what the batter did, as far as
/// they count.
fn runs_batted_in(facts: &Facts) -> u8 {
    if facts.gidp || facts.plate_appearance == Some(PlateAppearance::Strikeout) {
        return 0;
    }
    if facts.is_award() {
        // The runner whom the batter forces home; another who scores does so on the pitch or the throw.
        return u8::from(facts.on_base_code() == 7).min(facts.runs_scored);
    }
    if facts.errors == 0 {
        return facts.runs_scored;
    }
    let clean = clean_play(facts);
    let from_third = u8::from(clean.runners_to[2] == Some(4) && facts.runners_to[2] == Some(4));
    let rbi = if facts.hit_bases() > 0 || facts.sacrifice.is_some() {
        let home = clean.runners_to.iter().chain([&clean.batter_to]).filter(|to| **to == Some(4));
        u8::try_from(home.count()).expect("at most four score")
    } else if facts.outs_before < 2 && clean.outs < 2 {
        from_third // OBR 9.04(a)(3); not where the error spoiled a double play (9.04(b)(2))
    } else {
        0
    };
    rbi.min(facts.runs_scored)
}
