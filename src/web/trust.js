// Whether the dice were those that were committed to, in words.

import { askText } from "./api.js";
import { announce, h, put } from "./dom.js";
import { ownShare } from "./share.js";

export class Trust {
  /** @param {string} game */
  constructor(game) {
    this.game = game;
    this.verdict = h("div", { class: "verdict" });
    this.commitment = h("code", {}, " ");
    this.done = false;
    this.element = h("div", { class: "trust" }, this.verdict,
      h("p", { class: "note" }, "Commitment, published before the first pitch: ", this.commitment));
  }

  /** @param {import("./types.js").GameState} state */
  show(state) {
    put(this.commitment, state.seed_commitment);
    if (state.status !== "completed") {
      put(this.verdict, h("p", {}, "The dice come from a secret seed whose fingerprint was published before the first pitch. " +
        "When the game is over the seed is revealed, and this page rolls every die again to see whether it is the same."));
    } else if (!this.done) {
      this.done = true;
      this.#check(state.seed_commitment);
    }
  }

  /** @param {string} commitment */
  async #check(commitment) {
    if (!globalThis.crypto?.subtle) {
      put(this.verdict, h("p", {}, "This browser computes no fingerprints on a page without HTTPS; `dugout verify` does the same from the command line."));
      return;
    }
    put(this.verdict, h("p", {}, "Rolling every die again …"));
    try {
      const journal = await askText(`/games/${encodeURIComponent(this.game)}/journal`);
      const { check } = await import("./fairness.js");
      this.#say(await check(journal, commitment));
    } catch (error) {
      this.done = false;
      put(this.verdict, h("p", { class: "problem", role: "alert" }, `The dice could not be checked: ${/** @type {Error} */ (error).message}`),
        h("button", { type: "button", class: "second", onclick: () => this.#check(commitment) }, "Check again"));
    }
  }

  /** @param {import("./fairness.js").Verdict} found */
  #say(found) {
    const mine = ownShare(this.game);
    const mixed = mine !== null && found.entropy.includes(mine);
    const fair = found.commitment && found.wrong.length === 0 && found.sealBroken === null && (mine === null || mixed);
    const line = (/** @type {boolean} */ good, /** @type {string} */ text) => h("li", { class: good ? "good" : "bad" }, text);
    const title = fair ? "The dice are what was committed." : "The dice are NOT what was committed.";
    put(this.verdict,
      h("p", { class: fair ? "stamp good" : "stamp bad" }, title),
      h("ul", {},
        line(found.commitment, found.commitment ? "The revealed seed has the published fingerprint." : "The revealed seed has another fingerprint than the published one."),
        line(found.wrong.length === 0, found.wrong.length === 0
          ? `All ${found.dice} dice, rolled again here, show the same, none left out.`
          : `${found.wrong.length} of ${found.dice} dice differ: ${found.wrong.slice(0, 3).join("; ")}.`),
        line(found.sealBroken === null, found.sealBroken === null
          ? `All ${found.entries} entries of the journal are sealed in an unbroken chain.`
          : `The seal of entry ${found.sealBroken} is broken.`),
        mine !== null && line(mixed, mixed ? "Your own randomness is in the dice." : "Your own randomness is missing from the dice."),
        mine === null && found.entropy.length > 0 && line(true, "Randomness of a manager is mixed into the dice.")),
      h("p", {}, h("a", { href: `/api/v1/games/${encodeURIComponent(this.game)}/journal`, download: `${this.game}.ndjson` }, "The whole journal")));
    announce(title);
  }
}
