// Play by play: the newest first, each a way back to its moment.

import { h, put, write } from "./dom.js";
import { halfName, playerName, signed } from "./words.js";

/** @typedef {import("./types.js").Play} Play */
/** @typedef {import("./types.js").Player} Player */
/** @typedef {import("./types.js").GameState} GameState */

export class Plays {
  /** @param {(number: number) => void} chosen */
  constructor(chosen) {
    this.chosen = chosen;
    /** @type {Map<number, {item: HTMLElement, button: HTMLElement, news: HTMLElement, text: string}>} */
    this.items = new Map();
    this.list = h("ol", { class: "plays" });
    this.empty = h("p", { class: "empty" }, "No play yet.");
    this.element = h("div", {}, this.empty, this.list);
  }

  /** Items that are there already stay, and keep the focus. @param {Play[]} plays @param {number | null} selected
   * @param {GameState} state */
  show(plays, selected, state) {
    this.empty.hidden = plays.length > 0;
    for (const number of [...this.items.keys()].filter((number) => number > plays.length)) {
      this.items.get(number)?.item.remove();
      this.items.delete(number);
    }
    for (const play of plays) this.#enter(play);
    const changes = changesOf(state);
    for (const [number, { news }] of this.items) write(news, changes.get(number) ?? "");
    for (const [number, { button }] of this.items) button.setAttribute("aria-current", String(number === selected));
  }

  /** @param {Play} play */
  #enter(play) {
    const text = JSON.stringify([play.result_description, play.wpa, play.re24]);
    const known = this.items.get(play.play_number);
    if (known?.text === text) return;
    const entry = known ?? this.#add(play);
    entry.text = text;
    put(entry.button,
      h("span", { class: "half", title: halfName(play.inning, play.half) },
        h("span", { "aria-hidden": "true" }, `${play.half === "top" ? "▲" : "▼"}${play.inning}`),
        h("span", { class: "unseen" }, halfName(play.inning, play.half))),
      h("span", { class: "what" }, play.result_description,
        play.runs_scored > 0 && h("b", { class: "runs" }, ` ${score(play)}`)),
      h("span", { class: "worth" },
        h("span", { title: "Win probability added, for the side at bat" }, `${signed(play.wpa * 100, 1)} %`),
        h("span", { title: "RE24: runs added to what was to be expected" }, signed(play.re24, 2))));
  }

  /** @param {Play} play */
  #add(play) {
    const button = h("button", { type: "button", class: "play", onclick: () => this.chosen(play.play_number) });
    // Who came into the game after the play stands above it: the newest is first.
    const news = h("p", { class: "news" });
    const item = h("li", { class: play.is_new_inning ? "new-half" : "" }, news, button);
    const before = this.items.get(play.play_number - 1)?.item;
    if (before) before.before(item);
    else this.list.append(item);
    const entry = { item, button, news, text: "" };
    this.items.set(play.play_number, entry);
    return entry;
  }
}

/** Who came in for whom, by the play after which he did. @param {GameState} state @returns {Map<number, string>} */
function changesOf(state) {
  /** @type {Map<number, string>} */
  const changes = new Map();
  for (const side of /** @type {const} */ (["away", "home"])) {
    const { players } = state[`${side}_lineup`];
    for (const player of players.filter(({ replacing_id: left }) => left !== null && left !== undefined)) {
      const left = /** @type {Player} */ (players.find(({ lineup_id }) => lineup_id === player.replacing_id));
      const after = player.after_play ?? 0;
      const text = `${state[`${side}_team_name`]}: ${playerName(player)} for ${playerName(left)}.`;
      changes.set(after, [changes.get(after), text].filter(Boolean).join(" "));
    }
  }
  return changes;
}

/** The score after a play. @param {Play} play */
function score(play) {
  const away = play.away_score + (play.half === "top" ? play.runs_scored : 0);
  const home = play.home_score + (play.half === "bottom" ? play.runs_scored : 0);
  return `${away}–${home}`;
}

/** Goes through the plays by slider and buttons. */
export class Scrubber {
  /** @param {(number: number | null) => void} chosen none is now */
  constructor(chosen) {
    this.slider = h("input", { type: "range", min: 1, max: 1, step: 1, "aria-label": "Play", oninput: () => this.#slid(chosen) });
    this.where = h("output", {}, "now");
    this.back = h("button", { type: "button", class: "quiet", "aria-label": "Earlier play", onclick: () => this.#move(-1, chosen) }, "◀");
    this.on = h("button", { type: "button", class: "quiet", "aria-label": "Later play", onclick: () => this.#move(1, chosen) }, "▶");
    this.count = 0;
    this.now = h("button", { type: "button", class: "quiet", onclick: () => chosen(null) }, "Now");
    this.element = h("div", { class: "scrubber", role: "group", "aria-label": "Look back" },
      this.back, this.slider, this.on, this.now, this.where);
  }

  /** @param {(number: number | null) => void} chosen */
  #slid(chosen) {
    const number = Number(this.slider.value);
    chosen(number > this.count ? null : number);
  }

  /** @param {number} by @param {(number: number | null) => void} chosen */
  #move(by, chosen) {
    this.slider.value = String(Number(this.slider.value) + by);
    this.#slid(chosen);
  }

  /** @param {number} count plays there are @param {number | null} selected */
  show(count, selected) {
    this.count = count;
    // One step past the last play is now.
    this.slider.max = String(count + 1);
    this.slider.value = String(selected ?? count + 1);
    const text = selected === null ? "now" : `play ${selected} of ${count}`;
    this.slider.setAttribute("aria-valuetext", text);
    write(this.where, text);
    this.slider.disabled = count === 0;
    this.back.disabled = count === 0 || selected === 1;
    this.on.disabled = this.now.disabled = selected === null;
  }
}
