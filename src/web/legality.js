// Which decisions are legal now. The host judges again; this keeps the page from offering what it would refuse.

import { OUTCOMES } from "./outcomes.js";

/** @typedef {import("./types.js").GameState} GameState */
/** @typedef {import("./types.js").Player} Player */

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

/**
 * What a manager may say that his card shows for the roll that waits: what the dice and the signs allow.
 * @param {GameState} state @returns {string[]}
 */
export function outcomes(state) {
  const roll = state.pending_manual_roll;
  if (!roll) return [];
  if (roll.roll_type === "jump") {
    const check = { 1: ["pick_off"], 2: ["balk"] }[/** @type {1 | 2} */ (roll.check_d20)] ?? [];
    return ["stolen_base", "caught_stealing", ...check];
  }
  const on = taken(state);
  const signs = state.pending_offensive_decision;
  const runs = signs?.hit_and_run === true;
  const bunts = signs?.bunt_attempt === true;
  const chaos = on.some(Boolean) ? { 1: "wild_pitch", 2: "passed_ball" }[/** @type {1 | 2} */ (roll.chaos_d20)] : undefined;
  /** @type {Record<string, boolean>} what is not always possible */
  const only = {
    wild_pitch: chaos === "wild_pitch", passed_ball: chaos === "passed_ball", pick_off: false, balk: false, intentional_walk: false,
    hit_and_run: runs, stolen_base: runs, caught_stealing: runs,
    sac_bunt: bunts && Boolean(on[1] || on[2]), squeeze: bunts && Boolean(on[3]),
  };
  return OUTCOMES.flatMap(([, all]) => all.map(({ word }) => word)).filter((word) => only[word] ?? true);
}

/** Which errors some rating makes of an X-Check's dice. @param {{error_text: string, rare_play: boolean}} roll @returns {string[]} */
export function errorSizes({ error_text: text }) {
  return ["no", ...["e1", "e2", "e3"].filter((size) => text.includes(`${size}:`))];
}

/** @param {GameState} state @param {string} seat */
export const isAtBat = (state, seat) => (state.half === "top") === (seat === "away");

/** Whether the rules let a side change players now. @param {GameState} state @param {string} seat */
export function maySubstitute(state, seat) {
  if (seat === "spectator" || state.status !== "active") return false;
  const open = isAtBat(state, seat) ? ["awaiting_defensive", "awaiting_offensive", "awaiting_roll"] : ["awaiting_defensive"];
  return open.includes(state.decision_phase);
}

/** Who stands at bat and on the bases. @param {GameState} state */
const inPlay = (state) => [state.current_batter, state.on_first, state.on_second, state.on_third].map((player) => player?.lineup_id);

/** Who may leave: the batter, the runners and the hurt of the side at bat, anybody of the side in the field.
 * @param {GameState} state @param {"home" | "away"} seat @returns {Player[]} */
export function mayLeave(state, seat) {
  const active = state[`${seat}_lineup`].players.filter((/** @type {Player} */ player) => player.is_active);
  if (!isAtBat(state, seat)) return active;
  const out = inPlay(state);
  return active.filter((/** @type {Player} */ player) => out.includes(player.lineup_id) || isHurt(player));
}

/** @param {Player} player */
const isHurt = ({ injury }) => Boolean(injury) && injury !== "none";

/** Whether a player cannot go on: a pitcher who is out for the rest of the game only tires. @param {Player} player */
const isOut = (player) => isHurt(player) && !(player.injury === "rest_of_game" && player.position === "P");

/** Whom a side has to replace before it decides: of those whom the next play needs the hurt, and a pitcher without a pitching card.
 * @param {GameState} state @param {"home" | "away"} seat @param {Map<number, any>} cards @returns {Player | null} */
export function mustLeave(state, seat, cards) {
  const bats = isAtBat(state, seat);
  const needed = inPlay(state);
  const cannotPitch = (/** @type {Player} */ { card_id, position }) =>
    state.auto_mode && !bats && position === "P" && cards.has(card_id) && !cards.get(card_id).pitching;
  /** @type {Player[]} */
  const active = state[`${seat}_lineup`].players.filter((/** @type {Player} */ player) => player.is_active);
  return active.find((player) => cannotPitch(player)
    || (isOut(player) && (bats ? needed.includes(player.lineup_id) : player.position !== "DH"))) ?? null;
}
