// What comes over the wire, as far as the page reads it.

/** @typedef {"home" | "away"} Side */
/** @typedef {Record<string, any> & {id: string, status: string, current_inning: number, current_half: string,
 *   completed_at: string | null, created_at: string, quarantined_at: string | null,
 *   seats: Record<Side, {user_id: string, user_name: string} | null>}} GameRow */
/** @typedef {GameRow & {trouble: string[], age_s: number, quiet_s: number, last_seq: number, due_at: string | null,
 *   connected_user_ids: string[], host: {id: string, url: string | null, presence: string} | null,
 *   here: {life: string, waiting: number, failures: number, last_failure: string | null, last_answer_ms: number | null,
 *     slowest_answer_ms: number | null, last_commit_ms: number | null, connected_count: number,
 *     connected_users: {id: string, name: string, seat: string}[]} | null,
 *   waits_for: Pending | null, rules_version: number | null, unreadable: string | null, tail: any[]}} WatchedGame */
/** @typedef {{lineup_id: number, card_id: number, name: string | null, position: string, batting_order: number | null,
 *   is_active: boolean, is_fatigued: boolean, replacing_id?: number | null, after_play?: number | null, injury?: string | {games: number}, position_rating?: {range: number, error: number, arm: number}}} Player */
/** @typedef {{phase: string, side: Side, seq: number, deadline: string | null, choices: string[]}} Pending */
/** @typedef {{alignment: string, infield_depth: string, outfield_depth: string, hold_runners: number[],
 *   intentional_walk: boolean}} DefensiveDecision */
/** @typedef {{approach: string, steal_attempts: number[], hit_and_run: boolean, bunt_attempt: boolean}} OffensiveDecision */
/** @typedef {{from: number | null, to: number, player: Player | null}} RunnerTry */
/** @typedef {{question: string, lead: RunnerTry, trail: RunnerTry | null, outcome: string, hit_location: string | null,
 *   resolution: Record<string, any>}} RunnerQuestion */
/** @typedef {Record<string, any> & {game_id: string, seq: number, status: string, inning: number, half: "top" | "bottom",
 *   outs: number, on_first: Player | null, on_second: Player | null, on_third: Player | null,
 *   current_batter: Player | null, current_pitcher: Player | null, current_on_base_code: number,
 *   decision_phase: string, pending_decision: Pending | null, play_count: number, home_score: number, away_score: number,
 *   pending_defensive_decision: DefensiveDecision | null,
 *   pending_offensive_decision: OffensiveDecision | null, pending_manual_roll: Roll | null, pending_x_check: Record<string, any> | null,
 *   pending_runner: RunnerQuestion | null, pending_rollback: {side: Side, to_play: number} | null, ended_by: string | null,
 *   settings: {innings: number, injuries: boolean, decision_seconds: number | null, missed_deadlines_max: number | null},
 *   home_missed_deadlines: number, away_missed_deadlines: number,
 *   home_lineup: {players: Player[]}, away_lineup: {players: Player[]}, seed_commitment: string}} GameState */
/** @typedef {Record<string, any> & {play_number: number, inning: number, half: "top" | "bottom", outs_before: number,
 *   on_base_code: number, batter_id: number, pitcher_id: number, away_score: number, home_score: number,
 *   runs_scored: number, result_description: string, wpa: number, re24: number, play_metadata: Record<string, any>,
 *   defensive_choices: DefensiveDecision | null}} Play */
/** @typedef {Record<string, any> & {roll_id: number, first_die: number, purpose: string, player_id: number | null,
 *   roll_type: "ab" | "jump" | "fielding" | "d20" | "injury"}} Roll */
/** @typedef {{kind: string} & Record<string, any>} Command */
/** @typedef {{code: string, message: string, field?: string, retry_after_ms?: number}} Rejection */
/** What the field shows: now, or at an earlier play.
 * @typedef {{live: boolean, inning: number, half: "top" | "bottom", outs: number, runners: (Player | null)[],
 *   batter: Player | null, pitcher: Player | null, fielders: Player[], defence: DefensiveDecision | null}} Moment */

export {};
