import { svg, type TemplateResult } from "lit/html.js";
import { anchorAt, tickLabels } from "../lib/axis-ticks";
import type { BinRows } from "../lib/bins";
import { whole } from "../lib/format";
import { type Domain, ticks } from "../lib/scale";
import { shownAxis } from "../state/view";

/** Axes as SVG groups: text stays sharp and follows the theme. Lengths are in CSS pixels. */

export interface AxisLabel {
  /** From the left or the top. */
  readonly at: number;
  readonly text: string;
  /** Whether a short line is drawn there. */
  readonly tick: boolean;
}

const ROOM_PER_UNIT_LABEL = 40;
const LINE = 12;
/** There is no room for more digits. */
const LONG = 10_000;

export function axisLabels(domain: Domain, width: number): AxisLabel[] {
  return tickLabels(domain, width, shownAxis.value).map((label) => ({ ...label, tick: true }));
}

/** Unit numbers where every row has room for one, else positions in the order of units. */
export function unitLabels(order: ArrayLike<number>, rows: Domain, height: number): AxisLabel[] {
  const [low, high] = rows;
  const at = (position: number) => ((position - low) / (high - low)) * height;
  if (height / (high - low) >= LINE) {
    const positions = Array.from({ length: high - low }, (_, i) => low + i).filter((p) => p < order.length);
    return positions.map((p) => ({ at: at(p + 0.5), text: String(order[p]), tick: false }));
  }
  const all = ticks(rows, Math.max(1, Math.floor(height / ROOM_PER_UNIT_LABEL)));
  if (all.length && high - all[all.length - 1] > (high - low) / 8) all.push(high);
  const text = (position: number) => (high < LONG ? whole(position) : `${position / 1000}k`);
  return all.map((position) => ({ at: at(position), text: text(position), tick: true }));
}

export function binLabels({ ticks: all, rows: [low, high] }: BinRows, height: number): AxisLabel[] {
  return all.map(({ at, label }) => ({ at: ((at - low) / (high - low)) * height, text: label, tick: true }));
}

/** Below a plot. */
export function xAxis(labels: readonly AxisLabel[], width: number): TemplateResult[] {
  return labels.map(
    ({ at, text }) => svg`<g><line x1=${at} x2=${at} y1="0" y2="4" />
      <text x=${at} y="15" text-anchor=${anchorAt(at, width)}>${text}</text></g>`,
  );
}

/** To the left of a plot. */
export function yAxis(labels: readonly AxisLabel[], height: number): TemplateResult[] {
  return labels.map(
    ({ at, text, tick }) => svg`<g>${tick ? svg`<line x1="-4" x2="0" y1=${at} y2=${at} />` : ""}
      <text x="-7" y=${baselineAt(at, height)} text-anchor="end">${text}</text></g>`,
  );
}

export function baselineAt(y: number, height: number): number {
  return Math.min(Math.max(y + 4, 10), Math.max(height, 10));
}

/** The axis of what all pictures share, below a plot. */
export function stepAxis(domain: Domain, width: number): TemplateResult[] {
  return xAxis(axisLabels(domain, width), width);
}
