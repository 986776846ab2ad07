import { html, nothing, type TemplateResult } from "lit/html.js";
import { recordUnder } from "../lib/axis";
import { evidence } from "../lib/evidence";
import { exact, whole } from "../lib/format";
import { observed, stateName } from "../lib/words";
import { cursor } from "../state/cursor";
import { fractionOf } from "../state/inspect";
import type { UnitAnswer } from "../state/unit-answers";
import { css } from "./css";
import { runSample } from "./readout";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";
import { capital, STATISTICS } from "./unit-charts";

/** One line of the table: a quantity, and what it is at a record. */
type Quantity = readonly [name: string, read: (answer: UnitAnswer, record: number) => string];

function number(values: readonly (number | null)[] | undefined, record: number): string {
  if (!values) return "–";
  const value = values[record];
  return value === null ? "no value" : exact(value);
}

/** A unit's record in each run where the cursor is, or else its newest one. */
export class UnitRecord extends SignalElement {
  static override properties = { answers: null, all: null };
  declare answers: readonly UnitAnswer[];
  /** The run of which all records are listed. */
  declare all: string | null;

  static override styles = [
    common,
    css`
      :host {
        display: block;
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        font-size: 12px;
      }
      th,
      td {
        padding: 1px 14px 1px 0;
        text-align: left;
        vertical-align: top;
        font-weight: 400;
      }
      td {
        max-width: 240px;
        white-space: normal;
      }
      thead th {
        font-weight: 500;
      }
      tbody th {
        color: var(--muted);
      }
      .all {
        max-height: 320px;
        overflow: auto;
      }
      .all td {
        white-space: nowrap;
        max-width: none;
      }
      .all thead th {
        position: sticky;
        top: 0;
        background: var(--surface);
      }
      summary {
        cursor: pointer;
        padding: 4px 0;
      }
    `,
  ];

  override render(): TemplateResult {
    const at = cursor.value;
    const { answers } = this;
    const records = answers.map(({ spans, history }) =>
      at ? recordUnder(spans, at.x) : history.steps.length - 1,
    );
    return html`<table>
        <caption class="visually-hidden">The record at the cursor, or else the newest</caption>
        <thead><tr>
          <th scope="col">${at ? "At the cursor" : "Newest record"}</th>
          ${answers.map(({ run }) => html`<th scope="col">${runSample(run)} ${run}</th>`)}
        </tr></thead>
        <tbody>${quantities(answers).map(
          ([name, read]) => html`<tr>
            <th scope="row">${capital(name)}</th>
            ${answers.map((answer, i) => html`<td>${records[i] < 0 ? "–" : read(answer, records[i])}</td>`)}
          </tr>`,
        )}</tbody>
      </table>
      ${answers.map((answer) => this.#all(answer))}`;
  }

  #all(answer: UnitAnswer): TemplateResult {
    const { run, history } = answer;
    const open = this.all === run;
    const columns = quantities([answer]);
    const toggle = (event: Event) => {
      if ((event.target as HTMLDetailsElement).open) this.all = run;
      else if (this.all === run) this.all = null;
    };
    const rows =
      () => html`<div class="all" tabindex="0" role="region" aria-label="All records of ${run}"><table>
      <thead><tr>${columns.map(([name]) => html`<th scope="col">${capital(name)}</th>`)}</tr></thead>
      <tbody>${history.steps.map(
        (_, i) => html`<tr>${columns.map(([, read]) => html`<td>${read(answer, i)}</td>`)}</tr>`,
      )}</tbody>
    </table></div>`;
    return html`<details ?open=${open} @toggle=${toggle}>
      <summary>All ${whole(history.steps.length)} records of ${run}</summary>
      ${open ? rows() : nothing}
    </details>`;
  }
}

function quantities(answers: readonly UnitAnswer[]): Quantity[] {
  const recorded = STATISTICS.filter((name) => answers.some(({ history }) => history[name]));
  const all: Quantity[] = [
    ["step", ({ history }, i) => whole(history.steps[i])],
    ["state", ({ history }, i) => stateName(history.states[i])],
    ...recorded.map((name): Quantity => [stateName(name), ({ history }, i) => number(history[name], i)]),
    ["samples", samples],
    ["last active at step", ({ history }, i) => lastActive(history.last_active_step?.[i])],
    ["evidence", inactive],
  ];
  return all.map(([name, read]) => [
    name,
    (answer, i) =>
      name !== "step" && answer.history.states[i] === "absent" ? "no such unit" : read(answer, i),
  ]);
}

function samples({ history }: UnitAnswer, i: number): string {
  const fraction = fractionOf(history, i);
  const screened = fraction === null ? history.samples[i] : history.screened_samples[i];
  return observed(history.active?.[i] ?? null, history.samples[i], screened, fraction !== 1).join("; ");
}

function lastActive(step: number | null | undefined): string {
  if (step == null) return "not recorded";
  return step < 0 ? "never" : whole(step);
}

function inactive({ history }: UnitAnswer, i: number): string {
  const since = history.samples_since_active?.[i] ?? 0;
  return since > 0 ? evidence(since) : "–";
}

define("dr-unit-record", UnitRecord);
