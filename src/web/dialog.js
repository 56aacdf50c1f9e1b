// A dialog that is gone when it is closed.

import { h } from "./dom.js";

/** @param {string} title @param {(close: () => void) => (Node | false | null)[]} content @param {string} [kind] a class, where it needs room */
export function openDialog(title, content, kind = "") {
  const box = h("dialog", { "aria-label": title, class: kind || null });
  box.append(h("h2", {}, title), ...content(() => box.close()).filter(Boolean));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}
