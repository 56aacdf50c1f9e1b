// Which decisions are legal now. The host judges again; this keeps the page from offering what it would refuse.

/** @typedef {import("./types.js").GameState} GameState */

/** @param {GameState} state @returns {boolean[]} whether a base is taken, by its number; 0 and 4 never are */
const taken = (state) => [false, Boolean(state.on_first), Boolean(state.on_second), Boolean(state.on_third), false];

/** @param {GameState} state @returns {string[]} */
export function infieldDepths(state) {
  const on = taken(state);
  return ["normal", ...(on[1] || on[3] ? ["corners_in"] : []), ...(on[3] ? ["infield_in"] : [])];
}

/** @param {GameState} state @returns {string[]} */
export function outfieldDepths(state) {
  const last = state.half === "bottom" && state.inning >= state.settings.innings;
  const wins = last && state.home_score === state.away_score && taken(state)[3] && state.outs < 2;
  return wins ? ["normal", "in"] : ["normal"];
}

/** The bases whose runner may be held. @param {GameState} state @returns {number[]} */
export function holds(state) {
  const on = taken(state);
  return [1, 2, 3].filter((base) => on[base] && !(base === 1 && on[2]) && !(base === 2 && on[3]));
}

/** Every legal set of steals, the smallest first. @param {GameState} state @returns {number[][]} */
export function steals(state) {
  const on = taken(state);
  const sets = [[2], [3], [4], [2, 3], [3, 4], [2, 4], [2, 3, 4]];
  // The runner before the target exists, and whoever stands on the target goes too.
  const legal = (/** @type {number} */ target, /** @type {number[]} */ set) => on[target - 1] && (!on[target] || set.includes(target + 1));
  return sets.filter((set) => set.every((target) => legal(target, set)));
}

/** @param {GameState} state */
export function mayBunt(state) {
  return state.current_on_base_code !== 0 && state.outs < 2;
}

/** @param {GameState} state */
export function mayHitAndRun(state) {
  const on = taken(state);
  return on[1] && !(on[2] && on[3]);
}
