// The way from the roll to the result, step by step, as the host recorded it.

import { h } from "./dom.js";
import { plain, positionName } from "./words.js";

/** @typedef {(lineupId: number | null | undefined) => string} NameOf */

/** @param {Record<string, any> | null | undefined} trail `resolution` of a play @param {NameOf} nameOf @returns {Node[]} list items */
export function steps(trail, nameOf) {
  if (!trail) return [];
  return [
    ...(trail.jump ? jump(trail.jump, nameOf) : []),
    ...(trail.card ? card(trail.card) : []),
    ...(trail.grade ? [grade(trail.grade)] : []),
    ...(trail.x_check ? xCheck(trail.x_check, nameOf) : []),
    ...(trail.checks ?? []).map((/** @type {any} */ one) => check(one, nameOf)),
    ...(trail.groundball ? [groundball(trail.groundball)] : []),
  ];
}

/** @param {...(Node | string)} parts */
const step = (...parts) => h("li", {}, ...parts);
/** @param {string | number} text */
const key = (text) => h("b", {}, text);

/** @param {any} reading */
function card(reading) {
  const whose = reading.card === "batting" ? "the batter's card" : "the pitcher's card";
  const hand = reading.versus === "L" ? "left" : "right";
  return [
    step("Column ", key(reading.column), ` is ${whose}, the line against ${hand}-handers.`),
    step("Row ", key(reading.row), " and split ", key(reading.split), `: chance ${reading.index + 1} of 2160, which is `,
      key(plain(reading.field)), "."),
    step("The card says ", key(plain(reading.outcome)), "."),
  ];
}

/** @param {any} audit @param {NameOf} nameOf */
function xCheck(audit, nameOf) {
  const why = [audit.playing_in && "plays in", audit.holding && "holds a runner"].filter(Boolean).join(", ");
  const list = [
    step("To the ", key(positionName(audit.position)), `, ${nameOf(audit.defender_lineup_id)}: range `, key(audit.range_rating),
      ", error rating ", key(audit.error_rating),
      why ? ` (${why}; range ${audit.adjusted_range})` : "", "."),
    step("Range row ", key(audit.d20), ": ", chartRow(audit), " gives ", key(audit.base_code), "."),
  ];
  if (typeof audit.spd_d20 === "number") {
    list.push(step("Speed: ", key(audit.spd_d20), ` against ${audit.spd_chance}, ${audit.spd_safe ? "safe" : "out"}.`));
  }
  if (audit.converted_code !== audit.base_code) list.push(step("That becomes ", key(audit.converted_code), "."));
  list.push(audit.rare_play
    ? step("The hundred-sided die shows 1: a rare play.")
    : step("Error dice ", key(audit.error_total), ": ", audit.error_result === "no" ? "no error." : key(`error, ${audit.error_result.slice(1)} base`)));
  list.push(step("The result: ", key(plain(audit.hit_type)), "."));
  return list;
}

/** The row of the range table, the fielder's column marked. @param {any} audit */
function chartRow(audit) {
  return h("span", { class: "chart-row" }, ...audit.chart_row.map((/** @type {string} */ code, /** @type {number} */ index) =>
    h(index + 1 === audit.adjusted_range ? "mark" : "span", {}, code)));
}

/** @param {any} one @param {NameOf} nameOf */
function check(one, nameOf) {
  const about = nameOf(one.player_id);
  const purpose = one.purpose.startsWith("nudge:") ? `sign ${plain(one.purpose.slice(6))}` : plain(one.purpose);
  return step(`Check ${purpose}${about ? ` (${about})` : ""}: `, key(one.d20), ` against ${one.chance}, ${one.success ? "yes" : "no"}.`);
}

/** @param {any} reading */
function groundball(reading) {
  return step(`Ground-ball chart${reading.infield_in ? ", infield in" : ""}: type `, key(reading.ball_type),
    `, bases code ${reading.chart_code}, result `, key(reading.result), ".");
}

/** @param {any} reading */
function grade(reading) {
  return step(`Table ${plain(reading.table)}: grade `, key(reading.grade), ", total ", key(reading.total), ": ",
    key(plain(reading.result)), ".");
}

/** @param {any} reading @param {NameOf} nameOf */
function jump(reading, nameOf) {
  const lead = reading.has_lead ? "he has the lead" : "no lead";
  return [step(`Jump of ${nameOf(reading.player_id) || "the runner"}: `, key(`${reading.jump}/36`),
    reading.is_automatic ? ", and he gets it anyway" : ` against ${reading.at_or_below}/36`, `: ${lead}.`)];
}
