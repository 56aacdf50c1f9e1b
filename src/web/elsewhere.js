// The way to a game that lives on another host. Hosts of one database take each other's tokens, but a browser keeps
// them by address: whoever sits here is told to the page over there behind the `#`, which no server gets to see.

import { keep, user, token } from "./identity.js";

const KEY = "dugout.left";
// Hosts may disagree for a moment; a page that is sent back this soon stays and says so.
const SENT_BACK_MS = 5_000;

/** @param {string} url */
const isAsSafe = (url) => url.startsWith("https://") || (url.startsWith("http://") && location.protocol === "http:");

/**
 * Goes to a game on another host, as whoever sits here. False where that would be unsafe or has just been tried.
 * @param {string | null} url the beginning of its URLs
 * @param {string} view as in `#/game/ID`
 */
export function goThere(url, view) {
  if (!url || !isAsSafe(url) || Date.now() - Number(sessionStorage.getItem(KEY)) < SENT_BACK_MS) return false;
  sessionStorage.setItem(KEY, String(Date.now()));
  const identity = { token: token(), user: user() };
  const as = identity.token ? `/as/${encodeURIComponent(JSON.stringify(identity))}` : "";
  location.replace(`${url.replace(/\/$/, "")}/${view}${as}`);
  return true;
}

/** Takes whoever comes from another host out of the address. */
export function arrive() {
  const found = /^(.*)\/as\/([^/]+)$/.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", found[1] ?? "#/");
  const identity = read(found[2] ?? "");
  const me = user();
  if (!identity || me?.id === identity.user.id) return;
  const isWanted = !me
    || confirm(`You come from another host as ${identity.user.name}, and are ${me.name} here. Go on as ${identity.user.name}?`);
  if (isWanted) keep(identity);
}

/** @param {string} text @returns {import("./identity.js").Identity | null} */
function read(text) {
  try {
    const identity = JSON.parse(decodeURIComponent(text));
    const isWhole = [identity.token, identity.user?.id, identity.user?.name].every((part) => typeof part === "string");
    const { id, name, role } = identity.user ?? {};
    return isWhole ? { token: identity.token, user: { id, name, role: String(role ?? "manager") } } : null;
  } catch {
    return null;
  }
}
