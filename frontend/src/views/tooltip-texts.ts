import { html, nothing, type TemplateResult } from "lit/html.js";
import { formatPlace } from "../lib/axis-ticks";
import { evidence } from "../lib/evidence";
import { approximate, exact, listed, plural, whole } from "../lib/format";
import { observed, STOPPED, stateMeaning, stateName } from "../lib/words";
import { spansOf } from "../state/axis";
import type { Cell } from "../state/cursor";
import { timeline } from "../state/data";
import {
  fractionOf,
  isFraction,
  type Pair,
  type Reading,
  readBins,
  readCell,
  recordedValue,
  type UnitRecord,
} from "../state/inspect";
import type { Found } from "../state/unit-lookup";
import { layerInfo, shownAxis } from "../state/view";
import type { UnitHistory } from "../wire/api";
import type { Distribution } from "../wire/distribution";
import type { Matrix } from "../wire/matrix";
import { extremeOf } from "../wire/ranks";

/** What the tooltip says of a cell. */

const SIZES = { maximum: "largest", minimum: "smallest", magnitude: "largest" } as const;

/** From the units' own records. */
export function recorded(at: Cell<Matrix>, found: Found): TemplateResult {
  return "difference" in found ? compared(at, found) : single(at, found);
}

/** From the codes of the matrix, until the units' own records are there. */
export function coded(at: Cell<Matrix>): TemplateResult {
  const reading = readCell(at);
  const { units, state, value, exact: known } = reading;
  const { source } = at;
  const title =
    units.length === 1 ? `Unit ${units[0]}` : `${plural(units.length, "unit")}: ${listed(units, 4)}`;
  const size = units.length > 1 || count(reading) > 1 ? `${SIZES[extremeOf(source.code)]} ` : "";
  const isDifference = source.minus !== null;
  const number = Number.isNaN(value) ? "none" : known ? exact(value) : `≈ ${approximate(value)}`;
  const name = `${size}${isDifference ? "difference of " : ""}${stateName(source.statistic)}`;
  const shown = isDifference && !Number.isNaN(value) ? differenceText(value, source, known) : number;
  return html`${head(title, isDifference ? undefined : state)}
    <dl>${steps(at, reading.records)}${line(name, shown)}</dl>
    ${held(at)}`;
}

export function binned(at: Cell<Distribution>): TemplateResult {
  const reading = readBins(at);
  const { source } = at;
  if (!reading) return html`${head("No unit", undefined)}`;
  const { low, high, most, records } = reading;
  const values = low === high ? `exactly ${exact(low)}` : `${approximate(low)} to ${approximate(high)}`;
  const many = records[1] - records[0] > 1;
  return html`${head(`${many ? "At most " : ""}${plural(most, "unit")} of ${whole(source.units)}`, undefined)}
    <dl>${line(stateName(source.statistic), values)}${steps(at, records)}</dl>
    ${held(at)}`;
}

function single(at: Cell<Matrix>, { history, record }: UnitRecord): TemplateResult {
  const { source } = at;
  const state = history.states[record];
  const info = layerInfo(source.run, source.layer);
  const fraction = fractionOf(history, record);
  const active = history.active?.[record] ?? null;
  const samples = history.samples[record];
  // Without a finite sample there is nothing to say of activity.
  const screened = fraction === null ? samples : history.screened_samples[record];
  const [counted, watched] = observed(active, samples, screened, fraction !== 1);
  const name = stateName(history.zero_fraction ? "zero_fraction" : "negative_fraction");
  const meaning = stateMeaning(state, info?.upper_bound ?? null);
  const since = history.samples_since_active?.[record] ?? 0;
  return html`${head(`Unit ${history.unit}`, state)} ${worstOf(at)}
    <dl>
      ${line("step", whole(history.steps[record]))} ${when(source.run, source.layer, history.steps[record])}
      ${watched && fraction !== 1 ? line(name, "just below 1") : number(name, fraction)}
      ${history.gradient_norm ? number("gradient norm", history.gradient_norm[record]) : nothing}
      ${history.mean_activation ? number("mean activation", history.mean_activation[record]) : nothing}
      ${history.bias ? number("bias", history.bias[record]) : nothing} ${line("samples", counted)}
    </dl>
    ${watched ? html`<p>${watched}</p>` : nothing} ${meaning ? html`<p>${meaning}</p>` : nothing}
    ${info?.gradient_at === "stopped" ? html`<p>${STOPPED}</p>` : nothing}
    ${state === "dead" || state === "silent" ? html`<p>${evidence(since)}</p>` : nothing}
    ${past(history)} ${held(at)}`;
}

