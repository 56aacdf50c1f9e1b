// What an operator is told, in words.

import { columnHead, h, rowHead } from "./dom.js";
import { halfName, plain } from "./words.js";

/** @type {Record<string, string>} What is wrong with a game. */
const TROUBLES = {
  quarantined: "set aside", failing: "keeps failing", slow: "answers slowly", deserted: "its host is gone",
  overdue: "its deadline has passed", stalled: "stands still",
};

/** @param {string} word */
export const troubleName = (word) => TROUBLES[word] ?? plain(word);

/** @param {any} game */
export function teamsOf(game) {
  const name = (/** @type {string} */ side) => game.game_metadata[`${side}_team_name`] ?? `Team ${game[`${side}_team_id`]}`;
  return `${name("away")} at ${name("home")}`;
}

/** @param {any} game */
export const inningOf = (game) => (game.current_inning > 0 ? halfName(game.current_inning, game.current_half) : "");

/** A span of time in its two largest units. @param {number} seconds */
export function span(seconds) {
  const [minutes, hours, days] = [60, 3600, 86400].map((unit) => Math.floor(seconds / unit));
  if (days) return `${days} d ${(hours ?? 0) % 24} h`;
  if (hours) return `${hours} h ${(minutes ?? 0) % 60} min`;
  return minutes ? `${minutes} min` : `${seconds} s`;
}

/** @param {number | null | undefined} ms */
export const millis = (ms) => (ms === null || ms === undefined ? "" : `${Math.round(ms)} ms`);

/** A moment, to the second. @param {string} text */
export const moment = (text) => new Date(text).toLocaleString();

/** @param {{url: string | null, id: string, presence: string} | null} host */
export function hostName(host) {
  if (!host) return "nobody's";
  if (host.presence === "here") return "this host";
  return `${host.url ?? host.id} (${host.presence})`;
}

/** Acts of operators as a table. @param {any[]} acts @param {boolean} withGame whether they are of several games */
export function actTable(acts, withGame) {
  if (!acts.length) return h("p", { class: "empty" }, "Nobody has done anything.");
  const heads = ["When", "Who", "What", withGame && "Game", "Said", "Answer"].filter((head) => typeof head === "string");
  const row = (/** @type {any} */ act) => h("tr", {},
    rowHead(moment(act.asked_at)), h("td", {}, act.user_name), h("td", {}, plain(act.act)),
    withGame && h("td", {}, h("a", { href: `#/operator/game/${act.game_id}` }, act.game_id)),
    h("td", {}, Object.entries(act.detail).map(([name, value]) => `${plain(name)}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", ")),
    h("td", {}, act.answer ? `${plain(act.answer.code)}${act.answer.seq ? `, entry ${act.answer.seq}` : ""}` : "none: the journal says"));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Acts" },
    h("table", { class: "desk acts" }, h("thead", {}, h("tr", {}, ...heads.map((head) => columnHead(String(head))))), h("tbody", {}, ...acts.map(row))));
}
