// Commands that are not answered yet. They outlive a lost connection, a move of the game to another host and, where it
// hands in a storage, a reload of the page: sent again under the same id, a command is carried out exactly once.

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

  /** Takes in what waits already. @param {Waiting[]} waiting */
  take(waiting) {
    for (const { id, command, expect } of waiting) this.waiting.set(id, { id, command, expect });
    this.#keep();
  }

  /** Forgets all: they go another way. */
  clear() {
    this.waiting.clear();
    this.#keep();
  }

  /** Takes an answered command out. @param {string} id @returns {Waiting | undefined} */
  drop(id) {
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
