import { html, nothing, type TemplateResult } from "lit";
import { whole } from "../lib/format";
import { MAX_RUNS, ORDERS, type Order } from "../state/hash";
import { deadAtEnd } from "../state/scan";
import {
  chooseLayer,
  chooseOrder,
  layerInfo,
  layerNames,
  runNames,
  shownLayer,
  shownOrder,
  shownRuns,
  swapRuns,
  toggleRun,
} from "../state/selection";
import { sidebarStyles } from "./sidebar-styles";
import { SignalElement } from "./signal-element";
import { common } from "./styles";

const FILTER_FROM = 8;

const ORDER_NAMES: Record<Order, string> = {
  death: "death, earliest first",
  fraction: "fraction, highest first",
  gradient_norm: "gradient norm, lowest first",
  index: "index",
};

/** Chooses what the page shows. */
export class Sidebar extends SignalElement {
  static override properties = { runFilter: { state: true }, layerFilter: { state: true } };
  declare runFilter: string;
  declare layerFilter: string;

  static override styles = [common, sidebarStyles];

  constructor() {
    super();
    this.runFilter = "";
    this.layerFilter = "";
  }

  override render(): TemplateResult {
    return html`${this.#runs()} ${this.#order()} ${this.#layers()}`;
  }

  #runs(): TemplateResult {
    const shown = shownRuns.value;
    const names = matching(runNames.value, this.runFilter, shown);
    return html`<fieldset class="runs">
      <legend>Runs <span class="muted">up to ${MAX_RUNS} side by side</span></legend>
      ${this.#filter(runNames.value.length, "Filter runs", this.runFilter, (text) => {
        this.runFilter = text;
      })}
      <div class="list">
        ${names.map((run) => {
          const place = shown.indexOf(run);
          return html`<label class=${place >= 0 ? "on" : ""}>
            <input type="checkbox" .checked=${place >= 0}
              @change=${(event: Event) => {
                toggleRun(run);
                // The last shown run can't be hidden; the box must not pretend otherwise.
                (event.target as HTMLInputElement).checked = shownRuns.peek().includes(run);
              }} />
            <i class="swatch" style=${place >= 0 ? `background:var(--run${place})` : ""}></i>
            <span class="name" title=${run}>${run}</span>
            ${place === 0 && shown.length > 1 ? html`<span class="muted small">base</span>` : nothing}
          </label>`;
        })}
      </div>
      ${shown.length > 1 ? html`<button class="small" @click=${swapRuns}>Swap sides</button>` : nothing}
    </fieldset>`;
  }

  #order(): TemplateResult {
    return html`<label class="order">
      <span class="heading">Order of units</span>
      <select @change=${(event: Event) => chooseOrder((event.target as HTMLSelectElement).value as Order)}>
        ${[...ORDERS]
          .sort((a, b) => Object.keys(ORDER_NAMES).indexOf(a) - Object.keys(ORDER_NAMES).indexOf(b))
          .map(
            (order) =>
              html`<option value=${order} ?selected=${order === shownOrder.value}>${ORDER_NAMES[order]}</option>`,
          )}
      </select>
    </label>`;
  }

  #layers(): TemplateResult {
    const current = shownLayer.value;
    const names = matching(layerNames.value, this.layerFilter, current === null ? [] : [current]);
    const runs = shownRuns.value;
    return html`<fieldset class="layers">
      <legend>Layers <span class="muted right">dead units</span></legend>
      ${this.#filter(layerNames.value.length, "Filter layers", this.layerFilter, (text) => {
        this.layerFilter = text;
      })}
      <div class="list">
        ${names.map(
          (layer) => html`<label class=${layer === current ? "on" : ""}>
            <input type="radio" name="layer" .checked=${layer === current} @change=${() => chooseLayer(layer)} />
            <span class="name" title=${layer}>${layer}</span>
            ${runs.map((run, place) => deadBadge(run, layer, place))}
          </label>`,
        )}
      </div>
    </fieldset>`;
  }

  #filter(
    count: number,
    label: string,
    value: string,
    set: (text: string) => void,
  ): TemplateResult | typeof nothing {
    if (count < FILTER_FROM) return nothing;
    return html`<input type="search" placeholder=${label} aria-label=${label} .value=${value}
      @input=${(event: Event) => set((event.target as HTMLInputElement).value)} />`;
  }
}

function deadBadge(run: string, layer: string, place: number): TemplateResult {
  const info = layerInfo(run, layer);
  if (!info) return html`<span class="badge muted" title="${run} has no such layer">–</span>`;
  if (info.problem !== null) return html`<span class="badge some" title=${info.problem}>!</span>`;
  const dead = deadAtEnd(run, layer);
  return html`<span class="badge ${dead ? "some" : "muted"}" style="border-color:var(--run${place})"
    title="dead units in ${run}">${dead === null ? "…" : whole(dead)}</span>`;
}

/** Names that contain the text, whatever the case; those in use stay in view. */
function matching(names: readonly string[], text: string, used: readonly string[]): string[] {
  const wanted = text.trim().toLowerCase();
  return names.filter((name) => used.includes(name) || name.toLowerCase().includes(wanted));
}

customElements.define("dr-sidebar", Sidebar);
