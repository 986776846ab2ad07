import type { RecordSpans } from "./axis";
import { columnBlocks, type PixelBlocks } from "./pixels";
import { type Domain, toPixel } from "./scale";

/** Lines thinned to what a column of pixels can show, without losing a peak. */

export interface Extremes {
  /** Of each column of pixels the smallest and the largest value; NaN where there is none. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Which records lie on which column of pixels; a record's value holds over its window, and on to the next one. */
export function recordColumns(spans: RecordSpans, domain: Domain, pixels: number): PixelBlocks {
  return columnBlocks(spans, (x) => toPixel(x, domain, pixels), pixels);
}

export function extremes(values: ArrayLike<number>, { first, last }: PixelBlocks): Extremes {
  const low = new Float64Array(first.length).fill(Number.NaN);
  const high = new Float64Array(first.length).fill(Number.NaN);
  for (let x = 0; x < first.length; x++) {
    if (first[x] < 0) continue;
    for (let record = first[x]; record <= last[x]; record++) {
      const value = values[record];
      if (!(value >= low[x])) low[x] = Number.isNaN(value) ? low[x] : value;
      if (!(value <= high[x])) high[x] = Number.isNaN(value) ? high[x] : value;
    }
  }
  return { low, high };
}

/** Steps through the columns: x and value in turn, one list for each stretch without a gap. */
export function polylines({ low, high }: Extremes): number[][] {
  const out: number[][] = [];
  let line: number[] | null = null;
  for (let x = 0; x < low.length; x++) {
    if (Number.isNaN(low[x])) {
      line = null;
      continue;
    }
    if (!line) {
      line = [x, low[x]];
      out.push(line);
    }
    const before = line[line.length - 1];
    const up = Math.abs(before - low[x]) <= Math.abs(before - high[x]);
    add(line, x + 0.5, up ? low[x] : high[x]);
    if (low[x] !== high[x]) add(line, x + 0.5, up ? high[x] : low[x]);
    if (x + 1 === low.length || Number.isNaN(low[x + 1])) add(line, x + 1, line[line.length - 1]);
  }
  return out;
}

/** Appends a point, in place of the last one where that lies on the way. */
function add(line: number[], x: number, value: number): void {
  const n = line.length;
  if (n >= 4 && line[n - 1] === value && line[n - 3] === value) line[n - 2] = x;
  else line.push(x, value);
}
