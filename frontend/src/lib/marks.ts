import type { RecordSpans } from "./axis";
import { plural, whole } from "./format";
import { recordAt } from "./scale";

/** Deaths, revivals and repairs of a layer's units over the axis. */

/** Events of one kind. */
export interface Events {
  /** Ascending. */
  readonly steps: readonly number[];
  /** How many units at each. */
  readonly units: readonly number[];
}

/** The kinds, each with its sign and what became of the units. */
export const KINDS = [
  ["deaths", "▼", "died"],
  ["revivals", "▲", "revived"],
  ["repairs", "◆", "re-initialised"],
] as const;

export type AllEvents = Readonly<Record<(typeof KINDS)[number][0], Events>>;

/** Events that are drawn as one. */
export interface Mark {
  /** In pixels, in the middle of them. */
  readonly x: number;
  readonly units: number;
  readonly steps: readonly [first: number, last: number];
}

const MERGED_PX = 6;

/** Where a step lies on an axis: between two records' ends as far as it is between their steps. */
export function placeOf(
  step: number,
  steps: readonly number[],
  start: number,
  { starts, ends }: RecordSpans,
): number {
  const record = recordAt(step, steps);
  const [from, low] = record ? [steps[record - 1], ends[record - 1]] : [start, starts[0]];
  return low + ((step - from) / (steps[record] - from || 1)) * (ends[record] - low);
}

/** What can be told apart of the events that lie within so many pixels. */
export function marksOf({ steps, units }: Events, toPixel: (step: number) => number, width: number): Mark[] {
  const out: Mark[] = [];
  let first = Number.NEGATIVE_INFINITY;
  steps.forEach((step, i) => {
    const x = toPixel(step);
    if (!(x >= 0 && x <= width)) return;
    const before = x - first < MERGED_PX && out.pop();
    if (before) {
      out.push({ x: (first + x) / 2, units: before.units + units[i], steps: [before.steps[0], step] });
    } else {
      first = x;
      out.push({ x, units: units[i], steps: [step, step] });
    }
  });
  return out;
}

/** "12 units died at step 340" of the marks of each kind at a place. */
export function marksAt(x: number, all: readonly (readonly Mark[])[]): string {
  const found = KINDS.flatMap(([, , what], kind) =>
    all[kind]
      .filter((mark) => Math.abs(mark.x - x) < MERGED_PX)
      .map(({ units, steps: [first, last] }) => {
        const when = first === last ? `step ${whole(first)}` : `steps ${whole(first)} to ${whole(last)}`;
        return `${plural(units, "unit")} ${what} at ${when}`;
      }),
  );
  return found.join(", ");
}

/** "30 deaths, first at step 10; 2 repairs, first at step 40". */
export function eventsInWords(all: AllEvents): string {
  return KINDS.flatMap(([kind]) => {
    const { steps, units } = all[kind];
    const count = units.reduce((a, b) => a + b, 0);
    return count ? [`${plural(count, kind.slice(0, -1))}, first at step ${whole(steps[0])}`] : [];
  }).join("; ");
}
