// The form for a new game.

import { ask } from "./api.js";
import { select } from "./controls.js";
import { h, write } from "./dom.js";
import { user } from "./identity.js";
import { signIn } from "./sign_in.js";

const TEAM_KEY = "dugout.team";

/** @returns {Promise<HTMLElement>} */
export async function newGameForm() {
  const problem = h("p", { class: "problem", role: "alert" });
  /** @type {{id: number, name: string}[]} */
  const teams = (await ask("/teams")).items;
  /** @type {[string, string][]} */
  const names = teams.map((team) => [String(team.id), team.name]);
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
      select("cards", "The cards", [["auto", "the host reads them"], ["manual", "we read our own (SBA)"]], "auto"),
      select("innings", "Innings", [9, 7, 5, 3, 1].map((count) => [String(count), String(count)]), "9"),
      select("clock", "Time for a decision", [
        ["", "as long as it takes"], ["30", "30 seconds"], ["60", "a minute"], ["180", "3 minutes"], ["86400", "a day"], ["259200", "3 days"],
      ], ""),
      select("visibility", "Who may watch", [["public", "everybody"], ["private", "the managers"]], "public")),
    h("p", { class: "actions" }, submit, problem));
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

/** @param {HTMLFormElement} form */
function gameOf(form) {
  const values = Object.fromEntries(
    [...form.querySelectorAll("select")].map((field) => [field.name, field.value]));
  const other = values.seat === "home" ? "away" : "home";
  const opponent = values.manager ?? "person";
  return {
    [`${values.seat}_team_id`]: Number(values.mine),
    [`${other}_team_id`]: Number(values.theirs),
    [`${values.seat}_team_is_ai`]: opponent === "watch",
    [`${other}_team_is_ai`]: opponent !== "person",
    ...(opponent === "watch" ? {} : { seat: values.seat }),
    ai_difficulty: ["easy", "hard"].includes(opponent) ? opponent : "medium",
    ...(values.cards === "manual" ? { league_id: "sba", auto_mode: false } : {}),
    visibility: values.visibility,
    settings: { innings: Number(values.innings), ...(values.clock ? { decision_seconds: Number(values.clock) } : {}) },
  };
}
