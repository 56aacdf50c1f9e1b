// Manual games: the host has rolled, the manager reads his printed card and says what it shows.

import { choice, form, tick } from "./controls.js";
import { h, put } from "./dom.js";
import { errorSizes, outcomes } from "./legality.js";
import { OUTCOMES, placesOf } from "./outcomes.js";
import { positionName } from "./words.js";

/** @typedef {import("./types.js").GameState} GameState */
/** @typedef {import("./types.js").Roll} Roll */
/** @typedef {import("./types.js").Command} Command */
/** @typedef {(command: Command) => void} Order */

const ERRORS = /** @type {Record<string, string>} */ ({ no: "No error", e1: "One base", e2: "Two bases", e3: "Three bases" });

/** What is to be read for the roll that waits. @param {GameState} state @param {Order} order @returns {(Node | null)[]} */
export function reading(state, order) {
  if (state.pending_x_check) return xCheck(state.pending_x_check, nameAt(state, state.pending_x_check.position), order);
  const roll = state.pending_manual_roll;
  if (!roll) return [];
  return roll.roll_type === "jump" ? jump(state, roll, order) : atBat(state, roll, order);
}

/** Who plays a position for the side in the field. @param {GameState} state @param {string} position */
function nameAt(state, position) {
  const lineup = state[state.half === "top" ? "home_lineup" : "away_lineup"];
  const player = lineup.players.find((/** @type {import("./types.js").Player} */ one) => one.is_active && one.position === position);
  return player?.name ?? positionName(position);
}

/** @param {GameState} state @param {Roll} roll @param {Order} order */
function atBat(state, roll, order) {
  const onBatter = roll.d6_one <= 3;
  const whose = onBatter ? state.current_batter : state.current_pitcher;
  const row = roll.d6_two_a + roll.d6_two_b;
  return [
    h("p", { class: "read" }, "Column ", h("b", {}, roll.d6_one), ` is ${onBatter ? "the batter's card" : "the pitcher's card"}: `,
      h("b", {}, whose?.name ?? "the card"), ", row ", h("b", {}, row), ", split ", h("b", {}, roll.resolution_d20), "."),
    chaos(state, roll),
    submission(outcomes(state), order, hurts(state, roll) ? whose?.name ?? "him" : ""),
  ];
}

/** Whether the reading may hurt somebody: in a game with injuries the batter, or the pitcher off the lower half of column 6.
 * @param {GameState} state @param {Roll} roll */
const hurts = (state, roll) => state.settings.injuries && (roll.d6_one <= 3 || (roll.d6_one === 6 && roll.d6_two_a + roll.d6_two_b >= 7));

/** The check that the chaos die asks for. @param {GameState} state @param {Roll} roll */
function chaos(state, roll) {
  const check = outcomes(state).find((word) => word === "wild_pitch" || word === "passed_ball");
  if (!check) return null;
  const what = check === "wild_pitch" ? "the pitcher's card for a wild pitch" : "the catcher's card for a passed ball";
  return h("p", { class: "read" }, "The chaos die shows ", h("b", {}, roll.chaos_d20), `: look at ${what} with `, h("b", {}, roll.resolution_d20),
    " first. If nothing happens, read the card with the second split that was thrown.");
}

/** @param {GameState} state @param {Roll} roll @param {Order} order */
function jump(state, roll, order) {
  return [
    h("p", { class: "read" }, "The jump dice show ", h("b", {}, roll.jump_a + roll.jump_b), ", the check die ", h("b", {}, roll.check_d20),
      ". Does the runner make it?"),
    submission(outcomes(state), order),
    h("p", { class: "actions" }, h("button", { type: "button", class: "second", onclick: () => order({ kind: "roll" }) },
      "No lead: he stays. Roll for the batter")),
  ];
}

/** One outcome, with the place and the bases that it takes. @param {string[]} legal @param {Order} order
 * @param {string} hurt who may be hurt by it; nobody where empty */
function submission(legal, order, hurt = "") {
  const more = h("div", { class: "more" });
  const groups = OUTCOMES.map(([title, all]) => /** @type {const} */ ([title, all.filter(({ word }) => legal.includes(word))]));
  const select = h("select", { id: "outcome", name: "outcome", required: true },
    h("option", { value: "" }, "What does the card say?"),
    ...groups.filter(([, few]) => few.length).map(([title, few]) =>
      h("optgroup", { label: title }, ...few.map(({ word, label }) => h("option", { value: word }, label)))));
  select.addEventListener("change", () => put(more,
    choice("hit_location", "Where to", placesOf(select.value).map((place) => [place, place]), { given: false }),
    select.value === "error" && choice("error_bases", "Bases", [["1", "One"], ["2", "Two"], ["3", "Three"]])));
  const outcome = h("div", { class: "setting", "data-field": "outcome" }, h("label", { for: "outcome" }, "Outcome"), select);
  const injury = hurt ? tick("injury", "true", `The reading hurts ${hurt}`) : null;
  return form("Submit it", [outcome, more, injury], (data) => order({
    kind: "manual_outcome",
    outcome: data.get("outcome"),
    ...(data.has("hit_location") ? { hit_location: data.get("hit_location") } : {}),
    ...(data.has("error_bases") ? { error_bases: Number(data.get("error_bases")) } : {}),
    ...(data.has("injury") ? { injury: true } : {}),
  }));
}

/** The chart's row, of which the manager names the column of his fielder's range, and the error of his rating.
 * @param {any} roll @param {string} who @param {Order} order @returns {Node[]} */
function xCheck(roll, who, order) {
  const columns = roll.chart_row.map((/** @type {string} */ code, /** @type {number} */ index) => [`${index}`, `${index + 1}: ${code}`]);
  const sizes = errorSizes(roll).map((size) => /** @type {[string, string]} */ ([size, ERRORS[size] ?? size]));
  return [
    h("p", { class: "read" }, "X-Check of the ", h("b", {}, positionName(roll.position)), `, ${who}: range row `, h("b", {}, roll.d20),
      ", error dice ", h("b", {}, roll.error_total), "."),
    roll.rare_play ? h("p", { class: "read" }, "The hundred-sided die shows 1: a rare play, which takes the place of the error.")
      : h("p", { class: "read" }, `Errors by error rating: ${roll.error_text}.`),
    form("Submit it", [
      choice("x_check", "Range column", columns, { given: false }),
      choice("error", "Error", sizes),
    ], (data) => order({
      kind: "manual_outcome", outcome: "x_check",
      x_check: { code: roll.chart_row[Number(data.get("x_check"))], error: data.get("error") ?? "no" },
    })),
  ];
}
