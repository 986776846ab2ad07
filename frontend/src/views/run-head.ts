import { effect, untracked } from "@preact/signals-core";
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import { recordUnder } from "../lib/axis";
import { listed, percent, plural, whole } from "../lib/format";
import { deadCount, recordCount, severity } from "../lib/words";
import { spansOf } from "../state/axis";
import { cursor, isDistribution } from "../state/cursor";
import { csvAddress } from "../state/data";
import { columnOf, orderGiver, panelTimeline } from "../state/panels";
import { coarseSource } from "../state/sources";
import { colourOf, layerInfo, shortName, shownLayer, shownPicture, shownRuns } from "../state/view";
import type { Timeline } from "../wire/api";
import { deadUnits } from "../wire/matrix";
import { causes, causesStyles } from "./causes";
import { css } from "./css";
import { failed } from "./failed";
import { severityMark, severityStyles } from "./severity";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";

const MOST_UNITS_LISTED = 8;

/** What to know of one run's layer at a glance: its verdict, and what limits the picture. */
export class RunHead extends SignalElement {
  static override properties = { run: null };
  declare run: string;

  static override styles = [
    common,
    severityStyles,
    causesStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 7px;
        font-weight: 500;
      }
      h2 ~ h2 {
        margin-top: 6px;
      }
      .name,
      .base {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      /* All but the whole of what is too much: less than a pixel too few already cuts off a name's end. */
      .base {
        flex-shrink: 1000000;
      }
      .base,
      .records {
        font-weight: 400;
        font-size: 11px;
        color: var(--muted);
        white-space: nowrap;
      }
      /* Where a column is narrow, the run's name is the last thing to go. */
      .records {
        display: flex;
        flex-shrink: 100000;
        gap: 4px;
        min-width: 26px;
        margin-left: auto;
      }
      .records span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      a {
        color: inherit;
      }
      .verdict {
        font-size: 15px;
        line-height: 20px;
      }
      .some {
        color: var(--dead);
      }
      .severity {
        margin-left: 8px;
        font-size: 11px;
      }
      /* One line whatever it says: the plots below must not jump as the pointer moves. */
      .facts {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--muted);
        font-size: 12px;
        line-height: 16px;
        min-height: 16px;
      }
      .facts b {
        font-weight: 500;
        color: var(--text);
      }
      .option {
        white-space: nowrap;
      }
      .note,
      .error {
        margin-top: 4px;
        padding-block: 2px;
        font-size: 12px;
        line-height: 16px;
      }
    `,
  ];

  override connected(): () => void {
    // Apart from render(), so that a moving pointer draws nothing but this line anew.
    return effect(() => this.#tell());
  }

  override updated(): void {
    untracked(() => this.#tell());
  }

  #tell(): void {
    const line = this.renderRoot.querySelector<HTMLElement>(".facts");
    const known = cursor.value && knownOf(columnOf(this.run).of);
    if (line) render((known && atCursor(known)) ?? line.title, line);
  }

  override render(): TemplateResult {
    const { of, minus } = columnOf(this.run);
    if (minus === null) {
      const gives =
        shownPicture.value !== "distribution" && orderGiver.value === of && shownRuns.value.length > 1;
      return html`${title(of, "", gives ? "gives the order of units" : "")} ${verdict(of)} ${remarks(of)} ${causes(of)}`;
    }
    return html`${title(of, "", count(of))} ${remarks(of)} ${title(minus, "minus ", count(minus))} ${remarks(minus)}`;
  }
}

function knownOf(run: string): Timeline | null {
  const known = panelTimeline(run)?.state.value.value;
  return known?.steps.length ? known : null;
}

function title(run: string, before: string, after: string): TemplateResult {
  const layer = shownLayer.value;
  const known = knownOf(run);
  return html`<h2>
    <span class="swatch" style="background:var(--run${colourOf(run)})"></span>
    ${before ? html`<span>${before}</span>` : nothing}<span class="name" title=${run}>${shortName(run)}</span>
    <span class="base" title=${after}>${after}</span>
    ${
      known && layer !== null
        ? html`<span class="records"><span title=${recordCount(known)}>${recordCount(known)} ·</span>
            <a href=${csvAddress(run, layer)} download title="All records of this layer as CSV">CSV</a></span>`
        : nothing
    }
  </h2>`;
}

function count(run: string): string {
  const known = knownOf(run);
  return known ? deadCount(known, known.steps.length - 1) : "";
}

/** What limits the picture, or why there is none. */
function remarks(run: string): TemplateResult | readonly TemplateResult[] {
  const layer = shownLayer.value ?? "";
  const info = layerInfo(run, layer);
  if (!info) return note(`This run has no layer '${layer}': choose one that it has, or leave the run out.`);
  if (info.problem !== null) return html`<p class="error" role="alert">${unbroken(info.problem)}</p>`;
  const state = panelTimeline(run)?.state.value;
  const known = state?.value;
  const failure = state?.error ? failed("The records couldn't be fetched", state.error) : null;
  const empty =
    known && !known.steps.length ? note("No readable record yet: reload once there is one.") : null;
  const all = known ? [...known.notes, ...otherWidth(known)].map(note) : [];
  return [failure, empty, ...all].filter((one) => one !== null);
}

function note(text: string): TemplateResult {
  return html`<p class="note">${unbroken(text)}</p>`;
}

/** A line may end after any hyphen, but an option of a command is read as a whole. */
function unbroken(text: string): (string | TemplateResult)[] {
  return text.split(/(--\S+)/).map((part, i) => (i % 2 ? html`<span class="option">${part}</span>` : part));
}

function verdict(run: string): TemplateResult | typeof nothing {
  const known = knownOf(run);
  if (!known) return nothing;
  const last = known.steps.length - 1;
  const dead = known.states.dead[last];
  const grade = severity(dead / known.widths[last]);
  const bad = known.states.non_finite[last] > 0;
  const told = [...known.facts, whichDead(run)].filter(Boolean).join(" · ");
  return html`<p class="verdict"><span class=${dead > 0 ? "some" : ""}>${deadCount(known, last)}</span>${
    grade === "ok" && !bad ? nothing : severityMark(grade, bad)
  }</p>
    <p class="facts" title=${told}></p>`;
}

function whichDead(run: string): string {
  const source = columnOf(run).of === run ? coarseSource(run)?.state.value.value : null;
  const dead = source && !isDistribution(source) ? deadUnits(source) : null;
  return dead?.length ? `${dead.length === 1 ? "unit" : "units"} ${listed(dead, MOST_UNITS_LISTED)}` : "";
}

/** What the run that the others are compared with has no partner for. */
function otherWidth({ run, units, steps }: Timeline): string[] {
  const base = shownRuns.value[0];
  const other = base === run ? null : panelTimeline(base)?.state.value.value;
  if (!other?.steps.length || !steps.length || other.units === units) return [];
  const shared = Math.min(units, other.units);
  return [
    `${plural(units, "unit")}, ${base} has ${whole(other.units)}: ` +
      `from unit ${shared} on there is no partner, and rows don't line up.`,
  ];
}

function atCursor(known: Timeline): TemplateResult | null {
  const at = cursor.value;
  if (!at) return null;
  const record = recordUnder(spansOf(known), at.x);
  if (record < 0) return html`no record here`;
  const dead = known.states.dead[record];
  const width = known.widths[record];
  return html`at step <b>${whole(known.steps[record])}</b>:
    <b>${whole(dead)}</b> of ${whole(width)} dead (${percent(dead / width)})`;
}

define("dr-run-head", RunHead);
