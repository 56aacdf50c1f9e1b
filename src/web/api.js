// The host that this page came from, asked in the name of whoever sits here.

import { Client } from "./client.js";
import { token } from "./identity.js";

export { Problem } from "./client.js";

const NAME = "dugout-page/1";

/** The host, as whoever sits here. */
export const host = new Client(location.origin, { token, name: NAME });

/** @param {string} candidate @returns {Promise<import("./identity.js").User>} whom a token names */
export const whoIs = (candidate) => new Client(location.origin, { token: candidate, name: NAME }).whoAmI();

/** @param {string} path @param {{method?: string, body?: unknown}} [options] @returns {Promise<any>} */
export const ask = (path, options) => host.ask(path, options);

/** @param {string} path @param {{method?: string, body?: unknown}} [options] @returns {Promise<string>} */
export const askText = (path, options) => host.askText(path, options);
