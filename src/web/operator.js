// The operator's desk: `#/operator` lists the games and the hosts, `#/operator/audit` what operators did.

import { ask } from "./api.js";
import { columnHead, h, put, rowHead, write } from "./dom.js";
import { user } from "./identity.js";
import { signIn } from "./sign_in.js";
import { actTable, hostName, inningOf, millis, moment, span, teamsOf, troubleName } from "./operator_words.js";

const LIST_EVERY_MS = 5000;
const PAGE = 50;

/** @typedef {import("./types.js").WatchedGame} WatchedGame */

/** What is missing where nobody, or somebody else, sits here. @param {string} title @param {Error} error */
export function turnedAway(title, error) {
  const bring = h("button", { type: "button", class: "main", onclick: () => signIn("An operator's token is needed: `dugout token --operator NAME` prints one.") },
    "Bring a token");
  return h("section", { class: "operator" },
    h("h1", { tabindex: -1 }, title), h("p", { role: "alert", class: "problem" }, error.message),
    h("p", { class: "actions" }, bring, user() && h("span", { class: "note" }, `You are ${user()?.name}.`)));
}

/** The style of the desk comes with it. */
export function withStyle() {
  if (document.querySelector("link[href='/web/operator.css']")) return;
  document.head.append(h("link", { rel: "stylesheet", href: "/web/operator.css" }));
}

const desk = (/** @type {string} */ here) => h("nav", { "aria-label": "The operator's desk" },
  ...[["#/operator", "Games"], ["#/operator/audit", "Audit"]].map(([href, name]) =>
    h("a", { href, "aria-current": href === here ? "page" : null }, name)));

/** Games, with what is wrong with them. @returns {Promise<{element: HTMLElement, stop(): void}>} */
export async function operatorView() {
  withStyle();
  const list = new Games();
  const hosts = h("div", { class: "hosts" });
  const problem = h("p", { class: "problem", role: "alert" });
  const refresh = async () => {
    try {
      const [, answer] = await Promise.all([list.refresh(), ask("/operator/hosts")]);
      put(hosts, ...hostLines(answer));
      write(problem, "");
    } catch (error) {
      write(problem, `${/** @type {Error} */ (error).message} What is shown may be old.`);
    }
  };
  try {
    await list.refresh();
  } catch (error) {
    return { element: turnedAway("Operator", /** @type {Error} */ (error)), stop() {} };
  }
  await refresh();
  list.changed = refresh;
  const timer = setInterval(() => { if (!document.hidden) refresh(); }, LIST_EVERY_MS);
  const element = h("section", { class: "operator" },
    h("h1", { tabindex: -1 }, "Operator"), desk("#/operator"), list.filters, problem, list.element,
    h("h2", {}, "Hosts"), hosts);
  return { element, stop: () => clearInterval(timer) };
}

