// The manager's bench: what is asked now, of whom; the controls for it; what was sent and is not committed yet; what
// the host refused, in its words. Spectators read the same without controls.

import * as changes from "./changes.js";
import { Clock } from "./clock.js";
import * as decisions from "./decisions.js";
import { announce, h, put, write } from "./dom.js";
import { maySubstitute, mustLeave } from "./legality.js";
import { editLineup } from "./lineup.js";
import { reading } from "./manual.js";
import { ownShare } from "./share.js";
import { substitute } from "./substitution.js";
import { conditionName, plain, playerName, runnerQuestion } from "./words.js";

/** @typedef {import("./types.js").GameState} GameState */
/** @typedef {import("./types.js").Command} Command */
/** What the bench has to know.
 * @typedef {{state: GameState, seat: string, outbox: import("./outbox.js").Waiting[], live: boolean,
 *   behind: boolean, selected: number | null, cards: Map<number, any>,
 *   managers: Record<"home" | "away", string>, free: "home" | "away" | null, game: string}} Bench */

const PHASES = /** @type {Record<string, string>} */ ({
  awaiting_defensive: "sets the defense", awaiting_offensive: "sets the offense", awaiting_roll: "rolls the dice",
  awaiting_outcome: "reads the card", awaiting_runner: "decides about a runner",
});
const MINE = /** @type {Record<string, string>} */ ({
  awaiting_defensive: "Set your defense", awaiting_offensive: "Set your offense", awaiting_roll: "Roll the dice", awaiting_outcome: "What does the card say?",
});
const SENT = /** @type {Record<string, string>} */ ({
  defensive_decision: "Your defense", offensive_decision: "Your offense", roll: "Your roll", manual_outcome: "Your reading", runner_decision: "Your choice",
  substitute: "Your change", set_lineup: "Your line-up", propose_rollback: "Your proposal",
  answer_rollback: "Your answer", start: "The start", pause: "The pause", resume: "The resumption", forfeit: "The forfeit", contribute_entropy: "Your randomness",
});

export class BenchPanel {
  /** @param {(command: Command, expect: number | null) => void} order */
  constructor(order) {
    this.order = order;
    this.heading = h("h2", { tabindex: -1 }, " ");
    this.clock = new Clock();
    this.sent = h("p", { class: "sent", role: "status" });
    this.refusal = h("p", { class: "problem", role: "alert" });
    this.controls = h("div", { class: "controls" });
    this.menu = h("p", { class: "menu actions" });
    this.rollback = new changes.RollbackPanel((command) => order(command, null));
    this.element = h("section", { class: "bench card", "aria-label": "Your bench" },
      this.heading, this.clock.element, this.sent, this.refusal, this.rollback.element, this.controls, this.menu);
    this.key = "";
    this.menuKey = "";
  }

  /** The host's refusal, at the control that it is about. @param {{message: string, field?: string}} rejection */
  refused({ message, field }) {
    write(this.refusal, "");
    const group = field && this.controls.querySelector(`[data-field="${CSS.escape(field.replace(/[.[].*/, ""))}"]`);
    for (const old of this.controls.querySelectorAll(".refused")) old.remove();
    if (group) group.append(h("p", { class: "problem refused", role: "alert" }, message));
    else write(this.refusal, message);
    group?.querySelector("input")?.focus();
  }

  /** A refusal is about what was asked before. */
  forgive() {
    write(this.refusal, "");
  }

