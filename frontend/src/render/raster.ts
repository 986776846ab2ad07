import type { PixelBlocks } from "../lib/pixels";
import { ABSENT, DEAD, NON_FINITE, SATURATED, STATES } from "../wire/matrix";

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
  const line: Line = { rank: new Uint16Array(width), state: new Int8Array(width) };
  const row: Line = { rank: new Uint16Array(width), state: new Int8Array(width) };
  let reduced = -1;
  let marked = false;
  for (let y = 0; y < height; y++) {
    const [first, last] = [rows.first[y], rows.last[y]];
    const again = y > 0 && first === rows.first[y - 1] && last === rows.last[y - 1];
    if (again && !marked) {
      out.copyWithin(y * width, (y - 1) * width, y * width);
      continue;
    }
    if (!again) {
      clear(line);
      for (let r = first; r >= 0 && r <= last; r++) {
        if (r === last && r !== reduced && r === rows.first[y + 1]) {
          clear(row);
          reduce(cells, r, columns, row);
          reduced = r;
        }
        if (r === reduced) merge(line, row);
        else reduce(cells, r, columns, line);
      }
    }
    marked = paintLine(out.subarray(y * width, (y + 1) * width), y, line, columns.held, ink, mark);
  }
}

/** What a line of pixels shows. */
interface Line {
  readonly rank: Uint16Array;
  readonly state: Int8Array;
}

function clear({ rank, state }: Line): void {
  rank.fill(0);
  state.fill(ABSENT);
}

/** Adds the cells of one row. */
function reduce(
  { ranks, states, columns }: Cells,
  row: number,
  { first, last }: PixelBlocks,
  line: Line,
): void {
  const { rank, state } = line;
  const start = row * columns;
  const width = rank.length;
  for (let x = 0; x < width; x++) {
    if (first[x] < 0) continue;
    let highest = rank[x];
    let worst = state[x];
    const end = start + last[x];
    for (let i = start + first[x]; i <= end; i++) {
      if (ranks[i] > highest) highest = ranks[i];
      if (states[i] > worst) worst = states[i];
    }
    rank[x] = highest;
    state[x] = worst;
  }
}

/** Adds a row that lies on two lines and has been reduced for the first. */
function merge({ rank, state }: Line, row: Line): void {
  const width = rank.length;
  for (let x = 0; x < width; x++) {
    if (row.rank[x] > rank[x]) rank[x] = row.rank[x];
    if (row.state[x] > state[x]) state[x] = row.state[x];
  }
}

/** Returns whether there are marks, which are not the same on the next line. */
function paintLine(
  out: Uint32Array,
  y: number,
  { rank, state }: Line,
  held: Uint8Array,
  ink: Ink,
  mark: number,
): boolean {
  const { colours } = ink;
  let marked = false;
  for (let x = 0; x < out.length; x++) {
    if (rank[x] > 0 && UNMARKED[state[x] + 1]) {
      out[x] = (held[x] ? ink.held : colours)[rank[x]];
    } else {
      out[x] = markedColour(x, y, rank[x], state[x], held[x] === 1, ink, mark);
      marked = true;
    }
  }
  return marked;
}

/** By state, from absent on. */
const UNMARKED = Uint8Array.from([ABSENT, ...STATES.keys()], (state) =>
  Number(state !== ABSENT && state !== SATURATED && state !== NON_FINITE && state !== DEAD),
);

function markedColour(
  x: number,
  y: number,
  rank: number,
  state: number,
  held: boolean,
  ink: Ink,
  mark: number,
): number {
  if (state === DEAD && isHatch(x, y, mark)) return held ? ink.heldHatch : ink.hatch;
  if (state === SATURATED && isBackHatch(x, y, mark)) return held ? ink.heldSaturated : ink.saturated;
  if (state === ABSENT) return isDot(x, y, 5 * mark, mark / 2) ? ink.absentDot : ink.absent;
  if (state === NON_FINITE || rank === 0) return isDot(x, y, 2 * mark, mark) ? ink.invalidDot : ink.invalid;
  return (held ? ink.held : ink.colours)[rank];
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
