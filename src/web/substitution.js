// Changing players in the game: one for another, or several in one request, as in a double switch.

import { openDialog } from "./dialog.js";
import { h, put } from "./dom.js";
import { isAtBat, mayLeave } from "./legality.js";
import { conditionName } from "./words.js";

/** @typedef {import("./types.js").GameState} GameState */
/** @typedef {import("./types.js").Player} Player */
/** @typedef {import("./types.js").Command} Command */
/** @typedef {"home" | "away"} Side */

const POSITIONS = ["P", "C", "1B", "2B", "3B", "SS", "LF", "CF", "RF", "DH"];
const ORDERS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/**
 * Asks who comes in for whom. What else makes a change legal is the host's to say.
 * @param {GameState} state @param {Side} seat @param {any[]} cards @param {(command: Command) => void} order
 * @param {Player | null} [leaving] who leaves, where that is known
 */
export function substitute(state, seat, cards, order, leaving = null) {
  const items = [new Item(1, state, seat, cards, leaving)];
  const rows = h("div", {}, items[0]?.element);
  const more = () => {
    items.push(new Item(items.length + 1, state, seat, cards));
    put(rows, ...items.map((item) => item.element));
    items[items.length - 1]?.element.querySelector("select")?.focus();
  };
  openDialog("Change players", (close) => [
    h("form", {
      class: "stack",
      onsubmit(/** @type {SubmitEvent} */ event) {
        event.preventDefault();
        close();
        const [first, ...also] = items.map((item) => item.substitution());
        order({ kind: "substitute", ...first, ...(also.length ? { also } : {}) });
      },
    }, rows, h("p", { class: "actions" },
      h("button", { type: "submit", class: "main" }, "Make the change"),
      h("button", { type: "button", class: "second", onclick: more }, "And another"),
      h("button", { type: "button", class: "quiet", onclick: close }, "Not now"))),
  ]);
}

/** One player for another. */
class Item {
  /** @param {number} number @param {GameState} state @param {Side} seat @param {any[]} cards @param {Player | null} [leaving] */
  constructor(number, state, seat, cards, leaving = null) {
    /** @type {Player[]} */
    const lineup = state[`${seat}_lineup`].players;
    const gone = new Set(lineup.map((player) => player.card_id));
    const plays = (/** @type {any} */ card) => card.positions.includes(leaving?.position);
    const bench = cards.filter((card) => card.team_id === state[`${seat}_team_id`] && !gone.has(card.card_id))
      .sort((a, b) => Number(plays(b)) - Number(plays(a)));
    const fields = !isAtBat(state, seat);
    const among = fields ? lineup.filter((player) => player.is_active) : [];
    this.out = select(number, "leaves", "Who leaves", mayLeave(state, seat).map((player) => [String(player.lineup_id), nameOf(player)]));
    if (leaving) this.out.querySelector("select").value = String(leaving.lineup_id);
    this.into = select(number, "comes", "Who takes his place",
      bench.map((card) => [String(card.card_id), `${card.name}, ${card.positions.join(" ")}`]),
      among.map((player) => [String(player.card_id), `${nameOf(player)}, already playing`]));
    this.where = select(number, "position", "Where he plays", [["", "in the same place"], ...same(POSITIONS)]);
    this.bats = select(number, "order", "He bats", [["", "in the same place"], ...same(ORDERS)]);
    this.element = h("fieldset", { class: "change" }, h("legend", {}, `Change ${number}`), this.out, this.into, fields && this.where, fields && this.bats);
  }

  substitution() {
    const [out, into, position, bats] = [this.out, this.into, this.where, this.bats].map((box) => box.querySelector("select").value);
    return {
      replacing: Number(out), card_id: Number(into),
      ...(position ? { position } : {}), ...(bats ? { batting_order: Number(bats) } : {}),
    };
  }
}

/** @param {Player} player */
const nameOf = (player) => `${player.name ?? player.card_id}, ${player.position}${conditionName(player)}`;

/** @param {string[]} words @returns {[string, string][]} */
const same = (words) => words.map((word) => [word, word]);

/** @param {number} number @param {string} name @param {string} label @param {[string, string][]} options @param {[string, string][]} [others] */
function select(number, name, label, options, others = []) {
  const id = `change-${name}-${number}`;
  const option = (/** @type {[string, string]} */ [value, text]) => h("option", { value }, text);
  return h("div", {}, h("label", { for: id }, label), h("select", { id, required: name === "comes" },
    ...(others.length ? [h("optgroup", { label: "From the bench" }, ...options.map(option)), h("optgroup", { label: "From the field" }, ...others.map(option))]
      : options.map(option))));
}
