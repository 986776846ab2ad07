import { scientific } from "./format";
import type { Domain } from "./scale";

/**
 * Rows of a distribution's picture, downwards: room above, the bins from the last to the second, room below, the first
 * bin. Bins of exactly one value (0, and 1 for fractions) are bands of their own. Heights are such that all values
 * between the bands have a height of 1.
 */
export interface BinRows {
  readonly edges: Float64Array;
  readonly rows: Domain;
  readonly ticks: readonly BinTick[];
  /** What keeps the bands apart. */
  readonly lines: readonly number[];
}

export interface BinTick {
  readonly at: number;
  readonly label: string;
}

const INNER_FRACTIONS = [0.75, 0.5, 0.25];
const ROOM_PER_TICK = 24;

export function rowOfBin(bin: number, bins: number): number {
  return bin === 0 ? bins + 1 : bins - bin;
}

/** Null for the room above and below the bins. */
export function binOfRow(row: number, bins: number): number | null {
  if (row === bins + 1) return 0;
  return row === 0 || row === bins ? null : bins - row;
}

/**
 * @param edges Of the bins, ascending; see `/distribution` in http_api.md.
 * @param range The positive values that are shown, on a log scale; null for fractions.
 * @param band Height of a band as a share of all the rest.
 * @param height Of the picture in CSS pixels.
 */
export function binRows(
  edges: ArrayLike<number>,
  range: Domain | null,
  band: number,
  height: number,
): BinRows {
  const bins = edges.length - 1;
  const out = new Float64Array(bins + 3);
  const fractions = range === null;
  const top = fractions ? -band : 0;
  const at = range
    ? (value: number) => Math.log(range[1] / value) / Math.log(range[1] / range[0])
    : (value: number) => 1 - value;
  out[0] = top;
  for (let bin = bins - 1; bin >= 1; bin--) {
    out[rowOfBin(bin, bins)] = fractions && bin === bins - 1 ? top : at(edges[bin + 1]);
  }
  out[bins] = at(edges[1]);
  out[bins + 1] = 1;
  out[bins + 2] = 1 + band;
  const ends = fractions ? [{ at: -band / 2, label: "1" }] : [];
  const inner = range
    ? decadeTicks(range, Math.max(2, Math.floor(height / ROOM_PER_TICK)))
    : INNER_FRACTIONS.map((value) => ({ at: 1 - value, label: String(value) }));
  return {
    edges: out,
    rows: [top, 1 + band],
    ticks: [...ends, ...inner, { at: 1 + band / 2, label: "0" }],
    lines: fractions ? [0, 1] : [1],
  };
}

/** Powers of ten within a range. */
function decadeTicks([low, high]: Domain, count: number): BinTick[] {
  const [bottom, top] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.max(1, Math.ceil((top - bottom + 1) / count));
  const out: BinTick[] = [];
  for (let exponent = top; exponent >= bottom; exponent -= every) {
    const share = (Math.log10(high) - exponent) / (Math.log10(high) - Math.log10(low));
    out.push({ at: Math.min(Math.max(share, 0), 1), label: scientific(Number(`1e${exponent}`)) });
  }
  return out;
}
