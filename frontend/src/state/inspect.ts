import { binOfRow } from "../lib/bins";
import { recordAt } from "../lib/scale";
import type { UnitHistory } from "../wire/api";
import { decodeTable, isExact } from "../wire/codes";
import type { Distribution } from "../wire/distribution";
import { type Matrix, STATES, type State } from "../wire/matrix";
import { codeOf, extremeOf, ranksOf } from "../wire/ranks";
import type { Cell } from "./cursor";

/** What one cell of a picture says, first from the server's codes, then from the units' own records. */

/** Blocks of at most so many units are looked up one by one. */
export const MOST_UNITS = 16;

/** Indices of the records that a cell covers: [first, end). */
type Records = readonly [number, number];

export interface Reading {
  readonly units: readonly number[];
  readonly records: Records;
  readonly state: State | null;
  /** Of the difference, where the matrix is of one. */
  readonly value: number;
  readonly exact: boolean;
}

export function cellUnits({ source, rows }: Cell<Matrix>): number[] {
  return Array.from(source.unitOrder.subarray(source.rowStarts[rows[0]], source.rowStarts[rows[1] + 1]));
}

function recordsOf({ source, columns }: Cell): Records {
  return [source.columnStarts[columns[0]], source.columnStarts[columns[1] + 1]];
}

/** Reads a cell as the raster draws it: the value whose rank is highest, and the most severe state. */
export function readCell(cell: Cell<Matrix>): Reading {
  const { source: matrix, rows, columns } = cell;
  const ranks = ranksOf(matrix);
  let rank = 0;
  let state = -1;
  for (let row = rows[0]; row <= rows[1]; row++) {
    for (let column = columns[0]; column <= columns[1]; column++) {
      const i = row * matrix.columns + column;
      state = Math.max(state, matrix.states[i]);
      rank = Math.max(rank, ranks[i]);
    }
  }
  const code = codeOf(extremeOf(matrix.code), rank);
  return {
    units: cellUnits(cell),
    records: recordsOf(cell),
    state: STATES[state] ?? null,
    value: decodeTable(matrix.code)[code],
    exact: rank === 0 || isExact(matrix.code, code),
  };
}

export interface BinReading {
  readonly records: Records;
  /** The values that the bins hold, from the first to below the second; alike for a bin of one value only. */
  readonly low: number;
  readonly high: number;
  /** The most units that one of the bins has in one of the records. */
  readonly most: number;
}

/** Null beside the bins. */
export function readBins(cell: Cell<Distribution>): BinReading | null {
  const { source, rows, columns } = cell;
  const { bins, edges, counts } = source;
  const found: number[] = [];
  for (let row = rows[0]; row <= rows[1]; row++) {
    const bin = binOfRow(row, bins);
    if (bin !== null) found.push(bin);
  }
  if (!found.length) return null;
  let most = 0;
  for (const bin of found) {
    for (let column = columns[0]; column <= columns[1]; column++) {
      most = Math.max(most, counts[bin * source.columns + column]);
    }
  }
  const [first, last] = [Math.min(...found), Math.max(...found)];
  // The first bin is of 0 alone, wherever the next one begins.
  return { records: recordsOf(cell), low: edges[first], high: last === 0 ? 0 : edges[last + 1], most };
}

/** One unit at one record. */
export interface UnitRecord {
  readonly history: UnitHistory;
  readonly record: number;
}

/** The unit and record within a cell that its colour stands for: the most severe state, then the extreme value. */
export function worstRecord(cell: Cell<Matrix>, histories: readonly UnitHistory[]): UnitRecord | null {
  return highest(cell, histories, (history, record) => {
    const state = history.states[record];
    const value = recordedValue(history, record, cell.source.statistic);
    const wanted = value === null || cell.source.code === "fraction16" ? value : -value;
    return [state === "absent" ? -1 : STATES.indexOf(state), wanted ?? Number.NEGATIVE_INFINITY];
  });
}

/** A run's records, as far as finding partners needs them. */
interface Windows {
  readonly steps: readonly number[];
  readonly window_start_steps: readonly number[];
}

/** A unit at one record, and the other run's record that goes with it. */
export interface Pair extends UnitRecord {
  readonly other: UnitRecord;
  readonly difference: number;
}

/** The unit and record within a cell of a difference that its colour stands for: that which differs most. */
export function widestPair(
  cell: Cell<Matrix>,
  histories: readonly UnitHistory[],
  others: ReadonlyMap<number, UnitHistory>,
  windows: Windows,
): Pair | null {
  const pairAt = (history: UnitHistory, record: number): Pair | null => {
    const other = others.get(history.unit);
    const partner = other ? partnerOf(history.steps[record], windows) : -1;
    const at = other ? other.steps.indexOf(windows.steps[partner]) : -1;
    if (!other || at < 0) return null;
    const { statistic } = cell.source;
    const [a, b] = [recordedValue(history, record, statistic), recordedValue(other, at, statistic)];
    if (a === null || b === null) return null;
    return {
      history,
      record,
      other: { history: other, record: at },
      difference: difference(a, b, statistic),
    };
  };
  const found = highest(cell, histories, (history, record) => {
    const pair = pairAt(history, record);
    return pair ? [0, Math.abs(pair.difference)] : null;
  });
  return found && pairAt(found.history, found.record);
}

/** The record that goes with a step of another run: the first at it or later whose window begins before; -1 for none. */
export function partnerOf(step: number, { steps, window_start_steps: starts }: Windows): number {
  const record = recordAt(step, steps);
  return steps[record] >= step && starts[record] < step ? record : -1;
}

/** As the server has it: of fractions what is left, else powers of ten. */
export function difference(a: number, b: number, statistic: string): number {
  if (isFraction(statistic)) return a - b;
  return a === b ? 0 : Math.log10(a) - Math.log10(b);
}

export function isFraction(statistic: string): boolean {
  return statistic.endsWith("fraction");
}

export function fractionOf(history: UnitHistory, record: number): number | null {
  return (history.zero_fraction ?? history.negative_fraction)?.[record] ?? null;
}

export function recordedValue(history: UnitHistory, record: number, statistic: string): number | null {
  if (isFraction(statistic)) return fractionOf(history, record);
  const values = statistic === "gradient_norm" ? history.gradient_norm : history.mean_activation;
  return values?.[record] ?? null;
}

type Rank = readonly [number, number];

/** The unit and record of highest rank within a cell; null where none has one. */
function highest(
  cell: Cell<Matrix>,
  histories: readonly UnitHistory[],
  rankOf: (history: UnitHistory, record: number) => Rank | null,
): UnitRecord | null {
  const { steps } = cell.source;
  const [first, end] = recordsOf(cell);
  let best: UnitRecord | null = null;
  let rank: Rank = [-2, 0];
  for (const history of histories) {
    for (let r = first; r < end; r++) {
      const record = recordAt(steps[r], history.steps);
      const next = history.steps[record] === steps[r] ? rankOf(history, record) : null;
      if (!next || next[0] < rank[0] || (next[0] === rank[0] && next[1] <= rank[1])) continue;
      best = { history, record };
      rank = next;
    }
  }
  return best;
}
