import { html, type TemplateResult } from "lit/html.js";
import { css } from "./css";
import { define, SignalElement } from "./signal-element";

/** Shows its content over the middle of a plot, after a while: what is quick needs no announcement. */
export class Late extends SignalElement {
  static override properties = { delay: 0, due: false };
  declare delay: number;
  declare due: boolean;

  static override styles = [
    css`
    :host {
      position: absolute;
      inset: 0;
      display: grid;
      place-items: center;
      color: var(--muted);
      pointer-events: none;
    }
    ::slotted(*) {
      pointer-events: auto;
    }
    ::slotted(label) {
      text-align: center;
    }
  `,
  ];

  override connected(): () => void {
    const timer = setTimeout(() => {
      this.due = true;
    }, this.delay);
    return () => {
      clearTimeout(timer);
      this.due = false;
    };
  }

  override render(): TemplateResult {
    return html`<div role="status">${this.due ? html`<slot></slot>` : ""}</div>`;
  }
}

define("dr-late", Late);

/** What takes less needs no announcement. */
const PATIENCE_MS = 300;

/** Says what is on its way, where that takes long. */
export function late(what: TemplateResult | string): TemplateResult {
  return html`<dr-late .delay=${PATIENCE_MS}>${what}</dr-late>`;
}

/** The same with how many of all are there. */
export function lateOf(what: string, done: number, all: number, things: string): TemplateResult {
  return late(
    html`<label>${what}, ${done} of ${all} ${things} <progress max=${all} .value=${done}></progress></label>`,
  );
}
