// Who bats against whom, with what their cards say.

import { ask } from "./api.js";
import { columnHead, h, put, rowHead } from "./dom.js";
import { conditionName, plain, playerName } from "./words.js";

/** @typedef {import("./types.js").Player} Player */

/** @type {[string, (field: string) => boolean][]} The lines of a card added up, in chances of 108. */
const SUMS = [
  ["HR", (field) => field.includes("homerun")],
  ["2B, 3B", (field) => field.startsWith("double") || field === "triple"],
  ["1B", (field) => field.startsWith("single") || field === "bp_single"],
  ["BB, HBP", (field) => field === "walk" || field === "hbp"],
  ["K", (field) => field === "strikeout"],
];

export class Matchup {
  /** @param {import("./types.js").GameState} state */
  constructor(state) {
    this.batter = h("article", { class: "player", "aria-label": "At bat" });
    this.pitcher = h("article", { class: "player", "aria-label": "Pitching" });
    this.element = h("div", { class: "matchup" }, this.batter, this.pitcher);
    /** @type {Map<number, any>} cards by id */
    this.cards = new Map();
    this.shown = "";
    const teams = [state.home_team_id, state.away_team_id];
    // Cards are a help, not the game: without them names are shown.
    this.loaded = Promise.allSettled(teams.map(async (team) => {
      const { items } = await ask(`/teams/${team}/players?league_id=${state.league_id}`);
      for (const card of items) this.cards.set(card.card_id, card);
    }));
  }

  /** @param {Player | null} batter @param {Player | null} pitcher */
  show(batter, pitcher) {
    const how = [batter, pitcher].map((player) => player && `${player.lineup_id}${conditionName(player)}`);
    const shown = `${how.join(" ")} ${this.cards.size}`;
    if (shown === this.shown) return;
    this.shown = shown;
    const bats = batter && this.cards.get(batter.card_id);
    const pitches = pitcher && this.cards.get(pitcher.card_id);
    // A switch hitter stands on the side opposite to the pitcher's hand.
    const stands = bats?.bats === "S" ? (pitches?.throws === "L" ? "R" : "L") : bats?.bats;
    put(this.batter, ...this.#player("At bat", batter, bats && `bats ${bats.bats}`, bats?.batting, pitches?.throws, batterFacts(bats?.batting)));
    put(this.pitcher, ...this.#player("Pitching", pitcher, pitches && `throws ${pitches.throws}`, pitches?.pitching, stands, pitcherFacts(pitches?.pitching)));
  }

  /** @param {string} role @param {Player | null} player @param {string} hand @param {any} card @param {string} versus @param {[string, unknown][]} facts */
  #player(role, player, hand, card, versus, facts) {
    if (!player) return [h("p", { class: "role" }, role), h("p", { class: "who" }, "—")];
    const order = player.batting_order ? `${player.batting_order}. ` : "";
    return [
      h("p", { class: "role" }, role),
      h("p", { class: "who" }, h("strong", {}, playerName(player)),
        h("small", {}, ` ${order}${player.position}${hand ? `, ${hand}` : ""}${conditionName(player)}`)),
      card && chances(card.ratings, versus),
      facts.length > 0 && h("dl", {}, ...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value))))),
      card && wholeCard(card.ratings),
    ];
  }
}

/** @param {any} card @returns {[string, unknown][]} */
function batterFacts(card) {
  if (!card) return [];
  return [["Running", card.running], ["Steal", `${card.steal_low}–${card.steal_high}${card.steal_auto ? "*" : ""}`],
    ["Bunt", card.bunting], ["Hit and run", card.hit_and_run]];
}

/** @param {any} card @returns {[string, unknown][]} */
function pitcherFacts(card) {
  if (!card) return [];
  return [["Hold", card.hold], ["Starter", `${card.starter_rating} inn.`], ["Relief", `${card.relief_rating} inn.`],
    ["Wild pitch", card.wild_pitch]];
}

/** The chances that matter, against the hand at work. @param {any} ratings @param {string} versus */
function chances(ratings, versus) {
  const line = ratings[`vs_${versus}`] ?? ratings.vs_R;
  return h("table", { class: "chances" },
    h("caption", {}, `Chances of 108 against ${versus === "L" ? "left" : "right"}`),
    h("thead", {}, h("tr", {}, ...SUMS.map(([name]) => columnHead(name)))),
    h("tbody", {}, h("tr", {}, ...SUMS.map(([, belongs]) => {
      const sum = Object.entries(line).reduce((total, [field, chance]) => total + (belongs(field) ? Number(chance) : 0), 0);
      return h("td", {}, sum.toFixed(1));
    }))));
}

/** @param {any} ratings */
function wholeCard(ratings) {
  const fields = Object.keys(ratings.vs_R).filter((field) => ratings.vs_R[field] || ratings.vs_L[field]);
  return h("details", {}, h("summary", {}, "Whole card"),
    h("table", { class: "card-lines" },
      h("thead", {}, h("tr", {}, h("td", {}), columnHead("vs L"), columnHead("vs R"))),
      h("tbody", {}, ...fields.map((field) => h("tr", {}, rowHead(plain(field)),
        h("td", {}, ratings.vs_L[field]), h("td", {}, ratings.vs_R[field]))))));
}
