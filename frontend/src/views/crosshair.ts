import { css, html, nothing, type TemplateResult } from "lit";
import { toPixel } from "../lib/scale";
import { cursor } from "../state/cursor";
import { domain } from "../state/panels";
import { SignalElement } from "./signal-element";

/** The linked cursor over one plot. An element of its own, so that a moving pointer redraws nothing else. */
export class Crosshair extends SignalElement {
  static override properties = { place: { attribute: false } };
  /** Where a unit lies, as a share of the height; null where this plot has no such unit, or no units at all. */
  declare place: ((unit: number) => number | null) | null;

  static override styles = css`
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
  `;

  constructor() {
    super();
    this.place = null;
  }

  override render(): TemplateResult | typeof nothing {
    const at = cursor.value;
    const steps = domain.value;
    if (!at || !steps) return nothing;
    const left = toPixel(at.step, steps, 100);
    const top = at.unit === null || !this.place ? null : this.place(at.unit);
    return html`<div class="step" style="left:${left}%"></div>
      ${top === null ? nothing : html`<div class="unit" style="top:${top * 100}%"></div>`}`;
  }
}

customElements.define("dr-crosshair", Crosshair);
