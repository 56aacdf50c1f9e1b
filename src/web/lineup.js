// A side's line-up before the first pitch: who starts, where, and in which order.

import { openDialog } from "./dialog.js";
import { h, put } from "./dom.js";

/** @typedef {import("./types.js").GameState} GameState */
/** @typedef {import("./types.js").Player} Player */
/** @typedef {import("./types.js").Command} Command */
/** @typedef {{card_id: number, position: string}} Starter */

const FIELD = ["C", "1B", "2B", "3B", "SS", "LF", "CF", "RF"];
const BATTERS = 9;

/** Asks for the line-up; the host judges it.
 * @param {GameState} state @param {"home" | "away"} seat @param {any[]} cards @param {(command: Command) => void} order */
export function editLineup(state, seat, cards, order) {
  const own = cards.filter((card) => card.team_id === state[`${seat}_team_id`]);
  const sheet = new Sheet(own, state[`${seat}_lineup`].players);
  openDialog("Your line-up", (close) => [
    h("form", {
      class: "stack",
      onsubmit(/** @type {SubmitEvent} */ event) {
        event.preventDefault();
        close();
        order({ kind: "set_lineup", players: sheet.players() });
      },
    }, sheet.element, h("p", { class: "actions" },
      h("button", { type: "submit", class: "main" }, "Hand it in"),
      h("button", { type: "button", class: "quiet", onclick: close }, "Not now"))),
  ], "wide");
}

/** The sheet. Whoever is put where another stands changes places with him, so that nobody stands twice. */
class Sheet {
  /** @param {any[]} cards @param {Player[]} lineup */
  constructor(cards, lineup) {
    this.cards = cards;
    const active = lineup.filter((player) => player.is_active);
    const inOrder = active.filter((player) => player.batting_order !== null)
      .sort((a, b) => Number(a.batting_order) - Number(b.batting_order));
    /** @type {Starter[]} the batters, in order; behind them the pitcher where a DH bats for him */
    this.starters = [...inOrder, ...active.filter((player) => player.batting_order === null)]
      .map(({ card_id, position }) => ({ card_id, position }));
    this.rows = h("tbody", {});
    this.dh = h("input", { type: "checkbox", id: "lineup-dh", onchange: () => this.#switchDh() });
    this.dh.checked = this.starters.length > BATTERS;
    this.element = h("div", {},
      h("table", { class: "lineup" },
        h("thead", {}, h("tr", {}, ...["Bats", "Player", "Plays", "Move"].map((text) => h("th", { scope: "col" }, text)))), this.rows),
      h("label", { class: "tick", for: "lineup-dh" }, this.dh, h("span", {}, "A designated hitter bats for the pitcher")));
    this.#draw();
  }

  players() {
    return this.starters.map(({ card_id, position }, index) => ({ card_id, position, ...(index < BATTERS ? { batting_order: index + 1 } : {}) }));
  }

  /** Draws the rows anew; the focus stays where it was. */
  #draw() {
    const focused = document.activeElement?.id;
    put(this.rows, ...this.starters.map((starter, index) => this.#row(starter, index)));
    if (focused) document.getElementById(focused)?.focus();
  }

  /** @param {Starter} starter @param {number} index */
  #row({ card_id, position }, index) {
    const bats = index < BATTERS;
    const name = bats ? `batter ${index + 1}` : "the pitcher";
    const move = (/** @type {number} */ by, /** @type {string} */ sign, /** @type {string} */ word) => h("button", {
      type: "button", class: "quiet", id: `lineup-${word}-${index}`, "aria-label": `Move ${name} ${word}`,
      disabled: index + by < 0 || index + by >= BATTERS, onclick: () => { this.#swap(index, index + by); this.#draw(); },
    }, sign);
    return h("tr", {},
      h("th", { scope: "row" }, bats ? index + 1 : "—"),
      h("td", {}, this.#choice(`lineup-player-${index}`, `Player, ${name}`,
        this.cards.map((card) => [String(card.card_id), `${card.name}, ${card.positions.join(" ")}`]), String(card_id),
        (value) => this.#place(index, "card_id", Number(value)))),
      h("td", {}, bats
        ? this.#choice(`lineup-position-${index}`, `Position, ${name}`, this.#positions().map((word) => [word, word]), position,
          (value) => this.#place(index, "position", value))
        : "P"),
      h("td", {}, bats && h("span", { class: "moves" }, move(-1, "↑", "up"), move(1, "↓", "down"))));
  }

  /** @param {string} id @param {string} label @param {[string, string][]} options @param {string} chosen @param {(value: string) => void} changed */
  #choice(id, label, options, chosen, changed) {
    return h("select", {
      id, "aria-label": label,
      onchange: (/** @type {Event} */ event) => { changed(/** @type {HTMLSelectElement} */ (event.target).value); this.#draw(); },
    }, ...options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
  }

  #positions() {
    return [...FIELD, this.dh.checked ? "DH" : "P"];
  }

  /** @param {number} index @param {"card_id" | "position"} field @param {number | string} value */
  #place(index, field, value) {
    const here = /** @type {Starter} */ (this.starters[index]);
    const other = this.starters.find((starter) => starter[field] === value);
    if (other) Object.assign(other, { [field]: here[field] });
    Object.assign(here, { [field]: value });
  }

  /** @param {number} a @param {number} b */
  #swap(a, b) {
    const [one, two] = [this.starters[a], this.starters[b]];
    if (one && two) [this.starters[a], this.starters[b]] = [two, one];
  }

  /** With a designated hitter the pitcher stands behind the batters; without one he bats in his place. */
  #switchDh() {
    const [from, to] = this.dh.checked ? ["P", "DH"] : ["DH", "P"];
    const place = this.starters.findIndex((starter) => starter.position === from);
    const batter = this.starters[place];
    const pitcher = this.starters[BATTERS];
    if (batter && this.dh.checked) {
      const taken = new Set(this.starters.map((starter) => starter.card_id));
      const free = this.cards.filter((card) => !taken.has(card.card_id));
      const hitter = free.find((card) => !card.positions.includes("P")) ?? free[0];
      this.starters.push(batter);
      this.starters[place] = { card_id: hitter?.card_id ?? batter.card_id, position: to };
    } else if (batter && pitcher) {
      this.starters.length = BATTERS;
      this.starters[place] = pitcher;
    }
    this.#draw();
  }
}
