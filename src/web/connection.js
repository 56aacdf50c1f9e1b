// The socket of one game: greets, follows, sends, and comes back by itself after sleep, lost networks and restarts. Like
// `client.js` it knows nothing of the page that uses it.

import { Outbox } from "./outbox.js";
import { seconds } from "./words.js";

const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 15_000;
// A command this old without an answer is asked about again over a new connection.
const ANSWER_MS_MAX = 20_000;
const LOOK_EVERY_MS = 2_000;
// A timer this late means that the machine slept.
const ASLEEP_MS = 20_000;
const RESEND_MS = 1_000;
// Hosts may disagree for a moment where a game lives; who is sent on goes there no faster than this, times the turns.
const MOVE_MS = 100;
const MOVES_COUNTED_MAX = 20;

/** Why the connection ended, where coming back by itself would be wrong. @type {Record<number, string>} */
const FINAL = {
  4400: "The host did not understand this page. Reload it: the host may have been renewed.",
  4401: "Your token is not valid any more. Say your name again.",
  4403: "This connection is not allowed here.",
  4406: "This page speaks another version than the host. Reload it.",
  4409: "You opened this seat in another window.",
  4410: "This game lives on another host.",
};

/** Why it ended, where it comes back. @type {Record<number, string>} */
const PASSING = {
  1001: "The host goes away for a moment.", 1012: "The host restarts.", 4408: "The connection fell silent.",
  4429: "That was too fast for the host.", 4508: "This page was too slow to follow.",
};

/** @typedef {import("./types.js").Command} Command */
/** @typedef {import("./outbox.js").Waiting} Waiting */
/** @typedef {import("./types.js").Rejection} Rejection */
/** What a connection tells about; the frames are those of the host's `/asyncapi.json`.
 * @typedef {object} Listener
 * @property {(frame: any) => void} welcome the host says whom the token names, and what time it is
 * @property {(frame: any) => void} joined the game is followed, with its state, or the entries since then follow
 * @property {(frame: any) => void} entry
 * @property {(frame: any) => void} presence
 * @property {(waiting: Waiting, rejection: Rejection | null) => void} answered
 * @property {(rejection: Rejection) => void} refused the game itself cannot be followed
 * @property {(url: string | null, outbox: Outbox) => boolean} moved
 *   the game lives on another host; true where the page goes there, with its commands. Without this the connection goes
 * @property {(state: "live" | "away" | "ended", text: string) => void} status
 */

/** @type {Listener} */
const SILENT = {
  welcome() {}, joined() {}, entry() {}, presence() {}, answered() {}, refused() {}, status() {}, moved: () => false,
};

/** A token is not shown where others can read it that could not before. @param {string} from @param {string} to */
export const isAsSafe = (from, to) => to.startsWith("https://") || (to.startsWith("http://") && from.startsWith("http://"));

export class Connection {
  /** The answers that somebody waits for. @type {Map<string, {resolve: () => void, reject: (rejection: Rejection) => void}>} */
  #awaited = new Map();

  /**
   * Follows a game at once.
   * @param {{origin: string, token: () => string | null, name: string, game: string, listener: Partial<Listener>, storage: Storage | null}} of
   */
  constructor({ origin, token, name, game, listener, storage }) {
    this.origin = origin;
    this.token = token;
    this.name = name;
    this.game = game;
    this.listener = { ...SILENT, ...listener };
    this.goesItself = !listener.moved;
    this.outbox = new Outbox(game, storage);
    /** @type {number | null} the last entry that was seen */
    this.seq = null;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.joined = false;
    this.stopped = false;
    this.attempts = 0;
    this.moves = 0;
    /** @type {number | null} */
    this.drainMs = null;
    this.sentAt = 0;
    /** @type {string | null} where the host says that the game lives */
    this.movedTo = null;
    this.retry = 0;
    this.looked = Date.now();
    this.look = setInterval(() => this.#lookAround(), LOOK_EVERY_MS);
    this.online = () => this.#now();
    addEventListener("online", this.online);
    this.connect();
  }

  /** Ends for good. */
  stop() {
    this.stopped = true;
    clearInterval(this.look);
    clearTimeout(this.retry);
    removeEventListener("online", this.online);
    this.socket?.close(1000);
  }

  /** Gives a command; its answer comes to the listener, whatever happens to the connection. @param {Command} command @param {number | null} [expect] */
  order(command, expect = null) {
    const waiting = this.outbox.add(command, expect);
    this.#send(waiting);
    return waiting;
  }

  /** Gives a command, and waits until it is committed. @param {Command} command @param {number | null} [expect]
   * @returns {Promise<void>} @throws {Rejection} */
  command(command, expect = null) {
    return new Promise((resolve, reject) => this.#awaited.set(this.order(command, expect).id, { resolve, reject }));
  }

  /** Opens the socket now; also after it ended for good. */
  connect() {
    clearTimeout(this.retry);
    if (this.stopped) return;
    const socket = new WebSocket(`${this.origin.replace(/^http/, "ws")}/ws`, "dugout.v1");
    this.socket?.close(1000);
    this.socket = socket;
    this.joined = false;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: this.token() ?? "", client: this.name }));
    socket.onmessage = ({ data }) => { if (socket === this.socket) this.#take(JSON.parse(data)); };
    socket.onclose = ({ code }) => { if (socket === this.socket) this.#closed(code); };
  }

  /** @param {any} frame */
  #take(frame) {
    switch (frame.type) {
      case "welcome": {
        this.listener.welcome(frame);
        const join = { type: "join", game: this.game };
        this.socket?.send(JSON.stringify(this.seq === null ? join : { ...join, after: this.seq }));
        return;
      }
      case "joined":
        this.joined = true;
        this.attempts = 0;
        this.moves = 0;
        if (frame.state) this.seq = frame.seq;
        this.listener.status("live", "Live");
        this.listener.joined(frame);
        for (const waiting of this.outbox.all()) this.#send(waiting);
        return;
      case "events":
        this.seq = frame.seq;
        this.listener.entry(frame);
        return;
      case "presence":
        this.listener.presence(frame);
        return;
      case "committed":
        this.#answered(frame.id, null);
        return;
      case "rejected":
        if (frame.id) this.#rejected(frame);
        else this.listener.refused(frame);
        return;
      case "moved":
        this.movedTo = frame.url;
        return;
      case "draining":
        this.drainMs = frame.retry_after_ms;
        this.listener.status("away", `The host is about to restart; back in about ${seconds(frame.retry_after_ms)}.`);
        return;
      default:
    }
  }

