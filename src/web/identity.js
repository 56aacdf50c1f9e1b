// Who sits here: a token and the name that goes with it, kept in this browser.

const KEY = "dugout.identity";

/** @typedef {{id: string, name: string, role?: string}} User */
/** @typedef {{token: string, user: User}} Identity */

/** @type {Identity | null} */
let current = read();

/** @returns {Identity | null} */
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return typeof kept?.token === "string" && typeof kept?.user?.name === "string" ? kept : null;
  } catch {
    return null;
  }
}

/** The token, if there is one. */
export const token = () => current?.token ?? null;

/** The user, if he said who he is. */
export const user = () => current?.user ?? null;

/** Keeps an identity, or forgets it, and tells the page. @param {Identity | null} identity */
export function keep(identity) {
  current = identity;
  try {
    if (identity) localStorage.setItem(KEY, JSON.stringify(identity));
    else localStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing still plays until the tab is closed.
  }
  dispatchEvent(new Event("identity"));
}

// Another tab of this browser changed who sits here.
addEventListener("storage", ({ key }) => {
  if (key !== KEY) return;
  current = read();
  dispatchEvent(new Event("identity"));
});
