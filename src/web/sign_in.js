// The corner where one says his name, or brings a token.

import { host, whoIs } from "./api.js";
import { h, put, write } from "./dom.js";
import { keep, user } from "./identity.js";

const NAME_CHARS_MAX = 40;

/** Shows who sits here, with the way to change it. @param {Element} corner */
export function showIdentity(corner) {
  const me = user();
  const open = h("button", { type: "button", class: "quiet", onclick: () => signIn() }, me ? "Change" : "Say your name");
  const desk = me?.role === "operator" && h("a", { href: "#/operator" }, "Operator");
  put(corner, desk, me ? h("span", {}, "You are ", h("strong", {}, me.name)) : h("span", { class: "watching" }, "You only watch"), open);
}

/** @type {HTMLDialogElement | null} */
let dialog = null;

/**
 * Asks for a name or a token.
 * @param {string} [why] what it is needed for
 * @returns {Promise<boolean>} whether somebody sits here now
 */
export function signIn(why = "") {
  dialog?.close();
  return new Promise((resolve) => {
    const problem = h("p", { class: "problem", role: "alert" });
    const name = h("input", { id: "name", name: "name", maxlength: NAME_CHARS_MAX, autocomplete: "nickname", value: user()?.name ?? "" });
    const pasted = h("input", { id: "token", name: "token", autocomplete: "off", spellcheck: "false" });
    const form = h("form", { class: "stack", method: "dialog" },
      h("h2", {}, "Who are you?"),
      why && h("p", {}, why),
      h("label", { for: "name" }, "Your name, as others will see it"), name,
      h("details", {}, h("summary", {}, "I have a token"),
        h("label", { for: "token" }, "Paste it here; it is kept in this browser only"), pasted),
      problem,
      h("p", { class: "actions" },
        h("button", { class: "main", type: "submit" }, "That's me"),
        h("button", { type: "button", class: "quiet", onclick: () => box.close() }, "Not now")));
    const box = h("dialog", { "aria-label": "Who are you?" }, form);
    form.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      write(problem, "");
      try {
        keep(await identify(name.value.trim(), pasted.value.trim()));
        box.close();
      } catch (error) {
        write(problem, /** @type {Error} */ (error).message);
        (pasted.value ? pasted : name).focus();
      }
    });
    box.addEventListener("close", () => {
      box.remove();
      dialog = null;
      resolve(user() !== null);
    });
    document.body.append(box);
    dialog = box;
    box.showModal();
    name.focus();
  });
}

/** @param {string} name @param {string} pasted */
async function identify(name, pasted) {
  if (pasted) return { token: pasted, user: await whoIs(pasted) };
  return host.guest(name);
}
