// One game on the operator's desk: how it does, its last entries, what was done to it, and what can be done.

import { ask, Problem } from "./api.js";
import { openDialog } from "./dialog.js";
import { announce, h, put, write } from "./dom.js";
import { goThere } from "./elsewhere.js";
import { turnedAway, withStyle } from "./operator.js";
import { actTable, hostName, inningOf, millis, moment, span, teamsOf, troubleName } from "./operator_words.js";
import { plain, sideName } from "./words.js";

const LOOK_EVERY_MS = 5000;
const ACTS_SHOWN = 20;
const EVENTS_SHOWN_CHARS = 160;

/** @typedef {import("./types.js").WatchedGame} WatchedGame */
/** @typedef {import("./types.js").Side} Side */
/** What is asked before an act.
 * @typedef {{id: string, label: string, kind: "text" | "number" | "side", required: boolean, value?: string}} Field */
/** @typedef {{verb: string, name: string, warning: string, fields: Field[], danger: boolean, fits(game: WatchedGame): boolean}} Act */

const isOver = (/** @type {WatchedGame} */ game) => game.status === "completed";
const isAside = (/** @type {WatchedGame} */ game) => game.quarantined_at !== null;
/** @type {Field} */
const SIDE = { id: "side", label: "Which side", kind: "side", required: true };

/** @type {Act[]} */
const ACTS = [
  { verb: "resume", name: "Release", warning: "It is read anew and played on from its last entry.", fields: [], danger: false, fits: isAside },
  { verb: "resume", name: "Resume", warning: "It goes on where it was paused.", fields: [], danger: false, fits: (game) => game.status === "paused" && !isAside(game) },
  { verb: "pause", name: "Pause", warning: "Clocks stop, and nobody plays until it is resumed.", fields: [], danger: false, fits: (game) => game.status === "active" && !isAside(game) },
  { verb: "quarantine", name: "Set aside", warning: "It can be read, and nobody plays it until it is released.", danger: false,
    fields: [{ id: "reason", label: "Why, for whoever looks at it later", kind: "text", required: true }], fits: (game) => !isAside(game) },
  { verb: "rollback", name: "Take back", warning: "The plays after this one are taken back, without the managers' consent.", danger: true,
    fields: [{ id: "to_play", label: "The last play that stays (0 is the start)", kind: "number", required: true, value: "0" }],
    fits: (game) => !isOver(game) && !isAside(game) && game.status !== "pending" },
  { verb: "forfeit", name: "Forfeit", warning: "The game ends. That cannot be undone.", danger: true,
    fields: [SIDE, { id: "reason", label: "Why, for the record", kind: "text", required: false }], fits: (game) => !isOver(game) && !isAside(game) },
  { verb: "give_seat", name: "Give a seat", warning: "Whoever has the seat loses it.", danger: true,
    fields: [SIDE, { id: "user_id", label: "The user's id", kind: "text", required: true }, { id: "user_name", label: "The name shown to others", kind: "text", required: true }],
    fits: (game) => !isOver(game) && !isAside(game) },
  { verb: "free_seat", name: "Free a seat", warning: "Whoever has the seat loses it, and anybody may claim it.", danger: true,
    fields: [SIDE], fits: (game) => !isOver(game) && !isAside(game) },
];

/** @param {string} id @returns {Promise<{element: HTMLElement, stop(): void}>} */
export async function operatorGameView(id) {
  withStyle();
  const view = new GameDesk(id);
  try {
    await view.look();
  } catch (error) {
    return { element: turnedAway("Game", /** @type {Error} */ (error)), stop() {} };
  }
  const timer = setInterval(() => { if (!document.hidden) view.lookAgain(); }, LOOK_EVERY_MS);
  return { element: view.element, stop: () => clearInterval(timer) };
}

class GameDesk {
  /** @param {string} id */
  constructor(id) {
    this.id = encodeURIComponent(id);
    this.title = h("h1", { tabindex: -1 }, "Game");
    this.problem = h("p", { class: "problem", role: "alert" });
    this.trouble = h("div", { class: "trouble" });
    this.facts = h("dl", { class: "facts" });
    this.buttons = h("p", { class: "actions", role: "group", "aria-label": "What can be done" });
    this.tail = h("ol", { class: "entries" });
    this.acts = h("div");
    this.offered = "";
    this.element = h("section", { class: "operator" },
      h("nav", { "aria-label": "The operator's desk" }, h("a", { href: "#/operator" }, "Games"), h("a", { href: "#/operator/audit" }, "Audit"), h("a", { href: `#/game/${this.id}` }, "Watch it")),
      this.title, this.problem, this.trouble, this.buttons, this.facts,
      h("h2", {}, "Done by operators"), this.acts, h("h2", {}, "Last entries"), this.tail);
  }

  async lookAgain() {
    try {
      await this.look();
      write(this.problem, "");
    } catch (error) {
      write(this.problem, `${/** @type {Error} */ (error).message} What is shown may be old.`);
    }
  }

