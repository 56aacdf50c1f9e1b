// What a manager may do beside the decision that is due: bring in a player, ask to go back, pause, give up.

import { h, write } from "./dom.js";

/** @typedef {import("./types.js").Command} Command */
/** @typedef {(command: Command) => void} Order */

const POSITIONS = ["P", "C", "1B", "2B", "3B", "SS", "LF", "CF", "RF", "DH"];

/** Opens a dialog that is gone when it is closed. @param {string} title @param {(close: () => void) => (Node | false)[]} content */
function open(title, content) {
  const box = h("dialog", { "aria-label": title });
  box.append(h("h2", {}, title), ...content(() => box.close()).filter(Boolean));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

/** Asks whether the game is really given up. @param {Order} order */
export function forfeit(order) {
  open("Forfeit the game?", (close) => [
    h("p", {}, "It ends at once, and the other side wins 9 to 0. This cannot be taken back."),
    h("p", { class: "actions" },
      h("button", { type: "button", class: "danger", onclick: () => { close(); order({ kind: "forfeit" }); } }, "Forfeit"),
      h("button", { type: "button", class: "main", autofocus: true, onclick: close }, "Play on")),
  ]);
}

/** Whether the rules let a side change players now. @param {import("./types.js").GameState} state @param {string} seat */
export function maySubstitute(state, seat) {
  if (seat === "spectator" || state.status !== "active") return false;
  const bats = (state.half === "top") === (seat === "away");
  const open = bats ? ["awaiting_defensive", "awaiting_offensive", "awaiting_roll"] : ["awaiting_defensive"];
  return open.includes(state.decision_phase);
}

/** Who may leave: the batter and the runners of the side at bat, anybody of the side in the field.
 * @param {import("./types.js").GameState} state @param {"home" | "away"} seat */
function mayLeave(state, seat) {
  const active = state[`${seat}_lineup`].players.filter((/** @type {import("./types.js").Player} */ player) => player.is_active);
  if ((state.half === "top") !== (seat === "away")) return active;
  const out = [state.current_batter, state.on_first, state.on_second, state.on_third].map((player) => player?.lineup_id);
  return active.filter((/** @type {import("./types.js").Player} */ player) => out.includes(player.lineup_id));
}

/**
 * Asks who comes in for whom. What else makes a change legal is the host's to say.
 * @param {import("./types.js").GameState} state @param {"home" | "away"} seat @param {any[]} cards @param {Order} order
 */
export function substitute(state, seat, cards, order) {
  /** @type {import("./types.js").Player[]} */
  const lineup = state[`${seat}_lineup`].players;
  const active = mayLeave(state, seat);
  const used = new Set(lineup.map((player) => player.card_id));
  const bench = cards.filter((card) => card.team_id === state[`${seat}_team_id`] && !used.has(card.card_id));
  const out = select("leaves", "Who leaves", active.map((/** @type {import("./types.js").Player} */ player) => [String(player.lineup_id), `${player.name ?? player.card_id}, ${player.position}`]));
  const into = select("comes", "Who comes in", bench.map((card) => [String(card.card_id), `${card.name}, ${card.positions.join(" ")}`]));
  const where = select("position", "Where he plays", [["", "in the same place"], ...POSITIONS.map((position) => /** @type {[string, string]} */ ([position, position]))]);
  open("Change players", (close) => [
    bench.length === 0 ? h("p", {}, "Nobody is left on the bench.") : h("form", {
      class: "stack",
      onsubmit(/** @type {SubmitEvent} */ event) {
        event.preventDefault();
        const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
        const position = data.get("position");
        close();
        order({ kind: "substitute", replacing: Number(data.get("leaves")), card_id: Number(data.get("comes")), ...(position ? { position } : {}) });
      },
    }, out, into, where, h("p", { class: "actions" },
      h("button", { type: "submit", class: "main" }, "Make the change"),
      h("button", { type: "button", class: "quiet", onclick: close }, "Not now"))),
    bench.length === 0 && h("button", { type: "button", class: "main", onclick: close }, "Close"),
  ]);
}

/** @param {string} name @param {string} label @param {[string, string][]} options */
function select(name, label, options) {
  return h("div", {}, h("label", { for: `change-${name}` }, label),
    h("select", { id: `change-${name}`, name }, ...options.map(([value, text]) => h("option", { value }, text))));
}

/** Asks the other manager to go back. @param {number} play the first that is taken back @param {Order} order */
export function proposeRollback(play, order) {
  open("Go back?", (close) => [
    h("p", {}, `Play ${play} and all after it are taken back if the other manager agrees. Dice that were thrown stay thrown: new ones come.`),
    h("p", { class: "actions" },
      h("button", { type: "button", class: "main", onclick: () => { close(); order({ kind: "propose_rollback", to_play: play - 1 }); } }, "Propose it"),
      h("button", { type: "button", class: "quiet", onclick: close }, "Not now")),
  ]);
}

/** A proposal that is open, with the answer that this seat can give. */
export class RollbackPanel {
  /** @param {Order} order */
  constructor(order) {
    this.text = h("p", {}, "");
    this.agree = h("button", { type: "button", class: "main", onclick: () => order({ kind: "answer_rollback", accept: true }) }, "Agree");
    this.decline = h("button", { type: "button", class: "second", onclick: () => order({ kind: "answer_rollback", accept: false }) }, "Decline");
    this.element = h("div", { class: "rollback", role: "status", hidden: true }, this.text, h("p", { class: "actions" }, this.agree, this.decline));
  }

  /** @param {{side: string, to_play: number} | null} proposal @param {string} seat @param {string} who */
  show(proposal, seat, who) {
    this.element.hidden = proposal === null;
    if (!proposal) return;
    const own = proposal.side === seat;
    write(this.text, `${own ? "You propose" : `${who} proposes`} to take back all plays after play ${proposal.to_play}.`);
    this.agree.hidden = own || seat === "spectator";
    this.decline.hidden = seat === "spectator";
    write(this.decline, own ? "Withdraw" : "Decline");
  }
}
