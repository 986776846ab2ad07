import { type CodeName, NAN_CODE } from "./codes";
import type { Matrix } from "./matrix";

/**
 * Which value a block of cells is shown by: of a fraction the largest, of a gradient norm or an activation the
 * smallest, for these are the ones that can mean a dead unit; of a difference the one furthest from 0. A code's rank
 * is 0 for "no value", and otherwise the larger the more its value is wanted.
 */
export type Extreme = "maximum" | "minimum" | "magnitude";

const SIGN_BIT = 0x8000;
const SIGNED_NAN = 0x7fff;
export const RANKS = 65536;

export function extremeOf(code: CodeName): Extreme {
  if (code === "signed_log16") return "magnitude";
  return code === "log16" ? "minimum" : "maximum";
}

export function rankOf(extreme: Extreme, code: number): number {
  if (extreme === "maximum") return code === NAN_CODE ? 0 : code + 1;
  if (extreme === "minimum") return NAN_CODE - code;
  const magnitude = code & ~SIGN_BIT;
  return magnitude === SIGNED_NAN ? 0 : ((magnitude << 1) | (code >> 15)) + 1;
}

/** The inverse of `rankOf`; NaN's code for rank 0. */
export function codeOf(extreme: Extreme, rank: number): number {
  if (rank === 0) return extreme === "magnitude" ? SIGNED_NAN : NAN_CODE;
  if (extreme === "maximum") return rank - 1;
  if (extreme === "minimum") return NAN_CODE - rank;
  return ((rank - 1) >> 1) | (((rank - 1) & 1) << 15);
}

const known = new WeakMap<Matrix, Uint16Array>();

/** The ranks of a matrix's cells, [rows, columns]; computed once. */
export function ranksOf(matrix: Matrix): Uint16Array {
  let ranks = known.get(matrix);
  if (!ranks) {
    const extreme = extremeOf(matrix.code);
    const codes = extreme === "minimum" ? matrix.minimum : matrix.maximum;
    ranks = codes.map((code) => rankOf(extreme, code));
    if (extreme === "magnitude" && matrix.minimum !== matrix.maximum) {
      matrix.minimum.forEach((code, i) => {
        const rank = rankOf(extreme, code);
        if (ranks && rank > ranks[i]) ranks[i] = rank;
      });
    }
    known.set(matrix, ranks);
  }
  return ranks;
}
