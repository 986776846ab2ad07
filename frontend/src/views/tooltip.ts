import { css, html, nothing, type TemplateResult } from "lit";
import { evidence } from "../lib/evidence";
import { approximate, exact, listed, plural, whole } from "../lib/format";
import { observed, STOPPED, stateMeaning, stateName } from "../lib/words";
import { type Cell, cell } from "../state/cursor";
import { unit } from "../state/data";
import {
  fractionOf,
  MOST_UNITS,
  type Reading,
  readCell,
  type UnitRecord,
  worstRecord,
} from "../state/inspect";
import { layerInfo } from "../state/selection";
import type { UnitHistory } from "../wire/api";
import { SignalElement } from "./signal-element";

const DEBOUNCE_MS = 120;
/** For cells of several units, each of which is a request. */
const LONG_DEBOUNCE_MS = 300;
const GAP = 14;

/** The cell under the pointer or the keyboard's cursor, in numbers. */
export class Tooltip extends SignalElement {
  static override properties = { rested: { state: true } };
  /** The cell that the pointer has rested on, so that its units are worth fetching. */
  declare rested: Cell | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Cell | null = null;

  static override styles = css`
    :host {
      position: fixed;
      z-index: 10;
      left: 0;
      top: 0;
      max-width: 340px;
      padding: 8px 11px;
      background: var(--raised);
      color: var(--text);
      border-radius: 4px;
      box-shadow: var(--shadow);
      pointer-events: none;
      font-size: 12px;
      line-height: 17px;
      visibility: hidden;
    }
    :host([shown]) {
      visibility: visible;
    }
    header {
      display: flex;
      justify-content: space-between;
      gap: 16px;
      font-weight: 500;
    }
    .state {
      border-radius: 8px;
      padding: 0 7px;
      background: var(--hover);
      white-space: nowrap;
    }
    .dead {
      background: #d0003c;
      color: #fff;
    }
    dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 0 14px;
      margin: 4px 0 0;
    }
    dt,
    .muted {
      color: var(--muted);
    }
    dd {
      margin: 0;
      text-align: right;
    }
    p {
      margin: 4px 0 0;
    }
  `;

  constructor() {
    super();
    this.rested = null;
  }

  override render(): TemplateResult | typeof nothing {
    const now = cell.value;
    if (now !== this.#last) {
      this.#last = now;
      clearTimeout(this.#timer);
      if (now && !same(now, this.rested)) {
        const wait = readCell(now).units.length > 1 ? LONG_DEBOUNCE_MS : DEBOUNCE_MS;
        this.#timer = setTimeout(() => {
          this.rested = now;
        }, wait);
      }
    }
    this.toggleAttribute("shown", now !== null);
    if (!now) return html`<div aria-live="polite"></div>`;
    const reading = readCell(now);
    const histories = same(now, this.rested) ? fetched(now, reading) : null;
    const worst = histories && worstRecord(now, histories);
    return html`<div aria-live="polite">${worst ? recorded(now, reading, worst) : coded(now, reading)}</div>`;
  }

  override updated(): void {
    const now = cell.peek();
    if (!now) return;
    const { offsetWidth: width, offsetHeight: height } = this;
    const left = now.x + GAP + width > innerWidth ? now.x - GAP - width : now.x + GAP;
    const top = Math.min(now.y + GAP, innerHeight - height - 4);
    this.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }
}

function same(a: Cell, b: Cell | null): boolean {
  return b !== null && a.matrix === b.matrix && a.rows[0] === b.rows[0] && a.rows[1] === b.rows[1];
}

/** The units' own records, once they are all there; null for blocks too large to look up. */
function fetched({ matrix }: Cell, { units }: Reading): UnitHistory[] | null {
  if (units.length > MOST_UNITS) return null;
  const answers = units.map((index) => unit(matrix.run, matrix.layer, index).state.value.value);
  return answers.every((answer) => answer !== null) ? (answers as UnitHistory[]) : null;
}

function head(title: string, state: string | null): TemplateResult {
  return html`<header>
    <span>${title}</span>
    <span class="state ${state === "dead" ? "dead" : ""}">${state === null ? "no record" : stateName(state)}</span>
  </header>`;
}

