import { html, nothing, type TemplateResult } from "lit/html.js";
import { toPixel } from "../lib/scale";
import { domainOf } from "../state/axis";
import { cursor } from "../state/cursor";
import { css } from "./css";
import { define, SignalElement } from "./signal-element";

/** The linked cursor over one plot. An element of its own, so that a moving pointer redraws nothing else. */
export class Crosshair extends SignalElement {
  static override properties = { run: null, place: null };
  /** Whose part of the axis the plot shows. */
  declare run: string;
  /** Where a unit lies, as a share of the height; null where this plot doesn't show it, or no units at all. */
  declare place: ((unit: number) => number | null) | null;

  static override styles = [
    css`
    :host {
      position: absolute;
      inset: 0;
      pointer-events: none;
    }
    div {
      position: absolute;
    }
    .step {
      top: 0;
      bottom: 0;
      width: 1px;
      background: #fff;
      box-shadow: 0 0 0 1px rgb(0 0 0 / 0.55);
    }
    /* Beside the plot: a line across it would hide the very row. */
    .unit {
      left: -9px;
      margin-top: -5px;
      border: 5px solid transparent;
      border-left: 8px solid var(--text);
      border-right: 0;
    }
  `,
  ];

  override render(): TemplateResult | typeof nothing {
    const at = cursor.value;
    const domain = domainOf(this.run);
    if (!at || !domain) return nothing;
    const left = toPixel(at.x, domain, 100);
    const top = at.unit === null || !this.place ? null : this.place(at.unit);
    return html`${left < 0 || left > 100 ? nothing : html`<div class="step" style="left:${left}%"></div>`}
      ${top === null ? nothing : html`<div class="unit" style="top:${top * 100}%"></div>`}`;
  }
}

define("dr-crosshair", Crosshair);
