// The way to a game that lives on another host. Hosts of one database take each other's tokens, but a browser keeps
// them by address: whoever sits here, and what of his is not answered yet, is told to the page over there behind the
// `#`, which no server gets to see.

import { isAsSafe } from "./connection.js";
import { keep, user, token } from "./identity.js";
import { Outbox } from "./outbox.js";

const KEY = "dugout.left";
// Hosts may disagree for a moment; a page that is sent back this soon stays and says so.
const SENT_BACK_MS = 5_000;

/**
 * Goes to a game on another host, as whoever sits here. False where that would be unsafe or has just been tried.
 * @param {string | null} url the beginning of its URLs
 * @param {string} view as in `#/game/ID`
 * @param {Outbox} [outbox] commands that go along; they keep their ids, and are not given here any more
 */
export function goThere(url, view, outbox) {
  if (!url || !isAsSafe(location.origin, url) || Date.now() - Number(sessionStorage.getItem(KEY)) < SENT_BACK_MS) return false;
  sessionStorage.setItem(KEY, String(Date.now()));
  const identity = { token: token(), user: user(), ...(outbox?.waiting.size ? { waiting: outbox.all() } : {}) };
  outbox?.clear();
  const as = identity.token ? `/as/${encodeURIComponent(JSON.stringify(identity))}` : "";
  location.replace(`${url.replace(/\/$/, "")}/${view}${as}`);
  return true;
}

/** Takes whoever comes from another host out of the address, with the commands that came along. */
export function arrive() {
  const found = /^(.*)\/as\/([^/]+)$/.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", found[1] ?? "#/");
  const newcomer = read(found[2] ?? "");
  if (!newcomer) return;
  const { waiting, ...identity } = newcomer;
  const me = user();
  const { name } = identity.user;
  const isNew = me?.id !== identity.user.id;
  if (me && isNew && !confirm(`You come from another host as ${name}, and are ${me.name} here. Go on as ${name}?`)) return;
  const game = /^#\/game\/([^/]+)/.exec(location.hash)?.[1];
  // An address that somebody made up does not know our token: it gives no commands in our name unasked.
  const isOurs = isNew || token() === identity.token;
  if (game && waiting.length
    && (isOurs || confirm("You come from another host, where a command of yours was not answered yet. Send it again?"))) {
    new Outbox(game, sessionStorage).take(waiting);
  }
  if (isNew) keep(identity);
}

/** @typedef {import("./outbox.js").Waiting} Waiting */

/** @param {string} text @returns {import("./identity.js").Identity & {waiting: Waiting[]} | null} */
function read(text) {
  try {
    const { token, user, waiting = [] } = JSON.parse(decodeURIComponent(text));
    const isWhole = [token, user?.id, user?.name].every((part) => typeof part === "string");
    const { id, name, role } = user ?? {};
    return isWhole ? { token, user: { id, name, role: String(role ?? "manager") }, waiting: waiting.filter(isWaiting) } : null;
  } catch {
    return null;
  }
}

/** @param {any} one */
const isWaiting = (one) => typeof one?.id === "string" && typeof one.command?.kind === "string"
  && (one.expect === null || Number.isInteger(one.expect));
