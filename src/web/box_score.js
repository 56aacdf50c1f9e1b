// The box score, as the host keeps it.

import { ask } from "./api.js";
import { columnHead, h, put, rowHead } from "./dom.js";
import { playerName } from "./words.js";

/** @typedef {import("./types.js").Side} Side */
/** @type {[string, string, string][]} field, abbreviation, what it stands for */
const BATTING = [["ab", "AB", "At-bats"], ["r", "R", "Runs"], ["h", "H", "Hits"], ["rbi", "RBI", "Runs batted in"],
  ["bb", "BB", "Bases on balls"], ["so", "SO", "Strikeouts"], ["double", "2B", "Doubles"], ["triple", "3B", "Triples"],
  ["hr", "HR", "Home runs"], ["sb", "SB", "Stolen bases"], ["cs", "CS", "Caught stealing"], ["gidp", "DP", "Grounded into double plays"]];
/** @type {[string, string, string][]} */
const PITCHING = [["outs", "IP", "Innings pitched"], ["bf", "BF", "Batters faced"], ["h", "H", "Hits"], ["r", "R", "Runs"],
  ["er", "ER", "Earned runs"], ["bb", "BB", "Bases on balls"], ["so", "SO", "Strikeouts"], ["hr", "HR", "Home runs"]];

export class BoxScore {
  /** @param {string} game */
  constructor(game) {
    this.game = encodeURIComponent(game);
    this.element = h("div", { class: "box-score" }, h("p", { class: "empty" }, "…"));
  }

  /** Reads it again. */
  async show() {
    try {
      const box = await ask(`/games/${this.game}/box_score`);
      put(this.element, ...(/** @type {Side[]} */ (["away", "home"])).flatMap((side) => team(box, side)));
    } catch (error) {
      put(this.element, h("p", { class: "problem", role: "alert" }, /** @type {Error} */ (error).message));
    }
  }
}

/** @param {any} box @param {Side} side */
function team(box, side) {
  const line = box.line_score[side];
  return [
    h("h3", {}, line.team_name),
    table("Batting", BATTING, box.batting[side], (row) => [playerName(row), " ", h("small", {}, row.position)], sum),
    h("p", { class: "note" }, `Left on base: ${line.left_on_base}`),
    table("Pitching", PITCHING, box.pitching[side], (row) => [playerName(row), " ", h("small", {}, decision(box, row))]),
  ];
}

/**
 * @param {string} title @param {[string, string, string][]} columns @param {any[]} rows
 * @param {(row: any) => any[]} name @param {(rows: any[], field: string) => number} [total]
 */
function table(title, columns, rows, name, total) {
  return h("div", { class: "scroll" }, h("table", { class: "book" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, title), ...columns.map(([, short, long]) => columnHead(short, long)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, rowHead(h("span", {}, ...name(row))),
      ...columns.map(([field]) => h("td", {}, field === "outs" ? innings(row.outs) : row[field]))))),
    total && h("tfoot", {}, h("tr", {}, rowHead("Total"), ...columns.map(([field]) => h("td", {}, total(rows, field)))))));
}

/** @param {any[]} rows @param {string} field */
const sum = (rows, field) => rows.reduce((total, row) => total + row[field], 0);

/** Outs as scorers write innings: 16 outs are 5.1. @param {number} outs */
const innings = (outs) => `${Math.floor(outs / 3)}.${outs % 3}`;

/** @param {any} box @param {any} row */
function decision(box, row) {
  if (row.lineup_id === box.winning_pitcher) return "W";
  if (row.lineup_id === box.losing_pitcher) return "L";
  return row.lineup_id === box.save ? "S" : "";
}
