import type { RecordSpans } from "../lib/axis";
import { extentOf, type LineScale, linearScale, logScale } from "../lib/line-scale";
import { DASHES } from "../render/lines";
import type { Scale } from "../state/hash";
import { shownRuns } from "../state/view";

/** What a line chart shows. */

export interface ChartLine {
  readonly run: string;
  readonly spans: RecordSpans;
  /** One for each record; NaN where there is none. */
  readonly values: ArrayLike<number>;
  readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
  /** What the head says of a record. */
  readonly read: (record: number) => string;
}

export interface ChartModel {
  readonly title: string;
  /** Shares are from 0 to 1, and fill the chart from 0; fractions have all of it; magnitudes may be on a log scale. */
  readonly kind: "share" | "fraction" | "magnitude" | "signed";
  readonly lines: readonly ChartLine[];
  /** Runs without a line, and why. */
  readonly without: readonly (readonly [run: string, why: string])[];
}

/** A share that is smaller than this doesn't fill the chart. */
const LEAST_SHARE = 0.05;

/** @param count How many values there is room for beside the chart. */
export function scaleOf({ kind, lines }: ChartModel, scale: Scale, count: number): LineScale {
  if (kind === "fraction") return linearScale(0, 1, count);
  const all = lines.flatMap(({ values, band }) => (band ? [values, band.low, band.high] : [values]));
  const { low, high, positive } = extentOf(all) ?? { low: 0, high: 1, positive: 1 };
  if (kind === "share") return linearScale(0, Math.max(high, LEAST_SHARE), count);
  if (kind === "signed") return linearScale(low, high, count);
  return scale === "log" ? logScale(positive, high, low === 0, count) : linearScale(0, high, count);
}

export function summary({ title, lines }: ChartModel): string {
  const newest = lines.map(
    ({ run, values, read }) => `${run} ${values.length ? read(values.length - 1) : "none"}`,
  );
  return `${title} over the records; at the newest ${newest.join("; ") || "nothing"}`;
}

/** How a run's lines are dashed. */
export function dashOf(run: string): readonly number[] {
  return DASHES[Math.max(0, shownRuns.peek().indexOf(run)) % DASHES.length];
}