  /** @param {Bench} bench */
  show(bench) {
    const { state, seat, outbox, live } = bench;
    const pending = state.pending_decision;
    const mine = seat !== "spectator" && pending?.side === seat && state.status === "active";
    // A deadline that moves is no new question: what was filled in stays.
    const asked = pending && { ...pending, deadline: null };
    const key = JSON.stringify([state.status, asked, seat, bench.free, ownShare(bench.game) !== null, state.pending_runner?.question,
      mine && mustLeave(state, /** @type {"home" | "away"} */ (seat), bench.cards)?.lineup_id]);
    // Focus in controls that rest falls back to the body.
    const held = this.controls.contains(document.activeElement) || document.activeElement === document.body;
    const isNew = key !== this.key;
    if (isNew) this.#ask(bench, mine);
    this.key = key;
    this.clock.show(state, mine);
    this.#menu(bench);
    this.rollback.show(state.pending_rollback, seat, state.pending_rollback ? bench.managers[state.pending_rollback.side] : "");
    const waits = outbox.map((one) => SENT[one.command.kind] ?? plain(one.command.kind));
    write(this.sent, waits.length === 0 ? "" : `${waits.join(", ")}: sent, not yet written down${live ? " …" : "; it is sent again when the host is back."}`);
    // What is sent is not changed any more, and what is answered is not asked: the controls rest until there is news.
    const rested = this.controls.hasAttribute("inert");
    const rests = outbox.length > 0 || bench.behind;
    this.controls.toggleAttribute("inert", rests);
    // Who plays by keyboard goes from decision to decision without looking for it.
    if (held && mine && !rests && (isNew || rested)) {
      /** @type {HTMLElement | null} */ (this.controls.querySelector("button.main"))?.focus({ preventScroll: true });
    }
    this.element.classList.toggle("waiting", outbox.length > 0);
    this.element.classList.toggle("mine", mine);
  }

  /** @param {Bench} bench @param {boolean} mine */
  #ask(bench, mine) {
    const text = headingOf(bench, mine);
    write(this.heading, text);
    put(this.controls, ...this.#controlsOf(bench, mine));
    this.forgive();
    if (mine) announce(`${text}.`);
  }

  /** @param {Bench} bench @param {boolean} mine @returns {(Node | null)[]} */
  #controlsOf(bench, mine) {
    const { state } = bench;
    if (state.status === "pending") return this.#beforeGame(bench);
    if (state.status === "completed") {
      return [h("p", {}, `${state.away_team_name} ${state.away_score}, ${state.home_team_name} ${state.home_score}. The dice are checked below.`),
        h("p", { class: "actions" }, h("a", { href: "#/" }, "Play another"))];
    }
    if (!mine) return [invitationTo(bench)];
    const pending = /** @type {import("./types.js").Pending} */ (state.pending_decision);
    const order = (/** @type {Command} */ command) => this.order(command, pending.seq);
    switch (pending.phase) {
      case "awaiting_defensive": return [this.#owedChange(bench), decisions.defence(state, order)];
      case "awaiting_offensive": return [this.#owedChange(bench), decisions.offence(state, order)];
      case "awaiting_roll": return [decisions.roll(order)];
      case "awaiting_runner": return [decisions.runner(pending.choices, order)];
      case "awaiting_outcome": return reading(state, order);
      default: return [h("p", {}, "This page cannot give that decision; another client can.")];
    }
  }

  /** Who has to be replaced before the side may decide; nothing where all are well. @param {Bench} bench */
  #owedChange({ state, seat, cards }) {
    const side = /** @type {"home" | "away"} */ (seat);
    const player = mustLeave(state, side, cards);
    if (!player) return null;
    const name = playerName(player);
    const condition = conditionName(player);
    const change = () => substitute(state, side, [...cards.values()], (command) => this.order(command, null), player);
    return h("div", { class: "owed" },
      h("p", { class: "problem" }, `${name} ${condition ? `is${condition.slice(1)}` : "cannot pitch"}: somebody has to take his place first.`),
      h("p", { class: "actions" }, h("button", { type: "button", class: "main", onclick: change }, `Replace ${name} …`)));
  }

