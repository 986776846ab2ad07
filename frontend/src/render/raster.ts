import type { PixelBlocks } from "../lib/pixels";
import { ABSENT, DEAD, NON_FINITE, SATURATED } from "../wire/matrix";

/** Paints cells in device pixels. Colours are 32-bit words as ImageData has them: 0xAABBGGRR. */

export interface Ink {
  /** A colour for every rank; see wire/ranks.ts. Rank 0 is no value. */
  readonly colours: Uint32Array;
  /** The same where the record before is shown. */
  readonly held: Uint32Array;
  readonly hatch: number;
  readonly heldHatch: number;
  readonly saturated: number;
  readonly heldSaturated: number;
  readonly absent: number;
  readonly absentDot: number;
  readonly invalid: number;
  readonly invalidDot: number;
}

export interface Cells {
  /** Row-major [rows, columns]; where several cells fall on a pixel, it shows the highest rank. */
  readonly ranks: Uint16Array;
  /** Likewise the most severe state. */
  readonly states: Int8Array;
  readonly columns: number;
}

/** @param mark Size of the hatch's line in device pixels. */
export function paint(
  out: Uint32Array,
  width: number,
  height: number,
  cells: Cells,
  rows: PixelBlocks,
  columns: PixelBlocks,
  ink: Ink,
  mark: number,
): void {
  const rank = new Uint16Array(width);
  const state = new Int8Array(width);
  for (let y = 0; y < height; y++) {
    const again = y > 0 && rows.first[y] === rows.first[y - 1] && rows.last[y] === rows.last[y - 1];
    if (!again) reduceRow(cells, rows.first[y], rows.last[y], columns, rank, state);
    paintRow(out.subarray(y * width, (y + 1) * width), y, rank, state, columns.held, ink, mark);
  }
}

function reduceRow(
  { ranks, states, columns: stride }: Cells,
  firstRow: number,
  lastRow: number,
  { first, last }: PixelBlocks,
  rankOut: Uint16Array,
  stateOut: Int8Array,
): void {
  for (let x = 0; x < rankOut.length; x++) {
    // Zoomed in, a column lies on many pixels.
    if (x > 0 && first[x] === first[x - 1] && last[x] === last[x - 1]) {
      rankOut[x] = rankOut[x - 1];
      stateOut[x] = stateOut[x - 1];
      continue;
    }
    let highest = 0;
    let worst = ABSENT;
    if (first[x] >= 0 && firstRow >= 0) {
      for (let row = firstRow; row <= lastRow; row++) {
        const end = row * stride + last[x];
        for (let i = row * stride + first[x]; i <= end; i++) {
          if (ranks[i] > highest) highest = ranks[i];
          if (states[i] > worst) worst = states[i];
        }
      }
    }
    rankOut[x] = highest;
    stateOut[x] = worst;
  }
}

function paintRow(
  out: Uint32Array,
  y: number,
  rank: Uint16Array,
  state: Int8Array,
  held: Uint8Array,
  ink: Ink,
  mark: number,
): void {
  for (let x = 0; x < out.length; x++) {
    if (state[x] === DEAD && isHatch(x, y, mark)) {
      out[x] = held[x] ? ink.heldHatch : ink.hatch;
    } else if (state[x] === SATURATED && isBackHatch(x, y, mark)) {
      out[x] = held[x] ? ink.heldSaturated : ink.saturated;
    } else if (state[x] === ABSENT) {
      out[x] = isDot(x, y, 5 * mark, mark / 2) ? ink.absentDot : ink.absent;
    } else if (state[x] === NON_FINITE || rank[x] === 0) {
      out[x] = isDot(x, y, 2 * mark, mark) ? ink.invalidDot : ink.invalid;
    } else {
      out[x] = (held[x] ? ink.held : ink.colours)[rank[x]];
    }
  }
}

/** Diagonal lines fixed to the screen, so that a unit of one pixel's height still gets its part of them. */
export function isHatch(x: number, y: number, mark: number): boolean {
  return (x + y) % (4 * mark) < 2 * mark;
}

/** Lines that lean the other way, thinner and further apart: told from `isHatch` without its colour. */
export function isBackHatch(x: number, y: number, mark: number): boolean {
  const period = 6 * mark;
  return (x + (period - 1) * y) % period < mark;
}

/** Dots in a square lattice. */
export function isDot(x: number, y: number, apart: number, size: number): boolean {
  return x % apart < size && y % apart < size;
}
