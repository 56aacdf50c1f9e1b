// What is known of one game: the state, its plays, its rolls, who is there. It is read from the host, never guessed:
// entries on the socket say that there is news, and what the dice showed.

import { ask } from "./api.js";
import { clockNews } from "./clock.js";
import { conditionName, playerName } from "./words.js";

// Entries that come within this time are read together.
const READ_STATE_MS = 60;
const READ_PLAYS_MS = 350;
const RETRY_MS = 1500;

/** @typedef {import("./types.js").GameState} GameState */
/** @typedef {import("./types.js").Play} Play */
/** @typedef {import("./types.js").Roll} Roll */
/** @typedef {import("./types.js").Player} Player */

export class GameRecord {
  /** @param {string} game @param {(what: string) => void} changed told what is new: `state`, `plays`, `dice`, `row` */
  constructor(game, changed) {
    this.game = encodeURIComponent(game);
    this.changed = changed;
    /** @type {GameState | null} */
    this.state = null;
    /** @type {import("./types.js").GameRow | null} */
    this.row = null;
    /** @type {Play[]} */
    this.plays = [];
    /** @type {Map<number, Roll[]>} rolls by play */
    this.rolls = new Map();
    /** @type {{rolls: Roll[], play: any | null}} the last throw, and what came of it */
    this.latest = { rolls: [], play: null };
    /** The newest entry heard of; the state is read a moment later. */
    this.newest = 0;
    this.stopped = false;
    /** @type {Map<string, number>} */
    this.timers = new Map();
  }

  /** Reads everything. @throws {import("./api.js").Problem} */
  async read() {
    [this.row, this.state] = await Promise.all([ask(`/games/${this.game}`), ask(`/games/${this.game}/state`)]);
    await this.#readPlays();
  }

  stop() {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  /** The whole state, as `joined` brought it. @param {GameState} state */
  take(state) {
    if (this.state && state.seq < this.state.seq) return;
    // After a rollback or a restored host the journal may be shorter than what was heard; `joined` is the truth.
    this.newest = state.seq;
    const behind = state.play_count !== this.plays.length;
    this.state = state;
    this.changed("state");
    if (behind) this.#soon("plays");
    this.#soon("row");
  }

  /** One entry. @param {{seq: number, events: any[]}} frame */
  entry({ seq, events }) {
    const rolls = events.filter((event) => event.kind === "dice_rolled").map((event) => event.roll);
    const plays = events.filter((event) => event.kind === "play_resolved");
    const has = (/** @type {string} */ kind) => events.some((event) => event.kind === kind);
    // Dice of which no play came yet belong to the play that comes. The weather's belong to none.
    const waiting = this.latest.play === null ? this.latest.rolls : [];
    if (has("rolled_back") || has("game_started")) this.latest = { rolls: [], play: null };
    else if (rolls.length || plays.length) this.latest = { rolls: [...waiting, ...rolls], play: plays.at(-1) ?? null };
    if (rolls.length || plays.length) this.changed("dice");
    for (const text of [...clockNews(events, this.state), ...this.#healthNews(events)]) this.changed(`say:${text}`);
    for (const play of plays) this.changed(`play:${play.description}`);
    if (plays.length || has("rolled_back")) this.#soon("plays");
    this.newest = Math.max(this.newest, seq);
    if (this.isBehind()) this.#soon("state");
  }

  /** How players are, to be said aloud. @param {any[]} events */
  #healthNews(events) {
    return events.flatMap(({ kind, lineup_id, injury }) => {
      if (kind === "pitcher_tired") return [`${this.name(lineup_id)} is tired.`];
      if (kind !== "player_injured") return [];
      const condition = conditionName({ is_fatigued: false, injury });
      return [condition ? `${this.name(lineup_id)} is${condition.slice(1)}.` : `${this.name(lineup_id)} is not hurt.`];
    });
  }

  /** Whether the state is older than what was heard. */
  isBehind() {
    return this.state !== null && this.newest > this.state.seq;
  }

  /** Reads the row again: seats change without an entry. */
  readRow() {
    this.#soon("row");
  }

  /** Reads the state over HTTP, for those who follow without a socket. */
  async poll() {
    const before = this.state?.seq;
    this.state = await ask(`/games/${this.game}/state`);
    if (this.state?.seq === before) return;
    await this.#readPlays();
    this.changed("state");
    this.changed("plays");
  }

  /** The rolls of a play, as the host keeps them. @param {number} number @returns {Promise<Roll[]>} */
  async rollsOf(number) {
    if (!this.rolls.has(number)) {
      const { items } = await ask(`/games/${this.game}/rolls`);
      this.rolls.clear();
      for (const row of items) this.rolls.set(row.play_number, [...(this.rolls.get(row.play_number) ?? []), row.roll_data]);
    }
    return this.rolls.get(number) ?? [];
  }

  /** A player of either side, by his line-up number. @param {number | null | undefined} lineupId @returns {Player | null} */
  player(lineupId) {
    if (!this.state || lineupId === null || lineupId === undefined) return null;
    const everyone = [...this.state.home_lineup.players, ...this.state.away_lineup.players];
    return everyone.find((player) => player.lineup_id === lineupId) ?? null;
  }

  /** His name. @param {number | null | undefined} lineupId */
  name(lineupId) {
    const player = this.player(lineupId);
    return player ? playerName(player) : "";
  }

  async #readPlays() {
    const { items } = await ask(`/games/${this.game}/plays`);
    if (items.length < this.plays.length) this.rolls.clear();
    this.plays = items;
  }

  /** Reads something in a moment, once for all who ask until then. @param {"state" | "plays" | "row"} what @param {number} [wait] */
  #soon(what, wait = what === "plays" ? READ_PLAYS_MS : READ_STATE_MS) {
    if (this.stopped || this.timers.has(what)) return;
    this.timers.set(what, setTimeout(async () => {
      this.timers.delete(what);
      try {
        if (what === "plays") await this.#readPlays();
        else if (what === "row") this.row = await ask(`/games/${this.game}`);
        else await this.#readState();
        if (!this.stopped) this.changed(what);
      } catch {
        // The connection says what is wrong; this is asked again until it is answered.
        this.#soon(what, RETRY_MS);
      }
    }, wait));
  }

  async #readState() {
    /** @type {GameState} */
    const state = await ask(`/games/${this.game}/state`);
    if (!this.state || state.seq >= this.state.seq) this.state = state;
  }
}