  /** @param {Bench} bench @returns {(Node | null)[]} */
  #beforeGame(bench) {
    const { seat, free, game } = bench;
    const invitation = invitationTo(bench);
    if (seat === "spectator") return [invitation];
    const start = h("button", { type: "button", class: free ? "second" : "main", onclick: () => this.order({ kind: "start" }, null) }, "Play ball");
    const mixed = ownShare(game) !== null;
    return [invitation, h("p", { class: "actions decision" }, start,
      mixed ? h("span", { class: "note" }, "Your randomness is in the dice.")
        : h("button", { type: "button", class: "second", onclick: () => this.order({ kind: "contribute_entropy" }, null) }, "Mix my randomness into the dice"))];
  }

  /** What may be done beside the decision. @param {Bench} bench */
  #menu({ state, seat, selected, cards }) {
    const mayChange = maySubstitute(state, seat);
    const key = `${seat} ${state.status} ${mayChange} ${state.seq} ${selected}`;
    if (key === this.menuKey) return;
    this.menuKey = key;
    const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) => h("button", { type: "button", class: "quiet", onclick }, text);
    const side = /** @type {"home" | "away"} */ (seat);
    const playing = seat !== "spectator" && state.status !== "completed";
    const order = (/** @type {Command} */ command) => this.order(command, null);
    const focused = this.menu.contains(document.activeElement) ? document.activeElement?.textContent : null;
    put(this.menu,
      playing && selected !== null && button(`Go back to before play ${selected} …`, () => changes.proposeRollback(selected, order)),
      mayChange && button("Change players …", () =>
        substitute(state, side, [...cards.values()], order)),
      playing && state.status === "pending" && button("Set your line-up …", () => editLineup(state, side, [...cards.values()], order)),
      playing && state.status === "active" && button("Pause …", () => changes.pause(order)),
      playing && state.status === "paused" && h("button", { type: "button", class: "main", onclick: () => this.order({ kind: "resume" }, null) }, "Resume"),
      playing && button("Forfeit …", () => changes.forfeit(order)));
    if (focused) [...this.menu.querySelectorAll("button")].find((one) => one.textContent === focused)?.focus();
  }
}

/** @param {Bench} bench @param {boolean} mine */
function headingOf({ state, seat, managers, free }, mine) {
  const pending = state.pending_decision;
  if (state.status === "completed") return winnerOf(state);
  if (state.status === "paused") return "The game is paused";
  if (state.status === "pending") {
    if (free) return "A seat is free";
    return seat === "spectator" ? "Waiting for the first pitch" : "Ready to play";
  }
  if (!pending) return "A moment …";
  if (mine) return state.pending_runner ? runnerQuestion(state.pending_runner) : MINE[pending.phase] ?? plain(pending.phase);
  return `${state[`${pending.side}_team_name`]} (${managers[pending.side]}) ${PHASES[pending.phase] ?? plain(pending.phase)}`;
}

/** @param {GameState} state */
function winnerOf(state) {
  if (state.winner_team_id === null) return "The game ended in a tie";
  const winner = state.winner_team_id === state.home_team_id ? "home" : "away";
  return `${state[`${winner}_team_name`]} won`;
}

/** The way to a seat that nobody holds: a link to send, or to follow. @param {Bench} bench */
function invitationTo({ seat, free, game }) {
  if (!free) return null;
  if (seat === "spectator") return h("p", {}, h("a", { href: `#/game/${game}/claim/${free}` }, "Take the free seat"));
  const link = `${location.origin}/#/game/${game}/claim/${free}`;
  return h("div", {},
    h("label", { for: "invitation" }, "The other seat is free. Send this link to who shall take it:"),
    h("p", { class: "invitation" },
      h("input", { id: "invitation", readonly: true, value: link, onfocus: (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).select() }),
      h("button", { type: "button", class: "second", onclick: (/** @type {Event} */ event) => copy(link, /** @type {HTMLElement} */ (event.target)) }, "Copy")));
}

/** @param {string} text @param {HTMLElement} button */
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    write(button, "Copied");
  } catch {
    /** @type {HTMLInputElement} */ (document.getElementById("invitation")).select();
  }
}
