// The library of this page, and of any other that talks to a host: questions over HTTP, and connections that games are
// played over. It knows nothing of the page that uses it; origin and token are handed in.
//
//   import { Client } from "https://play.example/web/client.js";
//   const guest = await new Client("https://play.example").guest("Ann");
//   const client = new Client("https://play.example", { token: guest.token, name: "league-site/1" });
//   const connection = client.follow(game, { entry: ({ seq, events }) => console.log(seq, events) });
//   await connection.command({ kind: "start" });

import { Connection } from "./connection.js";

export { Connection };

const API = "/api/v1";

/** @typedef {import("./types.js").Command} Command */
/** @typedef {import("./types.js").Rejection} Rejection */
/** @typedef {{id: string, name: string, role?: string}} User */
/** @typedef {string | null | (() => string | null)} Token a token, or where to find it each time */

/** A refusal in the host's words, or the news that no host answered. */
export class Problem extends Error {
  /** @param {number} status 0 where nobody answered @param {any} body problem details */
  constructor(status, body) {
    super(body.detail ?? `The host answered ${status}.`);
    this.status = status;
    /** @type {string | null} the stable code */
    this.code = body.code ?? null;
    /** @type {string | null} the field that is wrong */
    this.field = body.field ?? null;
    /** @type {number | null} when to ask again */
    this.retry_after_ms = body.retry_after_ms ?? null;
    /** @type {string | null} where the host lives that is to be asked instead */
    this.url = body.url ?? null;
  }
}

export class Client {
  #token;

  /**
   * @param {string} origin of the host, as in `https://play.example`
   * @param {{token?: Token, name?: string}} [options] whose client it is, and what it is called in the host's log
   */
  constructor(origin, { token = null, name = "dugout-client/1" } = {}) {
    this.origin = origin.replace(/\/$/, "");
    this.name = name;
    this.#token = token;
  }

  /** Whose client it is. @returns {string | null} */
  get token() {
    return typeof this.#token === "function" ? this.#token() : this.#token;
  }

  /**
   * Asks the host: anything that its `/openapi.json` lists.
   * @param {string} path below /api/v1
   * @param {{method?: string, body?: unknown}} [options]
   * @returns {Promise<any>}
   * @throws {Problem}
   */
  async ask(path, options = {}) {
    const text = await this.askText(path, options);
    try {
      return JSON.parse(text);
    } catch {
      throw new Problem(0, { detail: "The host's answer is not readable." });
    }
  }

  /**
   * Asks the host for text.
   * @param {string} path @param {{method?: string, body?: unknown}} [options]
   * @returns {Promise<string>}
   * @throws {Problem}
   */
  async askText(path, { method = "GET", body } = {}) {
    /** @type {Record<string, string>} */
    const headers = {};
    const { token } = this;
    if (token) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    let response;
    try {
      const sent = body === undefined ? null : JSON.stringify(body);
      response = await fetch(this.origin + API + path, { method, headers, body: sent });
      if (response.ok) return await response.text();
    } catch {
      throw new Problem(0, { detail: "The host does not answer." });
    }
    throw new Problem(response.status, await response.json().catch(() => ({})));
  }

  /** A token for a guest of this name, where the host takes guests. @param {string} name @returns {Promise<{token: string, user: User}>} @throws {Problem} */
  guest(name) {
    return this.ask("/tokens", { method: "POST", body: { name } });
  }

  /** Follows a game: as manager where a seat is the user's, else as spectator.
   * @param {string} game @param {Partial<import("./connection.js").Listener>} [listener]
   * @param {{storage?: Storage | null}} [options] where commands without an answer outlive a reload of the page; nowhere
   */
  follow(game, listener = {}, { storage = null } = {}) {
    return new Connection({ origin: this.origin, token: () => this.token, name: this.name, game, listener, storage });
  }

  /** Asks the host whom the token names. @returns {Promise<User>} */
  whoAmI() {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${this.origin.replace(/^http/, "ws")}/ws`, "dugout.v1");
      socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: this.token ?? "", client: this.name }));
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type !== "welcome") return;
        resolve(frame.user);
        socket.close(1000);
      };
      socket.onclose = ({ code, reason }) => {
        const refused = `The host refuses this token: ${reason || "not valid"}.`;
        reject(new Problem(0, { detail: code === 4401 ? refused : "The host does not answer." }));
      };
    });
  }
}
