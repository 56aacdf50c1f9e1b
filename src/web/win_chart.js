// The home team's chance to win, play by play, from what each play added; and the plays that mattered most.

import { h, put, s } from "./dom.js";
import { halfName, signed } from "./words.js";

/** @typedef {import("./types.js").Play} Play */

const WIDTH = 640;
const HEIGHT = 220;
// Room for the mark at either end.
const EDGE = 9;
const MOMENTS = 5;
// Teams count as equal before the first pitch.
const START = 0.5;

/** The home team's chance before the first play and after each. @param {Play[]} plays */
export function homeChances(plays) {
  const chances = [START];
  for (const play of plays) {
    const added = play.half === "bottom" ? play.wpa : -play.wpa;
    chances.push(Math.min(1, Math.max(0, /** @type {number} */ (chances[chances.length - 1]) + added)));
  }
  return chances;
}

export class WinChart {
  /** @param {(number: number) => void} chosen */
  constructor(chosen) {
    this.chosen = chosen;
    this.line = s("polyline", { class: "curve" });
    this.area = s("path", { class: "area" });
    this.halves = s("g", { class: "halves" });
    this.mark = s("circle", { class: "mark", r: 6 });
    this.title = s("title", {}, "");
    this.labels = [s("text", { x: 6, y: 16 }, ""), s("text", { x: 6, y: HEIGHT - 6 }, "")];
    this.svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "win-chart", role: "img" }, this.title,
      this.halves, this.area, s("path", { class: "even", d: `M0 ${HEIGHT / 2} H${WIDTH}` }), this.line, ...this.labels, this.mark);
    this.summary = h("p", {}, " ");
    this.moments = h("ol", { class: "moments" });
    this.element = h("div", {}, this.summary, this.svg, h("h3", {}, "Plays that mattered most"), this.moments);
    this.svg.addEventListener("click", (/** @type {MouseEvent} */ event) => this.#clicked(event));
    this.count = 0;
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const box = this.svg.getBoundingClientRect();
    const play = Math.round(((event.clientX - box.left) / box.width) * this.count);
    if (play >= 1) this.chosen(Math.min(play, this.count));
  }

  /** @param {Play[]} plays @param {number | null} selected @param {import("./types.js").GameState} state */
  show(plays, selected, state) {
    this.count = plays.length;
    const chances = homeChances(plays);
    const x = (/** @type {number} */ index) => EDGE + (plays.length ? (index / plays.length) * (WIDTH - 2 * EDGE) : 0);
    const y = (/** @type {number} */ chance) => EDGE + (1 - chance) * (HEIGHT - 2 * EDGE);
    const points = chances.map((chance, index) => `${x(index).toFixed(1)},${y(chance).toFixed(1)}`);
    this.line.setAttribute("points", points.join(" "));
    this.area.setAttribute("d", `M${EDGE},${HEIGHT / 2} L${points.join(" L")} L${x(plays.length)},${HEIGHT / 2} Z`);
    put(this.halves, ...plays.filter((play, index) => index > 0 && play.is_new_inning && play.half === "top")
      .map((play) => s("path", { d: `M${x(play.play_number - 1).toFixed(1)} 0 V${HEIGHT}` })));
    const at = selected ?? plays.length;
    this.mark.setAttribute("cx", String(x(at)));
    this.mark.setAttribute("cy", String(y(chances[at] ?? START)));
    this.labels[0]?.replaceChildren(state.home_team_name);
    this.labels[1]?.replaceChildren(state.away_team_name);
    const percent = Math.round((chances[at] ?? START) * 100);
    const text = `${state.home_team_name} ${percent} %, ${state.away_team_name} ${100 - percent} %`;
    this.title.textContent = `Chance to win: ${text}`;
    put(this.summary, selected === null ? `Chance to win: ${text}` : `Chance to win after play ${selected}: ${text}`);
    const heavy = [...plays].sort((one, other) => Math.abs(other.wpa) - Math.abs(one.wpa)).slice(0, MOMENTS);
    put(this.moments, ...heavy.map((play) => h("li", {},
      h("button", { type: "button", class: "link", onclick: () => this.chosen(play.play_number) },
        `${halfName(play.inning, play.half)}: ${play.result_description}`), ` ${signed(play.wpa * 100, 1)} %`)));
  }
}
