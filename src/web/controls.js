// The pieces that forms are made of.

import { h } from "./dom.js";

/**
 * A group of choices, one of which holds. Left out where there is nothing to choose.
 * @param {string} name @param {string} legend @param {[string, string][]} options value and label, the default first
 * @param {{given?: boolean}} [how] `given`: the first holds unless another is chosen; else one must be chosen
 */
export function choice(name, legend, options, { given = true } = {}) {
  if (options.length < (given ? 2 : 1)) return null;
  return h("fieldset", { class: "choice", "data-field": name }, h("legend", {}, legend),
    ...options.map(([value, label], index) => h("label", {},
      h("input", { type: "radio", name, value, checked: given && index === 0, required: !given }), h("span", {}, label))));
}

/** @param {string} name @param {string} value @param {string} text */
export function tick(name, value, text) {
  return h("label", { class: "tick" }, h("input", { type: "checkbox", name, value }), h("span", {}, text));
}

/**
 * A decision with its button.
 * @param {string} label of the button @param {(Node | null)[]} parts @param {(data: FormData) => void} submitted
 */
export function form(label, parts, submitted) {
  return h("form", {
    class: "decision",
    onsubmit(/** @type {SubmitEvent} */ event) {
      event.preventDefault();
      submitted(new FormData(/** @type {HTMLFormElement} */ (event.target)));
    },
  }, ...parts, h("p", { class: "actions" }, h("button", { class: "main", type: "submit" }, label)));
}

/** A list to choose one of. @param {string} id @param {string} label @param {[string, string][]} options value and text
 * @param {string} [chosen] */
export function select(id, label, options, chosen) {
  return h("div", { class: "setting" }, h("label", { for: id }, label),
    h("select", { id, name: id }, ...options.map(([value, text]) => h("option", { value, selected: value === chosen }, text))));
}

/** A number to be typed; what it means when it is empty stands in it.
 * @param {string} id @param {string} label @param {[number, number]} range @param {string} empty */
export function number(id, label, [min, max], empty) {
  return h("div", { class: "setting" }, h("label", { for: id }, label),
    h("input", { id, name: id, type: "number", inputmode: "numeric", min, max, placeholder: empty }));
}
