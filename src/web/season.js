// A season: who stands where, and who leads in what.

import { ask } from "./api.js";
import { columnHead, h, put, rowHead, write } from "./dom.js";
import { playerName } from "./words.js";

const TEAMS_MAX = 200;
const LEADERS_MAX = 10;
/** The batting title asks for 3.1 plate appearances a game of the team, the pitchers' for an inning (OBR 9.22). */
const PA_A_GAME = 3.1;
const OUTS_A_GAME = 3;

/** @typedef {Record<string, any>} Row */
/** @typedef {Row & {card_id: number}} PlayerRow */
/** @typedef {{path: string, sort: string, title: string, short: string, long: string, places?: number, qualified?: boolean}} Leaders */

/** @type {Leaders[]} */
const LEADERS = [
  { path: "batting", sort: "avg", title: "Batting average", short: "AVG", long: "Hits over at-bats", places: 3, qualified: true },
  { path: "batting", sort: "ops", title: "On base plus slugging", short: "OPS", long: "On-base plus slugging percentage", places: 3, qualified: true },
  { path: "batting", sort: "hr", title: "Home runs", short: "HR", long: "Home runs" },
  { path: "batting", sort: "rbi", title: "Runs batted in", short: "RBI", long: "Runs batted in" },
  { path: "batting", sort: "sb", title: "Stolen bases", short: "SB", long: "Stolen bases" },
  { path: "pitching", sort: "era", title: "Earned run average", short: "ERA", long: "Earned runs in nine innings", places: 2, qualified: true },
  { path: "pitching", sort: "whip", title: "Walks and hits an inning", short: "WHIP", long: "Walks and hits an inning", places: 3, qualified: true },
  { path: "pitching", sort: "w", title: "Games won", short: "W", long: "Games won" },
  { path: "pitching", sort: "so", title: "Strikeouts", short: "SO", long: "Strikeouts" },
  { path: "pitching", sort: "sv", title: "Saves", short: "SV", long: "Saves" },
];

/** @type {[string, string, (team: Row) => string | number][]} abbreviation, what it stands for, value */
const STANDINGS = [
  ["W", "Won", (team) => team.won],
  ["L", "Lost", (team) => team.lost],
  ["PCT", "Winning percentage", (team) => rate(team.pct, 3)],
  ["GB", "Games behind", (team) => (team.games_behind === 0 ? "–" : team.games_behind.toFixed(1))],
  ["Home", "Won and lost at home", (team) => `${team.won_at_home}–${team.lost_at_home}`],
  ["RF", "Runs for", (team) => team.runs_for],
  ["RA", "Runs against", (team) => team.runs_against],
  ["Row", "Games won or lost in a row", (team) => (team.streak < 0 ? `L${-team.streak}` : `W${team.streak}`)],
];

/** @returns {Promise<{element: HTMLElement, stop(): void}>} */
export async function seasonView() {
  const problem = h("p", { class: "problem", role: "alert" });
  const tables = h("div", { class: "lists" });
  const league = choice("season-league", "League", [["pd", "PD"], ["sba", "SBA"]]);
  const mode = choice("season-mode", "Games", [["league", "League games"], ["exhibition", "Exhibition games"]]);
  let turns = 0;
  const show = async () => {
    const turn = (turns += 1);
    const games = `league_id=${league.list.value}&game_mode=${mode.list.value}`;
    try {
      const shown = await read(games);
      if (turn !== turns) return;
      put(tables, ...shown);
      write(problem, "");
    } catch (error) {
      if (turn === turns) write(problem, /** @type {Error} */ (error).message);
    }
  };
  for (const { list } of [league, mode]) list.addEventListener("change", show);
  const element = h("div", { class: "lobby" },
    h("div", { class: "welcome" },
      h("h1", { tabindex: -1 }, "Season"),
      h("p", { class: "lead" }, "Every game that is over and counts, added up from its box score. ", h("a", { href: "#/" }, "Games"))),
    h("div", { class: "fields" }, league.element, mode.element),
    problem, tables);
  await show();
  return { element, stop: () => { turns += 1; } };
}

/** @param {string} id @param {string} label @param {[string, string][]} options */
function choice(id, label, options) {
  const list = h("select", { id }, ...options.map(([value, text]) => h("option", { value }, text)));
  return { list, element: h("div", {}, h("label", { for: id }, label), list) };
}

/** What there is to show of these games. @param {string} games */
async function read(games) {
  const teams = (await ask(`/season/standings?${games}&limit=${TEAMS_MAX}`)).items;
  if (teams.length === 0) return [h("p", { class: "empty" }, "No such game is over yet.")];
  const played = Math.max(...teams.map((/** @type {Row} */ team) => team.g));
  const least = { batting: Math.ceil(PA_A_GAME * played), pitching: OUTS_A_GAME * played };
  const pages = await Promise.all(LEADERS.map(({ path, sort, qualified }) => {
    const enough = !qualified ? "" : path === "batting" ? `&min_pa=${least.batting}` : `&min_outs=${least.pitching}`;
    return ask(`/season/${path}?${games}&sort=${sort}&limit=${LEADERS_MAX}${enough}`);
  }));
  const names = new Map(teams.map((/** @type {Row} */ team) => [team.team_id, team.team_name]));
  return [
    h("section", {}, h("h2", {}, "Standings"), standings(teams)),
    h("section", {}, h("h2", {}, "Leaders"),
      h("p", { class: "note" }, `Averages: from ${least.batting} plate appearances or ${played} ${played === 1 ? "inning" : "innings"} on.`),
      h("div", { class: "leaders" }, ...LEADERS.map((leaders, at) => leaderTable(leaders, pages[at].items, names)))),
  ];
}

/** @param {Row[]} teams */
function standings(teams) {
  return h("div", { class: "scroll" }, h("table", { class: "book" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Team"), ...STANDINGS.map(([short, long]) => columnHead(short, long)))),
    h("tbody", {}, ...teams.map((team) => h("tr", {}, rowHead(team.team_name ?? `Team ${team.team_id}`),
      ...STANDINGS.map(([, , value]) => h("td", {}, value(team))))))));
}

/** @param {Leaders} leaders @param {PlayerRow[]} rows @param {Map<number, string>} names */
function leaderTable({ sort, title, short, long, places }, rows, names) {
  // Who has none of what is counted leads nobody.
  const shown = rows.filter((row) => (places ? row[sort] !== null : row[sort] > 0));
  return h("table", { class: "book" },
    h("caption", {}, title),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Player"), columnHead(short, long))),
    h("tbody", {}, ...(shown.length
      ? shown.map((row) => h("tr", {},
        rowHead(h("span", {}, playerName(row), " ", h("small", {}, names.get(row.team_id) ?? ""))),
        h("td", {}, places ? rate(row[sort], places) : row[sort])))
      : [h("tr", {}, h("td", { colspan: 2, class: "empty" }, "nobody yet"))])));
}

/** A rate as it is printed: `.305`, `1.012`, `3.40`. @param {number | null} value @param {number} places */
function rate(value, places) {
  if (value === null) return "–";
  const text = value.toFixed(places);
  return places === 3 ? text.replace(/^0/, "") : text;
}
