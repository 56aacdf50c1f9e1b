// What the field shows at a moment: now, or as an earlier play began.

/** @typedef {import("./types.js").Moment} Moment */
/** @typedef {import("./record.js").GameRecord} GameRecord */
/** @typedef {import("./types.js").Player} Player */

/** The fielders now. @param {GameRecord} record @param {"top" | "bottom"} half @returns {Player[]} */
function fielders(record, half) {
  const lineup = record.state?.[half === "top" ? "home_lineup" : "away_lineup"];
  return (lineup?.players ?? []).filter((player) => player.is_active && player.position !== "DH");
}

/** @param {GameRecord} record @returns {Moment} */
export function momentOf(record) {
  const state = /** @type {import("./types.js").GameState} */ (record.state);
  const playing = state.status === "active" || state.status === "paused";
  return {
    live: true, inning: state.inning, half: state.half, outs: state.outs,
    runners: playing ? [state.on_first, state.on_second, state.on_third] : [],
    batter: playing ? state.current_batter : null,
    pitcher: playing ? state.current_pitcher : null,
    fielders: fielders(record, state.half),
    defence: state.pending_defensive_decision,
  };
}

/** @param {GameRecord} record @param {import("./types.js").Play} play @returns {Moment} */
export function momentOfPlay(record, play) {
  const pitcher = record.player(play.pitcher_id);
  // Who came in later was not there yet; the pitcher and the catcher of the play are on its record.
  const known = [pitcher, record.player(play.catcher_id)];
  const others = fielders(record, play.half).filter((player) => player.position !== "P" && player.position !== "C");
  return {
    live: false, inning: play.inning, half: play.half, outs: play.outs_before,
    runners: [play.on_first_id, play.on_second_id, play.on_third_id].map((id) => record.player(id)),
    batter: record.player(play.batter_id),
    pitcher,
    fielders: [...known.filter((player) => player !== null), ...others],
    defence: play.defensive_choices,
  };
}
