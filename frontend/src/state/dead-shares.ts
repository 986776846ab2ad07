import { type DeadShares, deadShares } from "../lib/shares";
import type { Timeline } from "../wire/api";
import { columns, panelTimeline } from "./panels";

/** The shown layer's dead share over the records of each run. */

/** A layer that is hardly sick must not look as one that is. */
const LEAST_TOP = 0.1;

const known = new WeakMap<Timeline, DeadShares>();

export interface RunShares {
  readonly timeline: Timeline;
  /** NaN where a record has no unit. */
  readonly shares: Float64Array;
}

export function sharesOf(run: string): RunShares | null {
  const timeline = panelTimeline(run)?.state.value.value;
  if (!timeline?.steps.length) return null;
  const found = known.get(timeline) ?? deadShares(timeline.states, timeline.steps.length);
  known.set(timeline, found);
  return { timeline, shares: found.shares };
}

/** The largest dead share of any shown run, so that all pictures of it have one scale. */
export function topShare(): number {
  let top = LEAST_TOP;
  for (const run of new Set(columns.value.flatMap(({ of, minus }) => [of, minus]))) {
    const found = run === null ? null : sharesOf(run);
    found?.shares.forEach((share) => {
      if (share > top) top = share;
    });
  }
  return top;
}
