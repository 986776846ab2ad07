import { html, nothing, type TemplateResult } from "lit/html.js";
import { percent, plural, whole } from "../lib/format";
import { type DeadShares, worstRecord } from "../lib/shares";
import { severity, stateName } from "../lib/words";
import { overview } from "../state/data";
import { type StripPoint, stripPoint, stripRow } from "../state/strips";
import { layerInfo } from "../state/view";
import { css } from "./css";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";
import { placeTip, tipStyles } from "./tip";

/** What is under the pointer or the keyboard's place on a strip of the overview, in numbers. */
export class StripTip extends SignalElement {
  static override styles = [
    common,
    tipStyles,
    css`
      b {
        font-weight: 500;
      }
    `,
  ];

  override render(): TemplateResult {
    const point = stripPoint.value;
    this.toggleAttribute("shown", point !== null);
    return html`<div aria-live="polite">${
      point
        ? html`<div><b>${point.layer}</b> <span class="muted">in ${point.run}</span></div>
            ${lines(point).map((line) => html`<div>${line}</div>`)}`
        : nothing
    }</div>`;
  }

  override updated(): void {
    const point = stripPoint.peek();
    if (point) placeTip(this, point, [this.offsetWidth, this.offsetHeight]);
  }
}

function lines({ run, layer, records, held }: StripPoint): string[] {
  const info = layerInfo(run, layer);
  const known = overview(run).state.value.value;
  const row = stripRow(known, layer);
  if (!info) return ["no such layer in this run"];
  if (info.problem !== null) return [info.problem];
  if (row === null) return ["no record that can be read"];
  if (row === "immortal") return [`${activation(info.activation)} has no zero region: its units can't die`];
  const steps = known?.steps ?? [];
  if (!records || records[1] >= steps.length) return ["no record here"];
  const [first, last] = records;
  const record = worstRecord(row, first, last);
  return [...counts(row, record), when(steps, first, last, record, held, row.dead[record] > 0)];
}

function when(
  steps: readonly number[],
  first: number,
  last: number,
  worst: number,
  held: boolean,
  some: boolean,
): string {
  if (first === last) return `step ${whole(steps[first])}${held ? ", the record before" : ""}`;
  const records = plural(last - first + 1, "record");
  if (some) return `at step ${whole(steps[worst])}, the most in ${records} here`;
  return `steps ${whole(steps[first])} to ${whole(steps[last])}, ${records}`;
}

function counts({ dead, units, shares, unknown }: DeadShares, record: number): string[] {
  const [some, all] = [dead[record], units[record]];
  if (!all) return ["this record lacks the layer"];
  const grade = severity(shares[record]);
  const word = grade === "ok" ? "" : `: ${grade}`;
  const count = some
    ? `${whole(some)} of ${plural(all, "unit")} dead (${percent(shares[record])})${word}`
    : `no dead unit of ${whole(all)}`;
  return unknown[record] ? [count, "units not finite (NaN, Inf)"] : [count];
}

function activation(name: string | null): string {
  return name ? stateName(name) : "this activation";
}

define("dr-strip-tip", StripTip);
