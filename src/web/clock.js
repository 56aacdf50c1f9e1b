// By when a decision is due: for the eyes every second, for the ears at a few marks, and to those alone who owe it.

import { announce, h, write } from "./dom.js";

const TICK_MS = 250;
/** Seconds left at which it is said aloud. */
const SPOKEN = [60, 20];

/** How far the host's clock is ahead of this machine's. */
let ahead = 0;

/** The host says what time it is. @param {string | undefined} time */
export function hostTime(time) {
  const now = Date.parse(time ?? "");
  if (!Number.isNaN(now)) ahead = now - Date.now();
}

/** Seconds as people read them. @param {number} left */
function reading(left) {
  const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  if (hours >= 48) return `${Math.round(hours / 24)} days left`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)} left` : `${minutes}:${two(seconds)} left`;
}

/** What the clock did in an entry, to be said aloud. @param {any[]} events @param {import("./types.js").GameState | null} state */
export function clockNews(events, state) {
  const team = (/** @type {string} */ side) => state?.[`${side}_team_name`] ?? side;
  return events.flatMap((event) => {
    switch (event.kind) {
      case "deadline_missed": return [`${team(event.side)} let its deadline pass; the host decided.`];
      case "manager_returned": return [`${team(event.side)} is back.`];
      case "deadline_moved": return [`${team(event.side)} has been given more time.`];
      default: return [];
    }
  });
}

/** Who has let deadlines pass. @param {import("./types.js").GameState} state */
function misses(state) {
  const of = (/** @type {"home" | "away"} */ side) => {
    const count = state[`${side}_missed_deadlines`];
    const max = state.settings.missed_deadlines_max;
    const many = count === 1 ? "a deadline" : `${count} deadlines in a row`;
    return count > 0 ? ` · ${state[`${side}_team_name`]} missed ${many}${max ? ` (${max} forfeit)` : ""}` : "";
  };
  return of("away") + of("home");
}

export class Clock {
  constructor() {
    this.element = h("p", { class: "clock", role: "timer", "aria-live": "off", hidden: true });
    /** @type {number | null} */
    this.due = null;
    /** @type {number | null} the last mark that was said, or passed */
    this.spoken = null;
    this.mine = false;
    this.misses = "";
    this.timer = 0;
  }

  /** The line stays while the game has a clock at all, so that nothing moves when none runs.
   * @param {import("./types.js").GameState} state @param {boolean} mine */
  show(state, mine) {
    const pending = state.status === "active" ? state.pending_decision : null;
    const due = pending?.deadline ? Date.parse(pending.deadline) : null;
    this.element.hidden = !state.settings.decision_seconds || state.status === "completed";
    this.mine = mine;
    this.misses = misses(state);
    if (due !== this.due) {
      this.due = due;
      this.spoken = due === null ? null : this.#left(due);
    }
    clearInterval(this.timer);
    if (due !== null) this.timer = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  stop() {
    clearInterval(this.timer);
  }

  /** @param {number} due */
  #left(due) {
    return Math.max(0, Math.ceil((due - Date.now() - ahead) / 1000));
  }

  #tick() {
    if (this.due === null) return write(this.element, this.misses.replace(" · ", "") || "\u00a0");
    const left = this.#left(this.due);
    const before = this.spoken ?? left;
    write(this.element, (left > 0 ? reading(left) : "Time is up") + this.misses);
    this.element.classList.toggle("short", this.mine && left <= 20);
    const mark = SPOKEN.find((seconds) => left <= seconds && before > seconds);
    this.spoken = left;
    if (mark && this.mine) announce(`${mark} seconds left.`);
    return undefined;
  }
}