/** The table of games. It changes only where the games did: the focus stays where it is. */
class Games {
  constructor() {
    this.limit = PAGE;
    this.shown = "";
    this.changed = async () => {};
    const again = () => this.changed();
    this.trouble = h("input", { type: "checkbox", id: "trouble", onchange: again });
    const option = (/** @type {string[]} */ [value = "", name = value]) => h("option", { value }, name);
    this.status = h("select", { id: "status", onchange: again },
      ...[["live", "not over"], ["active"], ["paused"], ["pending"], ["completed"], ["all"]].map(option));
    this.quiet = h("select", { id: "quiet", onchange: again },
      ...[["", "any time"], ["300", "5 minutes"], ["3600", "an hour"], ["86400", "a day"], ["604800", "a week"]].map(option));
    this.filters = h("form", { class: "filters", "aria-label": "Which games", onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
      h("span", { class: "check" }, this.trouble, h("label", { for: "trouble" }, "only those in trouble")),
      h("span", {}, h("label", { for: "status" }, "Status"), this.status),
      h("span", {}, h("label", { for: "quiet" }, "Quiet for"), this.quiet));
    this.rows = h("tbody");
    this.count = h("caption", {});
    this.more = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => { this.limit += PAGE; this.changed(); } }, "More games");
    const heads = ["Game", "Status", "Trouble", "Score", "Age", "Quiet", "Answers in", "There", "Host"];
    this.element = h("div", {},
      h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Games" },
        h("table", { class: "desk" }, this.count, h("thead", {}, h("tr", {}, ...heads.map((head) => columnHead(head)))), this.rows)),
      this.more);
  }

  async refresh() {
    /** @type {WatchedGame[]} */
    const games = [];
    let cursor = "";
    const query = `status=${this.status.value}${this.trouble.checked ? "&trouble=true" : ""}${this.quiet.value ? `&quiet_s=${this.quiet.value}` : ""}`;
    let more = true;
    while (more && games.length < this.limit) {
      const page = await ask(`/operator/games?limit=${PAGE}&${query}${cursor}`);
      games.push(...page.items);
      more = page.next !== null;
      cursor = `&cursor=${page.next}`;
    }
    this.more.hidden = !more;
    const shown = JSON.stringify(games);
    if (shown === this.shown) return;
    this.shown = shown;
    const focused = document.activeElement?.getAttribute("href");
    const kind = this.trouble.checked ? " in trouble" : "";
    write(this.count, games.length ? `${games.length}${more ? " or more" : ""} ${games.length === 1 ? "game" : "games"}${kind}` : `No games${kind}`);
    put(this.rows, ...games.map(gameRow));
    if (focused) /** @type {HTMLElement | null} */ (this.rows.querySelector(`[href="${CSS.escape(focused)}"]`))?.focus();
  }
}

/** @param {WatchedGame} game */
function gameRow(game) {
  const there = game.here ? game.here.connected_count : game.connected_user_ids.length;
  return h("tr", { class: game.trouble.length ? "troubled" : null },
    rowHead(h("a", { href: `#/operator/game/${game.id}` }, teamsOf(game))),
    h("td", {}, game.status), h("td", { class: "trouble" }, game.trouble.map(troubleName).join(", ")),
    h("td", {}, `${inningOf(game)} ${game.away_score}–${game.home_score}`),
    h("td", {}, span(game.age_s)), h("td", {}, span(game.quiet_s)), h("td", {}, millis(game.here?.slowest_answer_ms)),
    h("td", {}, there), h("td", {}, hostName(game.host)));
}

/** @param {{items: any[], here: any}} answer */
function hostLines({ items, here }) {
  const ill = [!here.database && "the database is away", !here.lease_held && "its lease is lost", here.draining && "it is about to stop"].filter(Boolean);
  const lines = items.map((host) => h("li", { class: host.presence === "silent" ? "problem" : null },
    h("strong", {}, hostName(host)), `: ${host.games} ${host.games === 1 ? "game" : "games"}, started ${moment(host.started_at)}`,
    host.silent_ms === null ? "" : `, last heard of ${span(Math.round(host.silent_ms / 1000))} ago`));
  return [
    h("ul", {}, ...lines),
    h("p", { class: ill.length ? "problem" : "note" },
      `This host, version ${here.version}: ${ill.length ? ill.join(", ") : "all is well"}. ${here.games_live} games in memory, ${here.connections} connections, ` +
      `${here.database_connections - here.database_connections_idle} of ${here.database_connections_max} connections to the database at work.`),
  ];
}

/** What operators did. @returns {Promise<{element: HTMLElement, stop(): void}>} */
export async function auditView() {
  withStyle();
  const rows = h("div");
  const more = h("button", { type: "button", class: "quiet", hidden: true }, "Older acts");
  const problem = h("p", { class: "problem", role: "alert" });
  /** @type {any[]} */
  const acts = [];
  let cursor = "";
  const read = async () => {
    const page = await ask(`/operator/acts?limit=${PAGE}${cursor}`);
    acts.push(...page.items);
    cursor = `&cursor=${page.next}`;
    more.hidden = page.next === null;
    put(rows, actTable(acts, true));
  };
  more.addEventListener("click", () => read().catch((error) => write(problem, error.message)));
  try {
    await read();
  } catch (error) {
    return { element: turnedAway("Audit", /** @type {Error} */ (error)), stop() {} };
  }
  return { element: h("section", { class: "operator" }, h("h1", { tabindex: -1 }, "Audit"), desk("#/operator/audit"), problem, rows, more), stop() {} };
}
