import { html, nothing, type TemplateResult } from "lit/html.js";
import { plural } from "../lib/format";
import {
  chooseBase,
  chooseRuns,
  colourOf,
  filterRuns,
  listedRuns,
  MOST_COLUMNS,
  MOST_RUNS,
  runFilter,
  runNames,
  selectedRuns,
  shortName,
  toggleRun,
} from "../state/view";
import { css } from "./css";
import { listStyles, nameParts } from "./sidebar-styles";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";

/** Chooses runs, and the one that the others are compared with. */
export class RunsList extends SignalElement {
  static override styles = [
    common,
    listStyles,
    css`
      li {
        position: relative;
      }
      input[type="checkbox"] {
        flex: none;
        margin: 0;
        accent-color: var(--focus);
      }
      .swatch {
        flex: none;
        width: 12px;
        height: 12px;
        border-radius: 50%;
        border: 2px solid var(--colour);
      }
      .on .swatch {
        background: var(--colour);
      }
      button {
        font-size: 11px;
        line-height: 16px;
        padding: 1px 6px;
      }
      .base {
        position: absolute;
        right: 12px;
        top: 2px;
        opacity: 0;
      }
      li:hover .base,
      .base:focus-visible,
      .base[aria-pressed="true"] {
        opacity: 1;
      }
      .base[aria-pressed="true"] {
        border-color: var(--text);
        font-weight: 500;
      }
      .pinned label {
        padding-right: 56px;
      }
      @media (hover: none) {
        .base {
          opacity: 1;
        }
        label {
          padding-right: 56px;
        }
      }
      .all {
        display: flex;
        gap: 6px;
        padding: 4px 12px 0;
      }
    `,
  ];

  override render(): TemplateResult {
    const { text, pattern } = runFilter.value;
    const chosen = selectedRuns.value;
    return html`
      <h2>Runs <span class="muted">${chosen.length} of ${runNames.value.length}</span></h2>
      <input type="search" placeholder="Filter (regex)" aria-label="Filter runs by a regular expression"
        aria-describedby="matches" aria-invalid=${pattern ? "false" : "true"} .value=${text}
        @input=${(event: Event) => filterRuns((event.target as HTMLInputElement).value)} />
      <p id="matches" role="status" ?hidden=${!text}>${text ? this.#matches(pattern) : nothing}</p>
      <div class="list"><ul>${listedRuns.value.map((run) => this.#run(run, chosen))}</ul></div>
      <div class="all">
        <button @click=${() => chooseRuns(listedRuns.peek())}>all listed</button>
        <button @click=${() => chooseRuns(selectedRuns.peek().slice(0, 1))}>none but the base</button>
      </div>
      ${
        chosen.length > MOST_COLUMNS
          ? html`<p class="muted">Layers are shown side by side for the first ${MOST_COLUMNS} of
              them${chosen.length >= MOST_RUNS ? `; ${MOST_RUNS} is the most that can be chosen` : nothing}.</p>`
          : nothing
      }
    `;
  }

  #matches(pattern: RegExp | null): string {
    if (!pattern) return "Not a regular expression, so every run is listed.";
    const count = runNames.value.filter((run) => pattern.test(run)).length;
    return count
      ? `${plural(count, "run")} ${count === 1 ? "matches" : "match"}.`
      : "No run matches; chosen ones stay.";
  }

  #run(run: string, chosen: readonly string[]): TemplateResult {
    const on = chosen.includes(run);
    const isBase = run === chosen[0];
    return html`<li class="${on ? "on" : ""} ${isBase ? "pinned" : ""}" style="--colour:var(--run${colourOf(run)})">
      <label title=${run}>
        <input type="checkbox" aria-label=${run} .checked=${on}
          @change=${(event: Event) => {
            toggleRun(run);
            // The last one can't be left out; the box must not pretend otherwise.
            (event.target as HTMLInputElement).checked = selectedRuns.peek().includes(run);
          }} />
        <span class="swatch"></span>
        ${nameParts(shortName(run))}
      </label>
      <button class="base" aria-pressed=${isBase} aria-label="base: ${run}" @click=${() => chooseBase(run)}
        title="Comes first, gives the order of units, and is what the others are compared with">base</button>
    </li>`;
  }
}

define("dr-runs-list", RunsList);
