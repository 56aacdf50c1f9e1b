// The host's words in the words of people.

/** @param {number} inning @param {string} half */
export const halfName = (inning, half) => `${half === "top" ? "Top" : "Bottom"} of the ${ordinal(inning)}`;

/** @param {number} number */
export function ordinal(number) {
  const tens = number % 100;
  const suffix = tens >= 11 && tens <= 13 ? "th" : ["th", "st", "nd", "rd"][number % 10] ?? "th";
  return `${number}${suffix}`;
}

/** @param {string} side */
export const sideName = (side) => (side === "home" ? "home team" : "visitors");

/** @param {number} outs */
export const outsName = (outs) => `${outs} ${outs === 1 ? "out" : "outs"}`;

/** Any word of the wire, readable. @param {string} word */
export const plain = (word) => word.replaceAll("_", " ").replace(/^bp /, "ballpark ");

/** What a player is called. @param {{name?: string | null, card_id: number}} player */
export const playerName = ({ name, card_id }) => name ?? `Card ${card_id}`;

/** How a player is, for people, with a comma before it; nothing where he is well. @param {Pick<import("./types.js").Player, "is_fatigued" | "injury">} player */
export function conditionName({ is_fatigued, injury }) {
  const games = typeof injury === "object" ? injury.games : 0;
  const hurt = games > 0 ? `hurt, out for ${games} ${games === 1 ? "game" : "games"}` : injury === "rest_of_game" ? "hurt, out for the game" : "";
  return [is_fatigued && "tired", hurt].filter(Boolean).map((word) => `, ${word}`).join("");
}

/** The seconds of a wait, for people. @param {number} ms */
export const seconds = (ms) => (ms < 1500 ? "a second" : `${Math.round(ms / 1000)} seconds`);

/** The bases, from home to home. */
export const BASES = ["home", "first", "second", "third", "home"];

/** The runners, for people. @param {unknown[]} runners on first, second, third */
export function basesName(runners) {
  const taken = [1, 2, 3].filter((base) => runners[base - 1]).map((base) => BASES[base]);
  if (!taken.length) return "bases empty";
  if (taken.length === 3) return "bases loaded";
  return taken.length === 1 ? `runner on ${taken[0]}` : `runners on ${taken.join(" and ")}`;
}

/** @type {Record<string, string>} What a choice about a runner means. */
const CHOICES = {
  stop: "Stop there", go: "Go", hold: "Hold", send: "Send him home", throw: "Throw after him", concede: "Concede the base",
  lead: "Throw at the lead runner", trail: "Throw at the runner behind", home: "Throw home", first: "Throw to first",
};

/** @param {string} choice */
export const choiceName = (choice) => CHOICES[choice] ?? plain(choice);

/** @type {Record<string, (lead: string, trail: string) => string>} What is asked about a runner. */
const QUESTIONS = {
  steal_without_lead: (lead) => `No lead for ${lead}. Does he still go?`,
  lead_runner: (lead) => `Does ${lead} try for it?`,
  throw: (lead) => `${lead} goes. Do you throw after him?`,
  trail_runner: (_, trail) => `Does ${trail} move up on the throw?`,
  throw_at: (lead, trail) => `At whom is the ball thrown: ${lead} or ${trail}?`,
  tag_up: (lead) => `Does ${lead} tag up?`,
  send_runner: (lead) => `Is ${lead} sent?`,
  throw_to: (lead) => `Where is the ball thrown? ${lead} runs.`,
};

/** What is asked, with names. @param {import("./types.js").RunnerQuestion} waits */
export function runnerQuestion(waits) {
  const named = (/** @type {import("./types.js").RunnerTry | null} */ one) =>
    (one ? `${one.player?.name ?? "the runner"} (to ${BASES[one.to]})` : "the runner");
  return QUESTIONS[waits.question]?.(named(waits.lead), named(waits.trail)) ?? "What does the runner do?";
}

/** @type {Record<string, string>} How a game ended. */
const ENDINGS = {
  regulation: "", walk_off: "walk-off", extra_innings: "extra innings", mercy: "mercy rule", forfeit: "forfeit",
};

/** @param {string | null} ending */
export const endingName = (ending) => (ending ? ENDINGS[ending] ?? plain(ending) : "");

/** @type {Record<string, string>} What a position is called. */
const POSITIONS = {
  P: "pitcher", C: "catcher", "1B": "first baseman", "2B": "second baseman", "3B": "third baseman", SS: "shortstop",
  LF: "left fielder", CF: "center fielder", RF: "right fielder", DH: "designated hitter",
};

/** @param {string} position */
export const positionName = (position) => POSITIONS[position] ?? position;

/** A number with its sign. @param {number} value @param {number} digits */
export const signed = (value, digits) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
