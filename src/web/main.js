// Which view is shown. `#/` is the lobby, `#/season` the season, `#/game/ID` a game, `#/game/ID/claim/SIDE` an invitation to
// a seat; `#/operator`, `#/operator/audit` and `#/operator/game/ID` are the operator's desk. Behind any of them, `/as/IDENTITY`
// is whoever comes from another host.

import { h, put, write } from "./dom.js";
import { arrive } from "./elsewhere.js";
import { showIdentity } from "./sign_in.js";

const HEALTH_EVERY_MS = 10_000;

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
/** @type {{stop(): void} | null} */
let view = null;
let routes = 0;

/** What the address asks for; modules of a view are loaded when it is first shown. */
async function open() {
  const [kind, id, verb, side] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (kind === "game" && id && verb === "claim" && (side === "home" || side === "away")) {
    return (await import("./claim.js")).claimView(id, side);
  }
  if (kind === "operator" && id === "game" && verb) return (await import("./operator_game.js")).operatorGameView(verb);
  if (kind === "operator" && id === "audit") return (await import("./operator.js")).auditView();
  if (kind === "operator") return (await import("./operator.js")).operatorView();
  if (kind === "game" && id) return (await import("./game.js")).gameView(id);
  if (kind === "season") return (await import("./season.js")).seasonView();
  return (await import("./lobby.js")).lobbyView();
}

async function route() {
  arrive();
  const turn = (routes += 1);
  view?.stop();
  view = null;
  try {
    const next = await open();
    if (turn !== routes) return next.stop();
    view = next;
    put(main, next.element);
  } catch (error) {
    if (turn !== routes) return;
    const again = h("button", { type: "button", class: "main", onclick: route }, "Try again");
    put(main, h("h1", { tabindex: -1 }, "That did not work"), h("p", { role: "alert" }, /** @type {Error} */ (error).message), again);
  }
  const title = main.querySelector("h1");
  document.title = title ? `${title.textContent} · dugout` : "dugout";
  // A reader of the screen starts at the new view's heading; at the first view the browser does that by itself.
  if (turn > 1 && title) {
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

async function showHealth() {
  const health = /** @type {HTMLElement} */ (document.getElementById("health"));
  try {
    const response = await fetch("/readyz");
    const { database, draining } = await response.json();
    health.classList.toggle("problem", !response.ok);
    write(health, draining ? "The host is stopping." : database ? "The host is well." : "The database is away; games hold.");
  } catch {
    health.classList.add("problem");
    write(health, "The host does not answer.");
  }
}

function showWho() {
  showIdentity(/** @type {HTMLElement} */ (document.getElementById("identity")));
}

addEventListener("hashchange", () => { if (location.hash !== "#main") route(); });
addEventListener("identity", () => {
  showWho();
  route();
});
showWho();
route();
showHealth();
setInterval(showHealth, HEALTH_EVERY_MS);
