// Making elements. Data becomes text nodes and attributes only, never markup.

/** @typedef {Node | string | number | false | null | undefined} Child */
/** @typedef {Record<string, unknown>} Attributes */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {Element} element
 * @param {Attributes} attributes `on…` are listeners; true is an empty attribute; false, null, undefined are left out
 * @param {Child[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...present(children));
  return element;
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function present(children) {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/**
 * An HTML element.
 * @param {string} name @param {Attributes} [attributes] @param {...Child} children
 * @returns {any}
 */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/**
 * An SVG element.
 * @param {string} name @param {Attributes} [attributes] @param {...Child} children
 * @returns {any}
 */
export function s(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Replaces what is in `element`. @param {Element} element @param {...Child} children */
export function put(element, ...children) {
  element.replaceChildren(...present(children));
}

/** Writes text where it differs: a live region speaks only of what is new. @param {Element} element @param {string} text */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const SPOKEN_MAX = 4;

/** Says something to those who do not see the page. What follows at once does not drown it. @param {string} text */
export function announce(text) {
  const announcer = document.getElementById("announcer");
  announcer?.append(h("p", {}, text));
  while (announcer && announcer.childElementCount > SPOKEN_MAX) announcer.firstElementChild?.remove();
}

/** A table cell that heads its row. @param {Child} text */
export const rowHead = (text) => h("th", { scope: "row" }, text);

/** A table cell that heads its column. @param {string} text @param {string} [title] what an abbreviation stands for */
export const columnHead = (text, title) => h("th", { scope: "col" }, title ? h("abbr", { title }, text) : text);
