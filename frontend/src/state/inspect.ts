import { recordAt } from "../lib/scale";
import type { UnitHistory } from "../wire/api";
import { decodeTable, isExact } from "../wire/codes";
import { type Matrix, STATES, type State } from "../wire/matrix";
import type { Cell } from "./cursor";

/** What one cell of a heatmap says, first from the matrix's codes, then from the units' own records. */

/** Blocks of at most so many units are looked up one by one. */
export const MOST_UNITS = 16;

export interface Reading {
  readonly units: readonly number[];
  /** Indices of the records that the cell covers: [first, end). */
  readonly records: readonly [number, number];
  readonly state: State | null;
  readonly value: number;
  readonly exact: boolean;
}

export function cellUnits({ matrix, rows }: Cell): number[] {
  return Array.from(matrix.unitOrder.subarray(matrix.rowStarts[rows[0]], matrix.rowStarts[rows[1] + 1]));
}

/** Reads a cell as the raster draws it: the value that can mean a dead unit, and the most severe state. */
export function readCell(cell: Cell): Reading {
  const { matrix, rows, columns } = cell;
  const smallest = matrix.statistic === "gradient_norm";
  const codes = smallest ? matrix.minimum : matrix.maximum;
  const values = decodeTable(matrix.code);
  let code = -1;
  let state = -1;
  for (let row = rows[0]; row <= rows[1]; row++) {
    for (let column = columns[0]; column <= columns[1]; column++) {
      const i = row * matrix.columns + column;
      state = Math.max(state, matrix.states[i]);
      const value = values[codes[i]];
      if (Number.isNaN(value)) continue;
      if (code < 0 || (smallest ? value < values[code] : value > values[code])) code = codes[i];
    }
  }
  return {
    units: cellUnits(cell),
    records: [matrix.columnStarts[columns[0]], matrix.columnStarts[columns[1] + 1]],
    state: STATES[state] ?? null,
    value: code < 0 ? Number.NaN : values[code],
    exact: code < 0 || isExact(matrix.code, code),
  };
}

/** One unit at one record. */
export interface UnitRecord {
  readonly history: UnitHistory;
  readonly record: number;
}

/** The unit and record within a cell that its colour stands for: the most severe state, then the extreme value. */
export function worstRecord(cell: Cell, histories: readonly UnitHistory[]): UnitRecord | null {
  const { matrix } = cell;
  const [first, end] = readCell(cell).records;
  let worst: UnitRecord | null = null;
  let rank: [number, number] = [-2, 0];
  for (const history of histories) {
    for (let r = first; r < end; r++) {
      const record = recordAt(matrix.steps[r], history.steps);
      if (history.steps[record] !== matrix.steps[r]) continue;
      const next = rankOf(history, record, matrix);
      if (next[0] > rank[0] || (next[0] === rank[0] && next[1] > rank[1])) {
        worst = { history, record };
        rank = next;
      }
    }
  }
  return worst;
}

export function fractionOf(history: UnitHistory, record: number): number | null {
  return (history.zero_fraction ?? history.negative_fraction)?.[record] ?? null;
}

function rankOf(history: UnitHistory, record: number, matrix: Matrix): [number, number] {
  const state = history.states[record];
  const severity = state === "absent" ? -1 : STATES.indexOf(state);
  if (matrix.statistic === "gradient_norm") {
    return [severity, -(history.gradient_norm?.[record] ?? Number.POSITIVE_INFINITY)];
  }
  return [severity, fractionOf(history, record) ?? Number.NEGATIVE_INFINITY];
}