  /** @param {any} frame */
  #rejected(frame) {
    const passing = frame.code === "busy" || frame.code === "unavailable";
    const waiting = this.outbox.waiting.get(frame.id);
    if (!passing || !waiting) return this.#answered(frame.id, frame);
    this.listener.status("live", `${frame.message}; sending again.`);
    setTimeout(() => this.#send(waiting), frame.retry_after_ms ?? RESEND_MS);
  }

  /** @param {string} id @param {import("./types.js").Rejection | null} rejection */
  #answered(id, rejection) {
    const waiting = this.outbox.drop(id);
    const awaited = this.#awaited.get(id);
    this.#awaited.delete(id);
    if (rejection) awaited?.reject(rejection);
    else awaited?.resolve();
    if (waiting) this.listener.answered(waiting, rejection);
  }

  /** @param {Waiting} waiting */
  #send({ id, command, expect }) {
    if (!this.joined || this.socket?.readyState !== WebSocket.OPEN || !this.outbox.waiting.has(id)) return;
    const frame = { type: "command", id, game: this.game, command };
    this.socket.send(JSON.stringify(expect === null ? frame : { ...frame, expect }));
    this.sentAt = Date.now();
  }

  /** @param {number} code */
  #closed(code) {
    this.joined = false;
    if (this.stopped) return;
    const final = FINAL[code];
    if (code === 4410 && this.#goThere()) {
      return this.listener.status("away", `The game lives at ${this.movedTo}; going there …`);
    }
    const where = code === 4410 && this.movedTo ? ` Go on at ${this.movedTo}` : "";
    if (final) return this.listener.status("ended", final + where);
    const ceiling = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** this.attempts);
    // Half fixed, half chance: those who were cut off together do not come back together.
    const wait = this.drainMs ?? ceiling / 2 + (Math.random() * ceiling) / 2;
    this.drainMs = null;
    this.attempts += 1;
    const why = PASSING[code] ?? (this.attempts > 1 ? "The host does not answer." : "The connection is lost.");
    this.listener.status("away", `${why} Trying again in ${seconds(wait)}; nothing is lost.`);
    this.retry = setTimeout(() => this.connect(), wait);
    return undefined;
  }

  /** Goes where the game lives, or has the page go; false where neither can. */
  #goThere() {
    if (!this.goesItself) return this.listener.moved(this.movedTo, this.outbox);
    if (!this.movedTo || !isAsSafe(this.origin, this.movedTo)) return false;
    this.origin = this.movedTo.replace(/\/$/, "");
    this.retry = setTimeout(() => this.connect(), MOVE_MS * this.moves);
    this.moves = Math.min(this.moves + 1, MOVES_COUNTED_MAX);
    return true;
  }

  /** Tries at once where it would have waited. */
  #now() {
    if (this.stopped || this.joined || this.socket?.readyState === WebSocket.CONNECTING) return;
    this.attempts = 0;
    this.connect();
  }

  #lookAround() {
    const slept = Date.now() - this.looked > ASLEEP_MS;
    this.looked = Date.now();
    const unanswered = this.joined && this.outbox.waiting.size > 0 && Date.now() - this.sentAt > ANSWER_MS_MAX;
    if (!this.stopped && this.joined && (slept || unanswered)) {
      this.listener.status("away", "Asking the host again …");
      this.connect();
    }
  }
}