function coded(now: Cell, { units, records, state, value, exact: known }: Reading): TemplateResult {
  const { matrix } = now;
  const title =
    units.length === 1 ? `Unit ${units[0]}` : `${plural(units.length, "unit")}: ${listed(units, 4)}`;
  const [start, end] = [matrix.steps[records[0]], matrix.steps[records[1] - 1]];
  const many = records[1] - records[0];
  const which = matrix.statistic === "gradient_norm" ? "smallest" : "largest";
  const name = `${units.length > 1 || many > 1 ? `${which} ` : ""}${stateName(matrix.statistic)}`;
  const number = Number.isNaN(value) ? "none" : known ? exact(value) : `≈ ${approximate(value)}`;
  return html`${head(title, state)}
    <dl>
      <dt>${many > 1 ? "steps" : "step"}</dt>
      <dd>${many > 1 ? `${whole(start)} to ${whole(end)}, ${plural(many, "record")}` : whole(end)}</dd>
      <dt>${name}</dt>
      <dd>${number}</dd>
    </dl>
    ${held(now)}`;
}

function recorded(now: Cell, { units, records }: Reading, { history, record }: UnitRecord): TemplateResult {
  const state = history.states[record];
  const info = layerInfo(now.matrix.run, now.matrix.layer);
  const fraction = fractionOf(history, record);
  const active = history.active?.[record] ?? null;
  const samples = history.samples[record];
  // Without a finite sample there is nothing to say of activity.
  const screened = fraction === null ? samples : history.screened_samples[record];
  const [counted, watched] = observed(active, samples, screened, fraction !== 1);
  const name = stateName(history.zero_fraction ? "zero_fraction" : "negative_fraction");
  const meaning = stateMeaning(state, info?.upper_bound ?? null);
  const since = history.samples_since_active?.[record] ?? 0;
  const records_ = records[1] - records[0];
  const of = [
    units.length > 1 ? plural(units.length, "unit") : "",
    records_ > 1 ? plural(records_, "record") : "",
  ];
  const within = of.filter(Boolean).join(" and ");
  return html`${head(`Unit ${history.unit}`, state)}
    ${within ? html`<div class="muted">the worst of ${within} here</div>` : nothing}
    <dl>
      <dt>step</dt>
      <dd>${whole(history.steps[record])}</dd>
      ${watched && fraction !== 1 ? html`<dt>${name}</dt><dd>just below 1</dd>` : row(name, fraction)}
      ${history.gradient_norm ? row("gradient norm", history.gradient_norm[record]) : nothing}
      ${history.mean_activation ? row("mean activation", history.mean_activation[record]) : nothing}
      ${history.bias ? row("bias", history.bias[record]) : nothing}
      <dt>samples</dt>
      <dd>${counted}</dd>
    </dl>
    ${watched ? html`<p>${watched}</p>` : nothing}
    ${meaning ? html`<p>${meaning}</p>` : nothing}
    ${info?.gradient_at === "stopped" ? html`<p>${STOPPED}</p>` : nothing}
    ${state === "dead" || state === "silent" ? html`<p>${evidence(since)}</p>` : nothing}
    ${past(history)} ${held(now)}
`;
}

function row(name: string, value: number | null | undefined): TemplateResult {
  return html`<dt>${name}</dt>
    <dd>${value == null ? "NaN or not recorded" : exact(value)}</dd>`;
}

function past({ history }: UnitHistory): TemplateResult | typeof nothing {
  if (!history) return nothing;
  const parts = [
    history.born_dead ? "never active" : "",
    history.died_at.length ? `died at step ${listed(history.died_at, 3)}` : "",
    history.revived_at.length ? `revived at step ${listed(history.revived_at, 3)}` : "",
  ].filter(Boolean);
  return parts.length ? html`<p class="muted">${parts.join("; ")}</p>` : nothing;
}

function held(now: Cell): TemplateResult | typeof nothing {
  return now.held ? html`<p class="muted">between records: this is the one before</p>` : nothing;
}

customElements.define("dr-tooltip", Tooltip);
