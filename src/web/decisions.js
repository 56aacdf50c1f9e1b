// What is asked of a manager, as controls. Each form answers with the command it stands for.

import { choice, form, tick } from "./controls.js";
import { h } from "./dom.js";
import { holds, infieldDepths, mayBunt, mayHitAndRun, outfieldDepths, steals } from "./legality.js";
import { BASES, choiceName } from "./words.js";

/** @typedef {import("./types.js").GameState} GameState */
/** @typedef {import("./types.js").Command} Command */
/** @typedef {(command: Command) => void} Order */

const ALIGNMENTS = { normal: "Straight up", shifted_left: "Toward left", shifted_right: "Toward right", extreme_shift: "Extreme shift" };
const INFIELD = { normal: "Normal depth", corners_in: "Corners in", infield_in: "Infield in" };
const OUTFIELD = { normal: "Normal depth", in: "In" };
const APPROACHES = { normal: "Normal", contact: "Contact", power: "Power", patient: "Patient" };
const STEALS = /** @type {Record<string, string>} */ ({
  2: "Steal second", 3: "Steal third", 4: "Steal home", "2,3": "Double steal", "3,4": "Double steal, third and home",
  "2,4": "Double steal, second and home", "2,3,4": "Triple steal",
});

/** @param {string[]} offered @param {Record<string, string>} labels @returns {[string, string][]} */
const labelled = (offered, labels) => offered.map((value) => [value, labels[value] ?? value]);

/** @param {GameState} state @param {Order} order */
export function defence(state, order) {
  const held = holds(state);
  const runners = [null, state.on_first, state.on_second, state.on_third];
  const parts = [
    choice("infield_depth", "Infield", labelled(infieldDepths(state), INFIELD)),
    choice("outfield_depth", "Outfield", labelled(outfieldDepths(state), OUTFIELD)),
    choice("alignment", "Alignment", Object.entries(ALIGNMENTS)),
    held.length ? h("fieldset", { class: "choice", "data-field": "hold_runners" }, h("legend", {}, "Hold"),
      ...held.map((base) => tick("hold", String(base), `${runners[base]?.name ?? "the runner"} on ${BASES[base]}`))) : null,
    h("fieldset", { class: "choice", "data-field": "intentional_walk" }, h("legend", {}, "Batter"),
      tick("walk", "yes", "Walk him intentionally")),
  ];
  return form("Set the defense", parts, (data) => order({
    kind: "defensive_decision",
    alignment: data.get("alignment"),
    infield_depth: data.get("infield_depth") ?? "normal",
    outfield_depth: data.get("outfield_depth") ?? "normal",
    hold_runners: data.getAll("hold").map(Number),
    intentional_walk: data.has("walk"),
  }));
}

/** @param {GameState} state @param {Order} order */
export function offence(state, order) {
  /** @type {[string, string][]} */
  const plays = [["none", "Swing away"]];
  for (const set of steals(state)) plays.push([String(set), STEALS[String(set)] ?? `Steal ${set}`]);
  if (mayHitAndRun(state)) plays.push(["hit_and_run", "Hit and run"]);
  if (mayBunt(state)) plays.push(["bunt_attempt", state.on_third ? "Bunt (squeeze)" : "Bunt"]);
  const parts = [choice("approach", "At the plate", Object.entries(APPROACHES)), choice("play", "On the bases", plays)];
  return form("Set the offense", parts, (data) => {
    const play = String(data.get("play") ?? "none");
    order({
      kind: "offensive_decision",
      approach: data.get("approach"),
      steal_attempts: /^\d/.test(play) ? play.split(",").map(Number) : [],
      hit_and_run: play === "hit_and_run",
      bunt_attempt: play === "bunt_attempt",
    });
  });
}

/** @param {Order} order */
export function roll(order) {
  return form("Roll the dice", [], () => order({ kind: "roll" }));
}

/** One button a choice, the default first. @param {string[]} choices @param {Order} order */
export function runner(choices, order) {
  return h("p", { class: "actions decision" }, ...choices.map((word, index) => h("button", {
    type: "button", class: index === 0 ? "main" : "second", onclick: () => order({ kind: "runner_decision", choice: word }),
  }, choiceName(word))));
}
