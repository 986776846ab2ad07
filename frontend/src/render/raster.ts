import type { PixelBlocks } from "../lib/pixels";
import { NAN_CODE } from "../wire/codes";
import { ABSENT, DEAD, NON_FINITE, SATURATED } from "../wire/matrix";

/** Paints a matrix in device pixels. Colours are 32-bit words as ImageData has them: 0xAABBGGRR. */

export interface Ink {
  /** A colour for every code. */
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
  readonly codes: Uint16Array;
  readonly states: Int8Array;
  readonly columns: number;
}

/**
 * @param extreme Which value a pixel shows where several cells fall on it: the one that can mean a dead unit.
 * @param mark Size of the hatch's line in device pixels.
 */
export function paint(
  out: Uint32Array,
  width: number,
  height: number,
  cells: Cells,
  rows: PixelBlocks,
  columns: PixelBlocks,
  extreme: "maximum" | "minimum",
  ink: Ink,
  mark: number,
): void {
  const code = new Uint16Array(width);
  const state = new Int8Array(width);
  for (let y = 0; y < height; y++) {
    const again = y > 0 && rows.first[y] === rows.first[y - 1] && rows.last[y] === rows.last[y - 1];
    if (!again) reduceRow(cells, rows.first[y], rows.last[y], columns, extreme, code, state);
    paintRow(out.subarray(y * width, (y + 1) * width), y, code, state, columns.held, ink, mark);
  }
}

function reduceRow(
  { codes, states, columns: stride }: Cells,
  firstRow: number,
  lastRow: number,
  columns: PixelBlocks,
  extreme: "maximum" | "minimum",
  codeOut: Uint16Array,
  stateOut: Int8Array,
): void {
  const smallest = extreme === "minimum";
  for (let x = 0; x < codeOut.length; x++) {
    let best = NAN_CODE;
    let worst = ABSENT;
    if (columns.first[x] >= 0 && firstRow >= 0) {
      for (let row = firstRow; row <= lastRow; row++) {
        for (let i = row * stride + columns.first[x]; i <= row * stride + columns.last[x]; i++) {
          const c = codes[i];
          if (c !== NAN_CODE && (best === NAN_CODE || (smallest ? c < best : c > best))) best = c;
          if (states[i] > worst) worst = states[i];
        }
      }
    }
    codeOut[x] = best;
    stateOut[x] = worst;
  }
}

function paintRow(
  out: Uint32Array,
  y: number,
  code: Uint16Array,
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
    } else if (state[x] === NON_FINITE || code[x] === NAN_CODE) {
      out[x] = isDot(x, y, 2 * mark, mark) ? ink.invalidDot : ink.invalid;
    } else {
      out[x] = (held[x] ? ink.held : ink.colours)[code[x]];
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

export function isDot(x: number, y: number, apart: number, size: number): boolean {
  return x % apart < size && y % apart < size;
}
