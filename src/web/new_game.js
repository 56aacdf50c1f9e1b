// The form for a new game.

import { ask } from "./api.js";
import { number, select, tick } from "./controls.js";
import { h, put, write } from "./dom.js";
import { user } from "./identity.js";
import { signIn } from "./sign_in.js";

const TEAM_KEY = "dugout.team";

/** @returns {Promise<HTMLElement>} */
export async function newGameForm() {
  const problem = h("p", { class: "problem", role: "alert" });
  const names = await teamsOf("pd");
  const mine = localStorage.getItem(TEAM_KEY) ?? names[0]?.[0];
  const theirs = names.find(([id]) => id !== mine)?.[0];
  const submit = h("button", { class: "main", type: "submit" }, "Make the game");
  const form = h("form", { class: "new-game" },
    h("div", { class: "fields" },
      select("mine", "Your team", names, mine),
      select("theirs", "Opponent", names, theirs),
      select("manager", "Managed by", [
        ["easy", "AI, easy"], ["medium", "AI, medium"], ["hard", "AI, hard"], ["person", "A person, by link"], ["watch", "AI against AI; I watch"],
      ], "medium"),
      select("seat", "You play", [["home", "at home"], ["away", "away"]], "home"),
      select("cards", "The cards", [
        ["auto", "read by the host"], ["manual", "our own (SBA)"], ["manual_pd", "our own (PD)"],
      ], "auto"),
      select("innings", "Innings", [9, 8, 7, 6, 5, 4, 3, 2, 1].map((count) => [String(count), String(count)]), "9"),
      select("clock", "Time for a decision", [
        ["", "no clock"], ["30", "30 seconds"], ["60", "a minute"], ["180", "3 minutes"], ["86400", "a day"], ["259200", "3 days"],
      ], ""),
      select("visibility", "Who may watch", [["public", "everybody"], ["private", "the managers"]], "public")),
    moreSettings(),
    h("p", { class: "actions" }, submit, problem));
  form.addEventListener("change", async (/** @type {Event} */ event) => {
    settle(form);
    if (event.target !== form.elements.cards) return;
    await offerTeams(form).catch((error) => write(problem, error.message));
  });
  settle(form);
  form.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    write(problem, "");
    if (!user() && !(await signIn("A game needs a manager with a name."))) return;
    submit.disabled = true;
    try {
      const { mine: team } = form.elements;
      localStorage.setItem(TEAM_KEY, team.value);
      const game = await ask("/games", { method: "POST", body: gameOf(form) });
      location.hash = `#/game/${game.id}`;
    } catch (error) {
      write(problem, /** @type {Error} */ (error).message);
    } finally {
      submit.disabled = false;
    }
  });
  return h("section", { class: "card" }, h("h2", {}, "Play a game"), form);
}

/** A league's teams, as options. @param {string} league @returns {Promise<[string, string][]>} */
async function teamsOf(league) {
  const { items } = await ask(`/teams?league_id=${league}`);
  return items.map((/** @type {any} */ team) => [String(team.id), team.name]);
}

/** Each league has its own teams; who was chosen stays, where the other league has him. @param {any} form */
async function offerTeams(form) {
  const names = await teamsOf(leagueOf(form.elements.cards.value));
  for (const [list, fallback] of [[form.elements.mine, 0], [form.elements.theirs, 1]]) {
    const chosen = names.some(([id]) => id === list.value) ? list.value : names[fallback]?.[0];
    put(list, ...names.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
  }
}

/** @param {string | undefined} cards */
const leagueOf = (cards) => (cards === "manual" ? "sba" : "pd");

/** What a league's rules say, each with the value that holds where nothing is chosen. */
function moreSettings() {
  return h("details", { class: "more-settings" }, h("summary", {}, "More settings"),
    h("div", { class: "fields" },
      select("mode", "Kind of game", [["exhibition", "exhibition"], ["league", "league game"], ["practice", "practice"]], "exhibition"),
      select("misses", "Forfeit after misses", [["", "never"], ["1", "one"], ...[2, 3, 5, 10].map((count) => (
        /** @type {[string, string]} */ ([String(count), `${count} in a row`])))], ""),
      number("mercy", "Mercy rule, runs ahead", [1, 99], "none"),
      number("reliever", "Batters a reliever faces", [1, 9], "1"),
      number("park_homerun", "Park home runs (0–20)", [0, 20], "10"),
      number("park_single", "Park singles (0–20)", [0, 20], "10"),
      number("park_homerun_left", "… home runs, lefties", [0, 20], "the same"),
      number("park_single_left", "… singles, lefties", [0, 20], "the same"),
      h("div", { class: "setting" }, h("label", { for: "cardsets" }, "Legal cardsets (PD)"),
        h("input", { id: "cardsets", name: "cardsets", placeholder: "all", pattern: "[0-9]+([, ]+[0-9]+)*", title: "Numbers, the primary cardset first" }))),
    h("p", { class: "ticks" }, tick("extra_runner", "true", "Extra innings start with a runner on second"),
      tick("injuries", "true", "The injuries on the printed cards count (SBA)")));
}

/** Settings without meaning in the game that is chosen rest. @param {any} form */
function settle(form) {
  const { cards, clock, misses, injuries, cardsets } = form.elements;
  misses.disabled = !clock.value;
  injuries.disabled = cards.value !== "manual";
  cardsets.disabled = cards.value === "manual";
}

/** @param {HTMLFormElement} form */
function gameOf(form) {
  const data = new FormData(form);
  const values = Object.fromEntries([...data].map(([name, value]) => [name, String(value).trim()]));
  const other = values.seat === "home" ? "away" : "home";
  const opponent = values.manager ?? "person";
  return {
    [`${values.seat}_team_id`]: Number(values.mine),
    [`${other}_team_id`]: Number(values.theirs),
    [`${values.seat}_team_is_ai`]: opponent === "watch",
    [`${other}_team_is_ai`]: opponent !== "person",
    ...(opponent === "watch" ? {} : { seat: values.seat }),
    ai_difficulty: ["easy", "hard"].includes(opponent) ? opponent : "medium",
    league_id: leagueOf(values.cards),
    auto_mode: values.cards === "auto",
    visibility: values.visibility,
    game_mode: values.mode,
    settings: settingsOf(values),
  };
}

/** The settings by their names on the wire. @type {Record<string, string>} */
const NUMBERS = {
  innings: "innings", clock: "decision_seconds", misses: "missed_deadlines_max", mercy: "mercy_runs", reliever: "reliever_batters_min",
  park_homerun: "park_homerun", park_single: "park_single", park_homerun_left: "park_homerun_left", park_single_left: "park_single_left",
};

/** Those that were chosen; the host knows the others. @param {Record<string, string>} values */
function settingsOf(values) {
  const numbers = Object.entries(NUMBERS).filter(([name]) => values[name]).map(([name, field]) => [field, Number(values[name])]);
  return {
    ...Object.fromEntries(numbers),
    ...(values.extra_runner ? { extra_inning_runner: true } : {}),
    ...(values.injuries ? { injuries: true } : {}),
    ...(values.cardsets ? { cardsets: values.cardsets.split(/[, ]+/).map(Number) } : {}),
  };
}
