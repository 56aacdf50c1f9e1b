// The dice of a finished game, rolled again from the revealed seed; and the seal of its journal. The same arithmetic
// as the host's, done in this browser by WebCrypto: HMAC-SHA-256 keyed by seed and managers' entropy, die by number.

import { DICE } from "./dice.js";

const encoder = new TextEncoder();
const KEY_DOMAIN = encoder.encode("dugout dice key v1");
const WORDS = 2 ** 32;

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** What came of the check.
 * @typedef {{commitment: boolean, dice: number, wrong: string[], entries: number, sealBroken: number | null, entropy: string[]}} Verdict */

/** @param {string} hex @returns {Bytes} */
function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {ArrayBuffer | Bytes} bytes */
const hexOf = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {...Bytes} parts @returns {Bytes} */
function joined(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A number of 64 bits, the high byte first. @param {number} value */
function u64(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(value));
  return new Uint8Array(view.buffer);
}

/** @param {Bytes} key */
function hmacKey(key) {
  return crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** @param {CryptoKey} key @param {Bytes} message */
const sign = async (key, message) => new Uint8Array(await crypto.subtle.sign("HMAC", key, message));

/** The key of a game's dice: the seed mixed with what the managers contributed.
 * @param {string} seed @param {{away: string | null, home: string | null}} entropy */
export async function diceKey(seed, entropy) {
  const shares = [entropy.away, entropy.home].flatMap((share) => {
    const text = encoder.encode(share ?? "");
    return [Uint8Array.of(share === null ? 0 : 1), u64(text.length), text];
  });
  return hmacKey(await sign(await hmacKey(bytesOf(seed)), joined(KEY_DOMAIN, ...shares)));
}

/** Die number `n`, 1 to `sides`. Words that would favour the low faces are passed over.
 * @param {CryptoKey} key @param {number} n @param {number} sides */
export async function die(key, n, sides) {
  const bound = Math.floor(WORDS / sides) * sides;
  for (let counter = 0; ; counter += 1) {
    const block = new DataView((await sign(key, joined(u64(n), u64(counter).slice(4)))).buffer);
    for (let at = 0; at < block.byteLength; at += 4) {
      const word = block.getUint32(at);
      if (word < bound) return (word % sides) + 1;
    }
  }
}

/** Checks a journal, as `GET /games/{id}/journal` gives it, against the commitment published before the first pitch.
 * @param {string} journal @param {string} commitment @returns {Promise<Verdict>} */
export async function check(journal, commitment) {
  const lines = journal.trimEnd().split("\n").slice(1);
  const events = lines.flatMap((line) => JSON.parse(line).events);
  const end = events.find((event) => event.kind === "game_completed");
  if (!end) throw new Error("The journal has no end, so the seed is not revealed.");
  const digest = await crypto.subtle.digest("SHA-256", bytesOf(end.dice_seed));
  /** @type {{away: string | null, home: string | null}} */
  const entropy = { away: null, home: null };
  for (const event of events) {
    if (event.kind === "entropy_contributed") entropy[/** @type {"away" | "home"} */ (event.side)] = event.entropy;
  }
  const rolls = events.filter((event) => event.kind === "dice_rolled").map((event) => event.roll);
  const { dice, wrong } = await checkRolls(await diceKey(end.dice_seed, entropy), rolls);
  return {
    commitment: hexOf(digest) === commitment,
    dice,
    wrong,
    entries: lines.length,
    sealBroken: await brokenSeal(lines),
    entropy: Object.values(entropy).filter((share) => share !== null),
  };
}

/** @param {CryptoKey} key @param {import("./types.js").Roll[]} rolls */
async function checkRolls(key, rolls) {
  /** @type {string[]} */
  const wrong = [];
  let next = 0;
  for (const roll of rolls) {
    // A host that could pass over dice could choose among them.
    if (roll.first_die !== next) wrong.push(`roll ${roll.roll_id} begins with die ${roll.first_die} instead of ${next}`);
    next = roll.first_die;
    for (const [field, sides] of DICE[roll.roll_type]) {
      const face = await die(key, next, sides);
      if (face !== roll[field]) wrong.push(`die ${next} of roll ${roll.roll_id} showed ${roll[field]}, but is ${face}`);
      next += 1;
    }
  }
  return { dice: next, wrong };
}

/** The first entry whose hash does not follow from the one before; none where the chain holds. @param {string[]} lines */
async function brokenSeal(lines) {
  /** @type {Bytes} */
  let before = new Uint8Array(32);
  for (const [index, line] of lines.entries()) {
    // A line without its hash is the very text that the hash seals.
    const found = /"hash":"([0-9a-f]{64})",(?="issuer":)/.exec(line);
    if (!found) return index + 1;
    const text = line.slice(0, found.index) + line.slice(found.index + found[0].length);
    const digest = await crypto.subtle.digest("SHA-256", joined(before, encoder.encode(text)));
    if (hexOf(digest) !== found[1]) return index + 1;
    before = new Uint8Array(digest);
  }
  return null;
}
