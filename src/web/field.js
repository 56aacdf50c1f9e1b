// The field, drawn: the diamond, who stands where and how deep, who is on base, who bats.

import { h, put, s } from "./dom.js";
import { BASES, positionName } from "./words.js";

/** @typedef {import("./types.js").Moment} Moment */
/** @typedef {[number, number]} Point */

/** @type {Point[]} home, first, second, third in the drawing's units */
const BASE_AT = [[200, 300], [262, 238], [200, 176], [138, 238]];

/** @type {Record<string, Point>} where everyone stands at normal depth */
const STANDS = {
  P: [200, 240], C: [200, 326], "1B": [268, 196], "2B": [246, 152], SS: [154, 152], "3B": [132, 196],
  LF: [84, 104], CF: [200, 62], RF: [316, 104],
};
/** Corners who play in, and everybody of the infield in. @type {Record<string, Point>} */
const CORNERS_IN = { "1B": [254, 252], "3B": [146, 252] };
/** @type {Record<string, Point>} */
const INFIELD_IN = { ...CORNERS_IN, "2B": [226, 200], SS: [174, 200] };
/** @type {Record<string, Point>} */
const OUTFIELD_IN = { LF: [104, 132], CF: [200, 104], RF: [296, 132] };
const SHIFT = 26;
/** @type {Record<number, [string, Point]>} who holds the runner on a base, and where */
const HOLDS = { 1: ["1B", [268, 226]], 2: ["SS", [184, 150]], 3: ["3B", [132, 226]] };

/** @param {Moment} moment @returns {Map<string, Point>} */
function positions({ defence }) {
  const stands = { ...STANDS };
  if (!defence) return new Map(Object.entries(stands));
  if (defence.infield_depth === "corners_in") Object.assign(stands, CORNERS_IN);
  if (defence.infield_depth === "infield_in") Object.assign(stands, INFIELD_IN);
  if (defence.outfield_depth === "in") Object.assign(stands, OUTFIELD_IN);
  const by = { shifted_left: -SHIFT, shifted_right: SHIFT, extreme_shift: 0, normal: 0 }[defence.alignment] ?? 0;
  for (const position of ["1B", "2B", "SS", "3B", "LF", "CF", "RF"]) {
    const [x, y] = /** @type {Point} */ (stands[position]);
    stands[position] = [x + by * (position.endsWith("F") ? 1 : 0.7), y];
  }
  for (const base of defence.hold_runners) {
    const [position, at] = /** @type {[string, Point]} */ (HOLDS[base]);
    stands[position] = at;
  }
  return new Map(Object.entries(stands));
}

/** @param {string | null | undefined} name */
const surname = (name) => (name ?? "").split(" ").slice(1).join(" ") || (name ?? "");

export class Field {
  constructor() {
    this.people = s("g", {});
    this.title = s("title", {}, "The field");
    const svg = s("svg", { viewBox: "10 42 380 308", role: "img", class: "field-drawing" }, this.title,
      s("path", { class: "grass", d: "M200 306 L20 126 A255 255 0 0 1 380 126 Z" }),
      s("path", { class: "track", d: "M20 126 A255 255 0 0 1 380 126" }),
      s("path", { class: "dirt", d: "M200 316 L104 220 A136 136 0 0 1 296 220 Z" }),
      s("path", { class: "grass infield", d: "M200 284 L248 238 L200 192 L152 238 Z" }),
      s("path", { class: "chalk", d: "M20 126 L200 306 L380 126" }),
      s("circle", { class: "dirt", cx: 200, cy: 240, r: 9 }),
      s("circle", { class: "dirt", cx: 200, cy: 302, r: 15 }),
      ...[1, 2, 3].map((base) => {
        const [x, y] = /** @type {Point} */ (BASE_AT[base]);
        return s("rect", { class: "bag", x: x - 5, y: y - 5, width: 10, height: 10, transform: `rotate(45 ${x} ${y})` });
      }),
      s("path", { class: "bag", d: "M194 297 h12 v5 l-6 6 l-6 -6 z" }),
      this.people);
    this.caption = h("figcaption", {}, " ");
    this.element = h("figure", { class: "field" }, svg, this.caption);
  }

  /** @param {Moment} moment @param {string} caption */
  show(moment, caption) {
    const where = positions(moment);
    const fielders = moment.fielders.filter((player) => where.has(player.position));
    put(this.people,
      ...fielders.map((player) => this.#fielder(player, /** @type {Point} */ (where.get(player.position)))),
      ...moment.runners.map((runner, index) => runner && this.#runner(runner, /** @type {Point} */ (BASE_AT[index + 1]), index)),
      moment.batter && this.#batter(moment.batter));
    const on = moment.runners.map((runner, index) => runner && `${runner.name ?? "a runner"} on ${BASES[index + 1]}`).filter(Boolean);
    this.title.textContent = [
      on.length ? on.join(", ") : "Bases empty",
      moment.batter ? `${moment.batter.name ?? "the batter"} bats` : "",
      ...fielders.map((player) => `${positionName(player.position)} ${player.name ?? ""}`),
    ].filter(Boolean).join("; ");
    put(this.caption, caption);
  }

  /** @param {import("./types.js").Player} player @param {Point} at */
  #fielder(player, [x, y]) {
    return s("g", { class: "fielder", transform: `translate(${x} ${y})` },
      s("circle", { r: 9 }), s("text", { class: "spot", y: 3 }, player.position),
      s("text", { class: "name", y: 19 }, surname(player.name)));
  }

  /** @param {import("./types.js").Player} player @param {Point} at @param {number} index */
  #runner(player, [x, y], index) {
    const beside = [{ x: 13, y: 4, anchor: "start" }, { x: 0, y: 19, anchor: "middle" }, { x: -13, y: 4, anchor: "end" }][index];
    return s("g", { class: "runner", transform: `translate(${x} ${y})` },
      s("circle", { r: 8 }),
      s("text", { class: "name", x: beside?.x, y: beside?.y, "text-anchor": beside?.anchor }, surname(player.name)));
  }

  /** @param {import("./types.js").Player} player */
  #batter(player) {
    return s("g", { class: "runner batter", transform: "translate(180 300)" },
      s("circle", { r: 7 }), s("text", { class: "name", x: -12, y: 4, "text-anchor": "end" }, surname(player.name)));
  }
}
