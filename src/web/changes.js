// What a manager may do beside the decision that is due: pause, ask to go back, give up.

import { openDialog } from "./dialog.js";
import { h, write } from "./dom.js";

/** @typedef {import("./types.js").Command} Command */
/** @typedef {(command: Command) => void} Order */

/** Asks before something is done. The way out has the focus.
 * @param {string} title @param {string} text @param {{label: string, look: string, stay: string}} button its words and look, and that of the way out
 * @param {() => void} done */
function confirmFirst(title, text, { label, look, stay }, done) {
  openDialog(title, (close) => [
    h("p", {}, text),
    h("p", { class: "actions" },
      h("button", { type: "button", class: look, onclick: () => { close(); done(); } }, label),
      h("button", { type: "button", class: stay, autofocus: true, onclick: close }, "Play on")),
  ]);
}

/** Asks whether the game is to stand still. @param {Order} order */
export function pause(order) {
  const text = "Nobody can play, and no clock runs, until one of you resumes it.";
  confirmFirst("Pause the game?", text, { label: "Pause", look: "main", stay: "quiet" }, () => order({ kind: "pause" }));
}

/** Asks whether the game is really given up. @param {Order} order */
export function forfeit(order) {
  const text = "It ends at once, and the other side wins 9 to 0. This cannot be taken back.";
  confirmFirst("Forfeit the game?", text, { label: "Forfeit", look: "danger", stay: "main" }, () => order({ kind: "forfeit" }));
}

/** Asks the other manager to go back. @param {number} play the first that is taken back @param {Order} order */
export function proposeRollback(play, order) {
  openDialog("Go back?", (close) => [
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
