// Commands that are not answered yet. They outlive a lost connection, and a reload of the page where it hands in a
// storage: sent again under the same id, a command is carried out exactly once.

/** @typedef {import("./types.js").Command} Command */
/** @typedef {{id: string, command: Command, expect: number | null}} Waiting */

export class Outbox {
  /** @param {string} game @param {Storage | null} storage */
  constructor(game, storage) {
    this.storage = storage;
    this.key = `dugout.commands.${game}`;
    /** @type {Map<string, Waiting>} */
    this.waiting = new Map();
    try {
      /** @type {Waiting[]} */
      const kept = JSON.parse(storage?.getItem(this.key) ?? "[]");
      for (const one of kept) this.waiting.set(one.id, one);
    } catch {
      // What is not readable was not written by this page.
    }
  }

  /** Puts a command in. @param {Command} command @param {number | null} expect @returns {Waiting} */
  add(command, expect) {
    const waiting = { id: crypto.randomUUID(), command, expect };
    this.waiting.set(waiting.id, waiting);
    this.#keep();
    return waiting;
  }

  /** Takes an answered command out. @param {string} id @returns {Waiting | undefined} */
  take(id) {
    const answered = this.waiting.get(id);
    this.waiting.delete(id);
    this.#keep();
    return answered;
  }

  /** All that wait, oldest first. */
  all() {
    return [...this.waiting.values()];
  }

  #keep() {
    try {
      if (this.waiting.size) this.storage?.setItem(this.key, JSON.stringify(this.all()));
      else this.storage?.removeItem(this.key);
    } catch {
      // Without storage a reload forgets; the game itself does not.
    }
  }
}
