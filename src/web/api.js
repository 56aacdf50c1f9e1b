// Questions over HTTP, in the name of whoever sits here.

import { token } from "./identity.js";

const API = "/api/v1";

/** A refusal in the host's words, or the news that no host answered. */
export class Problem extends Error {
  /** @param {number} status 0 where nobody answered @param {any} body problem details */
  constructor(status, body) {
    super(body.detail ?? `The host answered ${status}.`);
    this.status = status;
    this.code = body.code ?? null;
    this.field = body.field ?? null;
    /** @type {string | null} where the host lives that is to be asked instead */
    this.url = body.url ?? null;
  }
}

/**
 * Asks the host.
 * @param {string} path below /api/v1
 * @param {{method?: string, body?: unknown}} [options]
 * @returns {Promise<any>}
 * @throws {Problem}
 */
export async function ask(path, { method = "GET", body } = {}) {
  const text = await askText(path, { method, body });
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(0, { detail: "The host's answer is not readable." });
  }
}

/**
 * Asks the host for text.
 * @param {string} path @param {{method?: string, body?: unknown}} [options]
 * @returns {Promise<string>}
 */
export async function askText(path, { method = "GET", body } = {}) {
  /** @type {Record<string, string>} */
  const headers = {};
  const mine = token();
  if (mine) headers.authorization = `Bearer ${mine}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(API + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    if (response.ok) return await response.text();
  } catch {
    throw new Problem(0, { detail: "The host does not answer." });
  }
  throw new Problem(response.status, await response.json().catch(() => ({})));
}
