// What a card can say, for who reads it himself: every outcome by group, with the places where the ball may go.

/** The places of a location rule. @type {Record<string, string[]>} */
export const PLACES = {
  "": [],
  if: ["P", "C", "1B", "2B", "3B", "SS"],
  of: ["LF", "CF", "RF"],
  any: ["P", "C", "1B", "2B", "3B", "SS", "LF", "CF", "RF"],
};

/** @typedef {{word: string, label: string, places: keyof typeof PLACES & string}} Outcome */

/** @param {string} word @param {string} label @param {string} [places] @returns {Outcome} */
const outcome = (word, label, places = "") => ({ word, label, places });

/** The groups as a manager looks for them on his card. @type {[string, Outcome[]][]} */
export const OUTCOMES = [
  ["Hits", [
    outcome("single_1", "Single, runners one base"),
    outcome("single_2", "Single, runners two bases"),
    outcome("single_uncapped", "Single, runners may try for more", "of"),
    outcome("double_2", "Double, runners two bases"),
    outcome("double_3", "Double, runners three bases"),
    outcome("double_uncapped", "Double, runners may try for more", "of"),
    outcome("triple", "Triple"),
    outcome("homerun", "Home run"),
    outcome("bp_single", "Ballpark single"),
    outcome("bp_homerun", "Ballpark home run"),
  ]],
  ["Walks", [
    outcome("walk", "Walk"),
    outcome("hbp", "Hit by pitch"),
    outcome("intentional_walk", "Intentional walk"),
  ]],
  ["Outs", [
    outcome("strikeout", "Strikeout"),
    outcome("groundball_a", "Ground ball A", "if"),
    outcome("groundball_b", "Ground ball B", "if"),
    outcome("groundball_c", "Ground ball C", "if"),
    outcome("flyout_a", "Fly ball A", "of"),
    outcome("flyout_b", "Fly ball B", "of"),
    outcome("flyout_bq", "Fly ball B?", "of"),
    outcome("flyout_c", "Fly ball C", "of"),
    outcome("lineout", "Line out"),
    outcome("lineout_max", "Line out, as many out as possible"),
    outcome("popout", "Pop out"),
    outcome("bp_flyout", "Ballpark fly out"),
    outcome("bp_lineout", "Ballpark line out"),
  ]],
  ["Checks and errors", [
    outcome("x_check", "X-Check of a fielder", "any"),
    outcome("error", "Error", "any"),
  ]],
  ["Signs", [
    outcome("sac_bunt", "Sacrifice bunt"),
    outcome("squeeze", "Squeeze"),
    outcome("hit_and_run", "Hit and run"),
    outcome("stolen_base", "Stolen base"),
    outcome("caught_stealing", "Caught stealing"),
  ]],
  ["Before the pitch is hit", [
    outcome("wild_pitch", "Wild pitch"),
    outcome("passed_ball", "Passed ball"),
    outcome("balk", "Balk"),
    outcome("pick_off", "Pick-off"),
  ]],
];

/** @type {Map<string, Outcome>} */
const BY_WORD = new Map(OUTCOMES.flatMap(([, outcomes]) => outcomes.map((one) => [one.word, one])));

/** Where the ball may go with an outcome. @param {string} word @returns {string[]} */
export const placesOf = (word) => PLACES[BY_WORD.get(word)?.places ?? ""] ?? [];
