/** The y axis of a line chart: where values lie, and its ticks. */

export interface LineScale {
  /** Height as a share, from the bottom; NaN where there is no value. */
  readonly place: (value: number) => number;
  /** Ascending. On a log scale 0 may be the first: it lies on a floor of its own. */
  readonly ticks: readonly number[];
}

export interface Extent {
  readonly low: number;
  readonly high: number;
  /** The smallest value above 0; infinite where there is none. */
  readonly positive: number;
}

/** What the finite values span; null where there are none. */
export function extentOf(series: readonly ArrayLike<number>[]): Extent | null {
  let [low, high, positive] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const values of series) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      if (value > 0 && value < positive) positive = value;
    }
  }
  return low <= high ? { low, high, positive } : null;
}

const ROUND = [1, 2, 5, 10];

/** From a tick at or below `low` to one at or above `high`. */
export function linearScale(low: number, high: number, count: number): LineScale {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = (ROUND.find((m) => m * power >= rough * (1 - 1e-9)) ?? 10) * power;
  const [first, last] = [Math.floor(low / size + 1e-9), Math.ceil(high / size - 1e-9)];
  const end = Math.max(last, first + 1);
  // 3 * 0.1 is not 0.3.
  const at = (i: number) => Number((i * size).toPrecision(12));
  const [bottom, top] = [at(first), at(end)];
  return {
    place: (value) => (value - bottom) / (top - bottom),
    ticks: Array.from({ length: end - first + 1 }, (_, i) => at(first + i)),
  };
}

/** Part of the height between the floor, where 0 lies, and the smallest value that a log scale has a place for. */
const FLOOR = 0.14;
const MOST_DECADES = 12;

/** Whole decades around the positive values; where `zero`, with a floor for 0 below them. */
export function logScale(positive: number, high: number, zero: boolean, count: number): LineScale {
  const known = high > 0 && Number.isFinite(positive);
  const top = known ? Math.ceil(Math.log10(high) - 1e-9) : 0;
  const lowest = known ? Math.floor(Math.log10(positive) + 1e-9) : top - 1;
  const bottom = Math.min(Math.max(lowest, top - MOST_DECADES), top - 1);
  const floor = zero ? FLOOR : 0;
  const place = (value: number) => {
    if (!(value > 0)) return value === 0 ? 0 : Number.NaN;
    return floor + (1 - floor) * Math.max(0, (Math.log10(value) - bottom) / (top - bottom));
  };
  const every = Math.ceil((top - bottom) / Math.max(1, count));
  const ticks: number[] = [];
  for (let exponent = top; exponent >= bottom; exponent -= every) {
    ticks.unshift(Number(`1e${exponent}`));
    // Within a single decade its ends alone say little.
    if (top - bottom === 1 && exponent === top && count > 2)
      ticks.unshift(...[2, 5].map((m) => Number(`${m}e${bottom}`)));
  }
  return { place, ticks: zero ? [0, ...ticks] : ticks };
}
