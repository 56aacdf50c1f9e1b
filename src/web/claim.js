// An invitation to a seat, followed by its link.

import { ask, Problem } from "./api.js";
import { h, write } from "./dom.js";
import { goThere } from "./elsewhere.js";
import { user } from "./identity.js";
import { signIn } from "./sign_in.js";
import { sideName } from "./words.js";

/** @param {string} id @param {"home" | "away"} side */
export async function claimView(id, side) {
  // A private game shows itself to its managers only: its row may be out of sight until the seat is taken.
  const game = await ask(`/games/${encodeURIComponent(id)}`).catch(() => null);
  const team = game?.game_metadata[`${side}_team_name`] ?? `the ${sideName(side)}`;
  const other = side === "home" ? "away" : "home";
  const host = game?.seats[other]?.user_name;
  const problem = h("p", { class: "problem", role: "alert" });
  const take = h("button", { class: "main", type: "button" }, "Take the seat");
  take.addEventListener("click", async () => {
    write(problem, "");
    if (!user()) {
      // The view is drawn anew for whoever sits here now; the button waits for him there.
      await signIn("A seat needs a manager with a name.");
      return;
    }
    take.disabled = true;
    try {
      await ask(`/games/${encodeURIComponent(id)}/seats/${side}`, { method: "POST", body: {} });
      location.hash = `#/game/${id}`;
    } catch (error) {
      if (error instanceof Problem && goThere(error.url, `#/game/${id}/claim/${side}`)) return;
      write(problem, /** @type {Error} */ (error).message);
      take.disabled = false;
    }
  });
  const element = h("section", { class: "card claim" },
    h("h1", { tabindex: -1 }, `Manage ${team}`),
    h("p", {}, host ? `${host} waits for you on the other bench.` : "A seat in a game waits for you.",
      ` You manage the ${sideName(side)}.`),
    problem,
    h("p", { class: "actions" }, take, h("a", { href: `#/game/${id}` }, "Only watch")));
  return { element, stop() {} };
}