function compared(at: Cell<Matrix>, { history, record, other, difference }: Pair): TemplateResult {
  const { source } = at;
  const { statistic } = source;
  const of = ({ history: one, record: i }: UnitRecord) => recordedValue(one, i, statistic);
  const state = ({ history: one, record: i }: UnitRecord) => stateName(one.states[i]);
  const own = { history, record };
  return html`${head(`Unit ${history.unit}`, undefined)} ${worstOf(at)}
    <dl>
      ${line("step", whole(history.steps[record]))}
      ${line("difference", differenceText(difference, source, false))}
    </dl>
    <dl>
      ${[own, other].map(
        (
          one,
        ) => html`<dt><b>${one.history.run}</b></dt><dd>${state(one)}, at step ${whole(one.history.steps[one.record])}</dd>
          ${number(stateName(statistic), of(one))}`,
      )}
    </dl>
    ${held(at)}`;
}

/** A difference of fractions, or how many times as much. */
function differenceText(value: number, { statistic }: Matrix, known: boolean): string {
  const sign = value > 0 ? "+" : "";
  if (isFraction(statistic)) return `${known ? "" : "≈ "}${sign}${approximate(value)}`;
  if (!Number.isFinite(value)) return value > 0 ? "only the other is 0" : "only the first is 0";
  if (value === 0) return "none";
  return `≈ ${value > 0 ? "×" : "÷"} ${approximate(10 ** Math.abs(value))}`;
}

function head(title: string, state: string | null | undefined): TemplateResult {
  return html`<header>
    <span>${title}</span>
    ${
      state === undefined
        ? nothing
        : html`<span class="state ${state === "dead" ? "dead" : ""}">${state === null ? "no record" : stateName(state)}</span>`
    }
  </header>`;
}

function count({ records }: Reading): number {
  return records[1] - records[0];
}

function steps({ source }: Cell, [first, end]: readonly [number, number]): TemplateResult {
  const last = whole(source.steps[end - 1]);
  if (end - first === 1)
    return html`${line("step", last)}${when(source.run, source.layer, source.steps[first])}`;
  return line("steps", `${whole(source.steps[first])} to ${last}, ${plural(end - first, "record")}`);
}

/** The place on an axis of time, where that is shown. */
function when(run: string, layer: string, step: number): TemplateResult | typeof nothing {
  const known = timeline(run, layer).state.value.value;
  const record = known?.steps.indexOf(step) ?? -1;
  if (shownAxis.value === "step" || !known || record < 0) return nothing;
  const { starts, ends } = spansOf(known);
  return line("time", formatPlace(ends[record], shownAxis.value, [starts[0], ends[ends.length - 1]]));
}

function worstOf(at: Cell<Matrix>): TemplateResult | typeof nothing {
  const reading = readCell(at);
  const of = [
    reading.units.length > 1 ? plural(reading.units.length, "unit") : "",
    count(reading) > 1 ? plural(count(reading), "record") : "",
  ].filter(Boolean);
  const which = at.source.minus === null ? "worst" : "one that differs most";
  return of.length ? html`<div class="muted">the ${which} of ${of.join(" and ")} here</div>` : nothing;
}

function line(name: string, value: string): TemplateResult {
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}

function number(name: string, value: number | null | undefined): TemplateResult {
  return line(name, value == null ? "NaN or not recorded" : exact(value));
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

function held({ held: is }: Cell): TemplateResult | typeof nothing {
  return is ? html`<p class="muted">between records: this is the one before</p>` : nothing;
}
