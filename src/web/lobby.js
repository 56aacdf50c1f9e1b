// The lobby: my games, those being played, those that wait, those that are over; and the door to a new one.

import { ask } from "./api.js";
import { h, put, write } from "./dom.js";
import { user } from "./identity.js";
import { newGameForm } from "./new_game.js";
import { halfName } from "./words.js";

const LIST_EVERY_MS = 5000;
const SHOWN_MAX = 12;

/** @typedef {import("./types.js").GameRow} GameRow */

/** The lists, by what the host is asked for. */
const LISTS = [
  { title: "Your games", statuses: ["active", "paused", "pending"], mine: true },
  { title: "Being played", statuses: ["active", "paused"], mine: false },
  { title: "Waiting for the first pitch", statuses: ["pending"], mine: false },
  { title: "Finished", statuses: ["completed"], mine: false },
];

/** @returns {Promise<{element: HTMLElement, stop(): void}>} */
export async function lobbyView() {
  const problem = h("p", { class: "problem", role: "alert" });
  const lists = LISTS.filter((list) => !list.mine || user()).map((list) => new GameList(list));
  const element = h("div", { class: "lobby" },
    h("div", { class: "welcome" },
      h("h1", { tabindex: -1 }, "Games"),
      h("p", { class: "lead" },
        "Managers play each other here; the host rolls the dice, keeps the book, and shows a play only once it is " +
        "safely written down. Anyone may watch a public game. ", h("a", { href: "#/season" }, "Season: standings and leaders"))),
    await newGameForm(),
    problem,
    h("div", { class: "lists" }, ...lists.map((list) => list.element)));

  const refresh = async () => {
    const results = await Promise.allSettled(lists.map((list) => list.refresh()));
    const failed = results.find((result) => result.status === "rejected");
    write(problem, failed ? `${/** @type {PromiseRejectedResult} */ (failed).reason.message} The lists may be old.` : "");
  };
  await refresh();
  const timer = setInterval(() => { if (!document.hidden) refresh(); }, LIST_EVERY_MS);
  return { element, stop: () => clearInterval(timer) };
}

/** One list, which changes only where the games did: the focus stays where it is. */
class GameList {
  /** @param {{title: string, statuses: string[], mine: boolean}} list */
  constructor({ title, statuses, mine }) {
    this.statuses = statuses;
    this.mine = mine;
    this.shown = "";
    this.items = h("ul", { class: "games" }, h("li", { class: "empty" }, "…"));
    this.element = h("section", {}, h("h2", {}, title), this.items);
  }

  async refresh() {
    const who = this.mine ? `&user_id=${user()?.id}` : "";
    const pages = await Promise.all(this.statuses.map((status) => ask(`/games?status=${status}&limit=${SHOWN_MAX}${who}`)));
    /** @type {GameRow[]} */
    const games = pages.flatMap((page) => page.items).slice(0, SHOWN_MAX);
    const shown = JSON.stringify(games);
    if (shown === this.shown) return;
    const focused = document.activeElement?.getAttribute("href");
    put(this.items, ...(games.length ? games.map(gameCard) : [h("li", { class: "empty" }, "none")]));
    this.shown = shown;
    if (focused) /** @type {HTMLElement | null} */ (this.items.querySelector(`[href="${CSS.escape(focused)}"]`))?.focus();
  }
}

/** @param {GameRow} game */
function gameCard(game) {
  return h("li", {},
    h("a", { href: `#/game/${game.id}`, class: "game-card" },
      side(game, "away"), side(game, "home"), h("span", { class: "when" }, whenOf(game))));
}

/** @param {GameRow} game @param {"home" | "away"} which */
function side(game, which) {
  const team = game.game_metadata[`${which}_team_name`] ?? `Team ${game[`${which}_team_id`]}`;
  const manager = game[`${which}_team_is_ai`] ? "AI" : game.seats[which]?.user_name ?? "free seat";
  return h("span", { class: "side" },
    h("span", {}, team, " ", h("small", {}, manager)),
    h("span", {}, game.status === "pending" ? "" : game[`${which}_score`]));
}

/** @param {GameRow} game */
function whenOf(game) {
  if (game.quarantined_at) return "waits for the operator";
  if (game.status === "active") return halfName(game.current_inning, game.current_half);
  if (game.status === "paused") return `paused in the ${halfName(game.current_inning, game.current_half).toLowerCase()}`;
  const at = new Date(game.completed_at ?? game.created_at);
  const time = `${at.toLocaleDateString()} ${at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
  return game.status === "completed" ? `final, ${time}` : `made ${time}`;
}
