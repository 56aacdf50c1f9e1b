// The board: the line score, the situation, who manages.

import { columnHead, h, put, rowHead } from "./dom.js";
import { basesName, endingName, halfName, outsName } from "./words.js";

/** @typedef {import("./types.js").GameState} GameState */
/** @typedef {import("./types.js").Side} Side */

/** Where the game stands, in words. @param {GameState} state @param {string | null} ending */
export function situationOf(state, ending) {
  if (state.status === "completed") return ["Final", endingName(ending)].filter(Boolean).join(", ");
  if (state.status === "pending") return "Before the first pitch";
  const runners = [state.on_first, state.on_second, state.on_third];
  const now = `${halfName(state.inning, state.half)}, ${outsName(state.outs)}, ${basesName(runners)}`;
  return state.status === "paused" ? `${now} (paused)` : now;
}

export class Scoreboard {
  constructor() {
    this.situation = h("span", {}, " ");
    this.outs = h("span", { class: "outs", "aria-hidden": "true" });
    this.head = h("thead", {});
    this.body = h("tbody", {});
    this.element = h("section", { class: "board", "aria-label": "Score" },
      h("p", { class: "situation" }, this.situation, this.outs),
      h("div", { class: "scroll" }, h("table", { class: "line-score" }, this.head, this.body)));
  }

  /** @param {GameState} state @param {string | null} ending @param {Record<Side, string>} managers */
  show(state, ending, managers) {
    put(this.situation, situationOf(state, ending));
    const playing = state.status === "active" || state.status === "paused";
    put(this.outs, ...(playing ? [0, 1, 2].map((out) => h("i", { class: out < state.outs ? "out" : "" })) : []));
    const innings = Math.max(state.settings.innings, state.home_line_score.length, state.away_line_score.length);
    put(this.head, h("tr", {}, h("td", {}),
      ...Array.from({ length: innings }, (_, index) => columnHead(String(index + 1))),
      columnHead("R", "Runs"), columnHead("H", "Hits"), columnHead("E", "Errors")));
    put(this.body, ...(/** @type {Side[]} */ (["away", "home"])).map((side) => this.#row(state, side, innings, managers[side])));
  }

  /** @param {GameState} state @param {Side} side @param {number} innings @param {string} manager */
  #row(state, side, innings, manager) {
    const line = state[`${side}_line_score`];
    const bats = state.status === "active" && (state.half === "top") === (side === "away");
    return h("tr", { class: bats ? "bats" : "" },
      rowHead(h("span", {}, state[`${side}_team_name`], h("small", {}, manager))),
      ...Array.from({ length: innings }, (_, index) => h("td", {}, line[index] ?? "")),
      h("td", { class: "total first" }, state[`${side}_score`]),
      h("td", { class: "total" }, state[`${side}_hits`]),
      h("td", { class: "total" }, state[`${side}_errors`]));
  }
}
