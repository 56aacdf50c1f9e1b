// Dice, drawn as dice.

import { h, s } from "./dom.js";
import { plain } from "./words.js";

/** @typedef {import("./types.js").Roll} Roll */

/** What each die of a roll is: its sides and what it decides. In the order in which they are thrown.
 * @type {Record<Roll["roll_type"], [string, number, string][]>} */
export const DICE = {
  ab: [["d6_one", 6, "column"], ["d6_two_a", 6, "row"], ["d6_two_b", 6, "row"], ["chaos_d20", 20, "chaos"], ["resolution_d20", 20, "split"]],
  jump: [["check_d20", 20, "check"], ["jump_a", 6, "jump"], ["jump_b", 6, "jump"], ["resolution_d20", 20, "resolution"]],
  fielding: [["d20", 20, "range row"], ["d6_a", 6, "error"], ["d6_b", 6, "error"], ["d6_c", 6, "error"], ["d100", 100, "rare play"]],
  d20: [["d20", 20, "check"]],
  injury: [["d6_a", 6, "injury"], ["d6_b", 6, "injury"], ["d6_c", 6, "injury"]],
};

/** Where the pips of each face are, on a grid of 3 by 3. @type {number[][]} */
const PIPS = [[], [4], [0, 8], [0, 4, 8], [0, 2, 6, 8], [0, 2, 4, 6, 8], [0, 2, 3, 5, 6, 8]];

/** @param {number} face @param {number} sides */
function drawn(face, sides) {
  if (sides === 6) {
    return [s("rect", { x: 2, y: 2, width: 36, height: 36, rx: 7 }), ...(PIPS[face] ?? []).map((pip) =>
      s("circle", { class: "pip", cx: 10 + (pip % 3) * 10, cy: 10 + Math.floor(pip / 3) * 10, r: 3.4 }))];
  }
  const shape = sides === 20
    ? s("path", { d: "M20 1 L37 10.5 V29.5 L20 39 L3 29.5 V10.5 Z" })
    : s("circle", { cx: 20, cy: 20, r: 18 });
  return [shape, s("text", { x: 20, y: 26 }, face)];
}

/** One roll with what it was thrown for. @param {Roll} roll @param {(lineupId: number | null) => string} nameOf */
export function rollFigure(roll, nameOf) {
  const dice = DICE[roll.roll_type].map(([field, sides, role]) => {
    const face = roll[field];
    return h("span", { class: "die-spot" },
      s("svg", { viewBox: "0 0 40 40", class: `die d${sides}`, role: "img", "aria-label": `d${sides} shows ${face}, ${role}` },
        ...drawn(face, sides)),
      h("small", { "aria-hidden": "true" }, role));
  });
  const about = nameOf(roll.player_id);
  const purpose = roll.purpose.startsWith("nudge:") ? `sign ${plain(roll.purpose.slice(6))}` : plain(roll.purpose);
  return h("figure", { class: "roll" },
    h("figcaption", {}, `${purpose}${about ? ` (${about})` : ""}`), h("div", { class: "dice" }, ...dice));
}
