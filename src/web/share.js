// This browser's own share in a game's dice: made once, remembered, so that the end can be held against it.

const BYTES = 32;

/** @param {string} game */
const keyOf = (game) => `dugout.entropy.${game}`;

/** What this browser contributed to a game, if anything. @param {string} game @returns {string | null} */
export function ownShare(game) {
  return localStorage.getItem(keyOf(game));
}

/** Draws a share. @returns {string} lower-case hexadecimal */
export function drawShare() {
  return [...crypto.getRandomValues(new Uint8Array(BYTES))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Remembers a share that the host has taken. @param {string} game @param {string} share */
export function keepShare(game, share) {
  localStorage.setItem(keyOf(game), share);
}