  async look() {
    /** @type {[WatchedGame, {items: any[]}]} */
    const [game, acts] = await Promise.all([ask(`/operator/games/${this.id}`), ask(`/operator/acts?game_id=${this.id}&limit=${ACTS_SHOWN}`)]);
    write(this.title, teamsOf(game));
    put(this.trouble, ...troubles(game));
    put(this.facts, ...facts(game).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
    put(this.tail, ...game.tail.map(entryLine));
    put(this.acts, actTable(acts.items, false));
    this.offer(game);
  }

  /** Offers what fits the game. @param {WatchedGame} game */
  offer(game) {
    const fitting = ACTS.filter((act) => act.fits(game));
    const offered = fitting.map((act) => act.name).join();
    if (offered === this.offered) return;
    this.offered = offered;
    const hadFocus = this.buttons.contains(document.activeElement);
    put(this.buttons, ...fitting.map((act) => h("button", { type: "button", class: act.danger ? "second" : "main", onclick: () => this.ask(act) }, act.name)));
    if (hadFocus) this.buttons.querySelector("button")?.focus();
  }

  /** Asks before an act. @param {Act} act */
  ask(act) {
    openDialog(act.name, (close) => {
      const problem = h("p", { class: "problem", role: "alert" });
      const fields = act.fields.map((field) => [field, control(field)]);
      const go = h("button", { type: "submit", class: act.danger ? "danger" : "main" }, act.name);
      const form = h("form", { class: "stack", method: "dialog" },
        h("p", {}, act.warning),
        ...fields.flatMap(([field, input]) => [h("label", { for: input.id }, field.label), input]),
        problem,
        h("p", { class: "actions" }, go, h("button", { type: "button", class: "quiet", onclick: close }, "Leave it")));
      form.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        write(problem, "");
        go.disabled = true;
        try {
          await this.act(act, body(fields));
          close();
        } catch (error) {
          if (error instanceof Problem && goThere(error.url, `#/operator/game/${this.id}`)) return;
          write(problem, /** @type {Error} */ (error).message);
          go.disabled = false;
        }
      });
      return [form];
    });
  }

  /** @param {Act} act @param {Record<string, unknown>} said */
  async act(act, said) {
    await ask(`/games/${this.id}/${act.verb}`, { method: "POST", body: said });
    announce(`${act.name}: done.`);
    await this.lookAgain();
  }
}

/** @param {Field} field */
function control({ id, kind, required, value }) {
  const name = `act-${id}`;
  if (kind === "side") return h("select", { id: name }, ...["away", "home"].map((side) => h("option", { value: side }, sideName(side))));
  return h("input", { id: name, required, value, autocomplete: "off", type: kind, min: kind === "number" ? 0 : null });
}

/** What is said with an act; what is empty is left out. @param {any[][]} fields */
function body(fields) {
  const said = fields.map(([field, input]) => [field.id, field.kind === "number" ? Number(input.value) : input.value.trim()]);
  return Object.fromEntries(said.filter(([, value]) => value !== ""));
}

/** What is wrong, and why. @param {WatchedGame} game */
function troubles(game) {
  const words = game.trouble.map(troubleName);
  const whys = [game.quarantine_reason, game.unreadable, game.here?.last_failure].filter(Boolean);
  return [words.length > 0 && h("p", { class: "problem" }, words.join(", ")), ...whys.map((why) => h("p", { class: "why" }, why))];
}

/** @param {WatchedGame} game @returns {[string, string][]} */
function facts(game) {
  const here = game.here;
  const manager = (/** @type {Side} */ side) =>
    (game[`${side}_team_is_ai`] ? "the AI" : game.seats[side] ? `${game.seats[side]?.user_name} (${game.seats[side]?.user_id})` : "nobody");
  const waits = game.waits_for;
  const named = (here?.connected_users ?? []).map((one) => `${one.name} (${one.seat}, ${one.id})`);
  const there = here ? named.join(", ") || "nobody" : `${game.connected_user_ids.length} users, as its host last said`;
  /** @type {[string, string][]} */
  const all = [
    ["Id", game.id],
    ["Status", `${game.status} ${inningOf(game)} ${game.away_score}–${game.home_score}`],
    ["Visitors", manager("away")], ["Home team", manager("home")],
    ["Waits for", waits ? `the ${sideName(waits.side)}: ${plain(waits.phase)} (entry ${waits.seq})` : ""],
    ["Due", game.due_at ? moment(game.due_at) : ""],
    ["Made", `${moment(game.created_at)}, ${span(game.age_s)} ago`],
    ["Quiet", `for ${span(game.quiet_s)}, since entry ${game.last_seq}`],
    ["Set aside", game.quarantined_at ? moment(game.quarantined_at) : ""],
    ["Host", hostName(game.host)],
    ["In memory", here ? `${here.life}, ${here.waiting} waiting, failed ${here.failures} times` : "not on this host"],
    ["Answers", here?.last_answer_ms ? `last in ${millis(here.last_answer_ms)}, slowest of 16 in ${millis(here.slowest_answer_ms)}, commit in ${millis(here.last_commit_ms)}` : ""],
    ["Connected", there],
    ["Rules", game.rules_version === null ? "" : `version ${game.rules_version}`],
  ];
  return all.filter(([, value]) => value !== "");
}

/** @param {{seq: number, recorded_at: string, issuer: string, command: any, events: any[]}} entry */
function entryLine({ seq, recorded_at, issuer, command, events }) {
  const kinds = events.map((event) => plain(event.kind)).join(", ");
  return h("li", { value: seq }, h("strong", {}, `${issuer}: ${plain(command?.kind ?? "created")}`), ` ${moment(recorded_at)} `,
    h("small", {}, kinds.length > EVENTS_SHOWN_CHARS ? `${kinds.slice(0, EVENTS_SHOWN_CHARS)}…` : kinds));
}
