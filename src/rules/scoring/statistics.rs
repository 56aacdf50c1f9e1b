//! The counters of a play's row (RULES 6.1 to 6.3, OBR 9.02 to 9.15): each is the play's own, no
//! other play is looked at.

use super::clean::{clean_play, is_award};
use crate::rules::event::Play;
use crate::rules::outcome::PlayOutcome;
use crate::rules::record::PlayRecord;

/// The counters of a play alone, in a row that is empty otherwise: for whoever adds up many games.
#[must_use]
pub fn counters(play: &Play) -> PlayRecord {
    let mut record = PlayRecord::default();
    count(play, &mut record);
    record
}

/// Fills the counters of `record`.
pub(super) fn count(play: &Play, record: &mut PlayRecord) {
    batting(play, record);
    running(play, record);
    record.error = u8::from(play.error.is_some());
    record.bphr = is(play, PlayOutcome::BpHomerun);
    record.bp1b = is(play, PlayOutcome::BpSingle);
    record.bpfo = is(play, PlayOutcome::BpFlyout);
    record.bplo = is(play, PlayOutcome::BpLineout);
}

fn batting(play: &Play, record: &mut PlayRecord) {
    if !play.plate_appearance {
        return;
    }
    record.pa = 1;
    record.bb = is(play, PlayOutcome::Walk) + is(play, PlayOutcome::IntentionalWalk);
    record.ibb = is(play, PlayOutcome::IntentionalWalk);
    record.hbp = is(play, PlayOutcome::Hbp);
    record.so = is(play, PlayOutcome::Strikeout);
    record.sac = u8::from(play.sacrifice.is_some());
    record.ab = u8::from(!is_award(play) && play.sacrifice.is_none());
    record.hit = u8::from(play.hit_bases > 0);
    record.double = u8::from(play.hit_bases == 2);
    record.triple = u8::from(play.hit_bases == 3);
    record.homerun = u8::from(play.hit_bases == 4);
    record.gidp = u8::from(play.gidp);
    record.rbi = runs_batted_in(play);
}

fn running(play: &Play, record: &mut PlayRecord) {
    let put_out = play.runners_to.contains(&Some(0));
    let advanced = (1..).zip(play.runners_to).any(|(base, to)| to.is_some_and(|to| to > base));
    match play.outcome {
        PlayOutcome::StolenBase => record.sb = u8::from(advanced),
        PlayOutcome::CaughtStealing => record.cs = 1,
        PlayOutcome::PickOff => record.pick_off = u8::from(put_out),
        PlayOutcome::WildPitch => record.wild_pitch = u8::from(advanced),
        PlayOutcome::PassedBall => record.passed_ball = u8::from(advanced),
        PlayOutcome::Balk => record.balk = 1,
        _ => {}
    }
}

/// Runs batted in (RULES 6.2, OBR 9.04): those that score because of what the batter did, as far as
/// they count.
fn runs_batted_in(play: &Play) -> u8 {
    if play.gidp || play.outcome == PlayOutcome::Strikeout {
        return 0;
    }
    if play.error.is_none() || is_award(play) {
        return play.runs_scored;
    }
    let clean = clean_play(play);
    let from_third = u8::from(clean.runners_to[2] == Some(4) && play.runners_to[2] == Some(4));
    let rbi = if play.hit_bases > 0 || play.sacrifice.is_some() {
        let home = clean.runners_to.iter().chain([&clean.batter_to]).filter(|to| **to == Some(4));
        u8::try_from(home.count()).expect("at most four score")
    } else if play.outs_before < 2 && clean.outs < 2 {
        from_third // OBR 9.04(a)(3); not where the error spoiled a double play (9.04(b)(2))
    } else {
        0
    };
    rbi.min(play.runs_scored)
}

fn is(play: &Play, outcome: PlayOutcome) -> u8 {
    u8::from(play.outcome == outcome)
}
