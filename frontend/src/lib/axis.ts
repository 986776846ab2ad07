import { type Domain, recordAt } from "./scale";

/** Where records lie on an axis of steps or of time. */

export type AxisName = "step" | "relative" | "wall";

/** What is known of a run's records; wall times are seconds since 1970. */
export interface Records {
  readonly steps: ArrayLike<number>;
  readonly window_start_steps: ArrayLike<number>;
  readonly wall_times: ArrayLike<number | null>;
}

/** Where each record's window begins and ends on the axis, ascending. */
export interface RecordSpans {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/**
 * Steps are those of the windows. A time is when a record was written; its window is taken to begin where the record
 * before was written, and the first one's to last as long per step as the second one's. Relative time is in seconds
 * since the first window began.
 */
export function recordSpans(records: Records, axis: AxisName): RecordSpans {
  const { steps, window_start_steps: windows, wall_times: times } = records;
  if (axis === "step") return { starts: Float64Array.from(windows), ends: Float64Array.from(steps) };
  const ends = new Float64Array(steps.length);
  let latest = Array.from(times).find((time) => time !== null) ?? 0;
  for (let i = 0; i < ends.length; i++) {
    // Clocks are set back, and a resumed run may have been copied: the axis has to ascend all the same.
    latest = Math.max(latest, times[i] ?? latest);
    ends[i] = latest;
  }
  const first = ends[0] - firstDuration(steps, windows, ends);
  const starts = Float64Array.from(ends, (_, i) => (i === 0 ? first : ends[i - 1]));
  if (axis === "relative") {
    for (const edges of [starts, ends]) for (let i = 0; i < edges.length; i++) edges[i] -= first;
  }
  return { starts, ends };
}

function firstDuration(steps: ArrayLike<number>, windows: ArrayLike<number>, ends: Float64Array): number {
  if (ends.length < 2) return 1;
  const perStep = (ends[1] - ends[0]) / Math.max(1, steps[1] - steps[0]);
  return perStep * Math.max(0, steps[0] - windows[0]);
}

/** The part of the axis that all the records lie in; null where there are none. */
export function spansDomain(all: readonly RecordSpans[]): Domain | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { starts, ends } of all) {
    if (!ends.length) continue;
    low = Math.min(low, starts[0], ends[0]);
    high = Math.max(high, ends[ends.length - 1]);
  }
  if (!(low <= high)) return null;
  return low === high ? [low - 1, high] : [low, high];
}

/** Records [first, end) whose windows touch the domain, and at least one where there is any. */
export function recordsWithin({ starts, ends }: RecordSpans, [low, high]: Domain): [number, number] {
  let first = 0;
  while (first < ends.length - 1 && ends[first] <= low) first++;
  let end = first + 1;
  while (end < ends.length && starts[end] < high) end++;
  return [first, Math.min(end, ends.length)];
}

/** The record whose value holds at a place: the one whose window lies there, or else the one before; -1 for none. */
export function recordUnder({ starts, ends }: RecordSpans, x: number): number {
  if (!ends.length || x < starts[0] || x > ends[ends.length - 1]) return -1;
  const record = recordAt(x, ends);
  return record > 0 && x < starts[record] ? record - 1 : record;
}
