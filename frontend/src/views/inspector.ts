import { html, nothing, type TemplateResult } from "lit/html.js";
import { historyInWords, stateInWords } from "../lib/history";
import { stateName } from "../lib/words";
import { csvAddress } from "../state/data";
import { type UnitAnswer, type UnitState, unitState } from "../state/unit-answers";
import { chooseUnit, shownLayer, shownRuns, shownUnit, sought } from "../state/view";
import { css } from "./css";
import { failed } from "./failed";
import { runSample } from "./readout";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";
import { unitCharts } from "./unit-charts";
import "./chart";
import { late } from "./late";
import "./unit-record";

/** Whether the user's last move was a key: then the focus follows. */
let byKey = false;
const onKey = () => {
  byKey = true;
};
const onPointer = () => {
  byKey = false;
};

/** The second click may take back what the first one chose. */
const DOUBLE_CLICK_MS = 300;

/** All that is recorded of the chosen unit. */
export class Inspector extends SignalElement {
  static override styles = [
    common,
    css`
      :host {
        display: block;
        position: relative;
        padding: 4px 16px 8px;
        border-top: 1px solid var(--line);
      }
      header,
      .past {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
      }
      h2 {
        font-size: 16px;
        line-height: 24px;
        margin-right: 8px;
      }
      input {
        width: 76px;
        padding: 2px 6px;
      }
      .close {
        margin-left: auto;
      }
      .past {
        align-items: baseline;
      }
      .state {
        border-radius: 8px;
        padding: 0 7px;
        background: var(--hover);
      }
      .dead {
        color: var(--dead);
        font-weight: 500;
      }
      a {
        color: var(--focus);
      }
      .charts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(380px, 1fr));
        gap: 4px 12px;
        margin-top: 6px;
      }
      .wait {
        position: relative;
      }
      .head {
        position: absolute;
        inset: 0 0 auto;
        height: min(100%, 55vh);
        pointer-events: none;
      }
    `,
  ];

  #before: number | null | undefined;
  #from: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of what was shown before: the page must not jump while the next unit is on its way. */
  #height = 300;

  override connected(): () => void {
    window.addEventListener("keydown", onKey, true);
    window.addEventListener("pointerdown", onPointer, true);
    return () => {
      clearTimeout(this.#timer);
      window.removeEventListener("keydown", onKey, true);
      window.removeEventListener("pointerdown", onPointer, true);
    };
  }

  override render(): TemplateResult | typeof nothing {
    const layer = shownLayer.value;
    const unit = shownUnit.value;
    if (layer === null) return nothing;
    if (unit === null) {
      return html`<p class="muted">Click a unit, or press Enter on it, for all that is recorded of it.</p>`;
    }
    const states = shownRuns.value.map((run) => [run, unitState(run, layer, unit)] as const);
    const answers = states.flatMap(([, { answer }]) => answer ?? []);
    const waits = states.some(([, { answer, lacks, error }]) => !answer && !lacks && !error);
    const units = Math.max(...states.map(([, one]) => one.units));
    return html`<section aria-labelledby="title" @keydown=${this.#key} data-unit=${unit}>
      <div class="head"></div>
      <header>
        <h2 id="title" tabindex="-1">Unit ${unit} of ${layer}</h2>
        <button @click=${() => chooseUnit(unit - 1)} ?disabled=${unit === 0}>Previous unit</button>
        <button @click=${() => chooseUnit(unit + 1)} ?disabled=${units > 0 && unit + 1 >= units}>Next unit</button>
        <label>Unit <input type="number" min="0" max=${units > 0 ? units - 1 : nothing} .value=${String(unit)}
          @change=${choose}></label>
        <button class="close" @click=${this.#close}>Close</button>
      </header>
      ${states.map(([run, state]) => past(run, layer, unit, state))}
      ${
        answers.length
          ? html`<div class="known">
              <div class="charts">
                ${unitCharts(answers).map((model) => html`<dr-chart .model=${model}></dr-chart>`)}
              </div>
              <dr-unit-record .answers=${answers}></dr-unit-record>
            </div>`
          : waits
            ? html`<div class="wait" style="min-height: ${this.#height}px">${late(`Loading unit ${unit}…`)}</div>`
            : nothing
      }
    </section>`;
  }

  override updated(): void {
    const unit = shownUnit.peek();
    const aim = sought.value;
    this.#height = this.renderRoot.querySelector<HTMLElement>(".known")?.offsetHeight ?? this.#height;
    const opened = this.#before !== undefined && unit !== null && unit !== this.#before;
    const first = this.#before === null;
    this.#before = unit;
    const chart = aim === "bias" && this.renderRoot.querySelector(".charts > :last-child");
    if (chart || aim === "picture") {
      clearTimeout(this.#timer);
      sought.value = null;
      // The charts have their size once they are drawn.
      if (chart) this.#timer = setTimeout(bringIntoSight, 0, chart);
      return;
    }
    if (!opened || this.matches(":focus-within")) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(unit), byKey ? 0 : DOUBLE_CLICK_MS);
    if (!byKey) return;
    if (first) this.#from = focused();
    this.renderRoot.querySelector("h2")?.focus({ preventScroll: true });
  }

  #show(unit: number): void {
    if (shownUnit.peek() !== unit) return;
    // It covers as much as is worth bringing into view.
    bringIntoSight(this.renderRoot.querySelector(".head"));
  }

  readonly #close = (): void => {
    chooseUnit(null);
    // To where the unit was chosen.
    this.#from?.focus();
    this.#from = null;
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.#close();
  };
}

function bringIntoSight(element: Element | null): void {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element?.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
}

/** What became of the unit in one run. */
function past(run: string, layer: string, unit: number, { answer, lacks, error }: UnitState): TemplateResult {
  return html`<p class="past" data-run=${run}>
    ${runSample(run)}<b>${run}</b>
    ${answer ? told(answer, layer, unit) : html`<span class="muted">${lacks || (error ? "" : "…")}</span>`} ${error ? failed("couldn't be fetched", error) : nothing}
  </p>`;
}

function told({ run, info, history }: UnitAnswer, layer: string, unit: number): TemplateResult {
  const state = history.states.at(-1) ?? "absent";
  return html`<span class="state ${state === "dead" ? "dead" : ""}" title=${stateInWords(state, info)}
      >${stateName(state)}</span>
    <span>${historyInWords(history, info).join(" ")}&nbsp;<a href=${csvAddress(run, layer, unit)}
      download="${run}.${layer}.${unit}.csv" aria-label="CSV of unit ${unit} in ${run}">CSV</a></span>
    ${state === "dead" || state === "silent" ? nothing : html`<span class="muted">${stateInWords(state, info)}</span>`}`;
}

function choose(event: Event): void {
  const input = event.target as HTMLInputElement;
  const { valueAsNumber, max } = input;
  if (valueAsNumber >= 0)
    chooseUnit(Math.min(Math.round(valueAsNumber), max ? Number(max) : Number.POSITIVE_INFINITY));
  // Also where that is the unit that was shown before.
  input.value = String(shownUnit.peek() ?? "");
}

/** The element that has the focus, in whatever shadow root. */
function focused(): HTMLElement | null {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found as HTMLElement | null;
}

define("dr-inspector", Inspector);
