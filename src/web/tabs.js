// Tabs, as the ARIA practices have them: arrow keys move, the panel follows.

import { h } from "./dom.js";

/** @typedef {{id: string, title: string, element: HTMLElement, shown?: () => void}} Tab */

export class Tabs {
  /** @param {Tab[]} tabs */
  constructor(tabs) {
    this.tabs = tabs.map((tab) => ({
      ...tab,
      button: h("button", {
        type: "button", role: "tab", id: `tab-${tab.id}`, "aria-controls": `panel-${tab.id}`, onclick: () => this.open(tab.id),
      }, tab.title),
      panel: h("div", { role: "tabpanel", id: `panel-${tab.id}`, "aria-labelledby": `tab-${tab.id}`, hidden: true }, tab.element),
    }));
    const list = h("div", { role: "tablist", "aria-label": "The game so far", onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) },
      ...this.tabs.map((tab) => tab.button));
    this.element = h("section", { class: "tabs" }, list, ...this.tabs.map((tab) => tab.panel));
    this.current = "";
    this.open(tabs[0]?.id ?? "");
  }

  /** @param {string} id */
  open(id) {
    if (this.current === id) return;
    this.current = id;
    for (const tab of this.tabs) {
      const chosen = tab.id === id;
      tab.button.setAttribute("aria-selected", String(chosen));
      tab.button.tabIndex = chosen ? 0 : -1;
      tab.panel.hidden = !chosen;
      if (chosen) tab.shown?.();
    }
  }

  /** @param {KeyboardEvent} event */
  #key({ key }) {
    const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const index = this.tabs.findIndex((tab) => tab.id === this.current);
    const next = this.tabs[(index + step + this.tabs.length) % this.tabs.length];
    if (!next) return;
    this.open(next.id);
    next.button.focus();
  }
}
