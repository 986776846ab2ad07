import { CODES, type CodeName, NAN_CODE } from "./codes";
import { decodeSections } from "./sections";

/** States by their number in a matrix, the most severe last. */
export const STATES = [
  "healthy",
  "always_on",
  "dormant",
  "rare",
  "no_gradient",
  "saturated",
  "silent",
  "non_finite",
  "dead",
] as const;
export type State = (typeof STATES)[number];

export const ABSENT = -1;
export const SATURATED = STATES.indexOf("saturated");
export const NON_FINITE = STATES.indexOf("non_finite");
export const DEAD = STATES.indexOf("dead");

/** Units x records of one statistic, shrunk by the server to rows x columns. See http_api.md, `/matrix`. */
export interface Matrix {
  readonly run: string;
  readonly layer: string;
  readonly statistic: string;
  readonly code: CodeName;
  readonly order: string;
  readonly orderRun: string;
  /** The run whose values were subtracted; null for a run's own values. */
  readonly minus: string | null;
  readonly units: number;
  readonly records: number;
  readonly rows: number;
  readonly columns: number;
  readonly maximum: Uint16Array;
  /** `maximum` itself where every block is one value. */
  readonly minimum: Uint16Array;
  readonly states: Int8Array;
  readonly unitOrder: Uint32Array;
  /** First position in the order that each row covers, and where the last one ends; of a part it begins above 0. */
  readonly rowStarts: Uint32Array;
  /** First record that each column covers, likewise. */
  readonly columnStarts: Uint32Array;
  readonly steps: Float64Array;
  readonly windowStartSteps: Float64Array;
}

interface Header {
  run: string;
  layer: string;
  statistic: string;
  code: CodeName;
  order: string;
  order_run: string;
  minus: string | null;
  units: number;
  records: number;
  rows: number;
  columns: number;
}

/** Decodes the body of `/matrix`. The arrays are views of `body`. */
export function decodeMatrix(body: ArrayBuffer): Matrix {
  const { header, section } = decodeSections<Header>(body);
  const maximum = section("maximum", "uint16");
  return {
    run: header.run,
    layer: header.layer,
    statistic: header.statistic,
    code: header.code,
    order: header.order,
    orderRun: header.order_run,
    minus: header.minus ?? null,
    units: header.units,
    records: header.records,
    rows: header.rows,
    columns: header.columns,
    maximum,
    minimum: header.sections.minimum ? section("minimum", "uint16") : maximum,
    states: section("states", "int8"),
    unitOrder: section("unit_order", "uint32"),
    rowStarts: section("row_starts", "uint32"),
    columnStarts: section("column_starts", "uint32"),
    steps: section("steps", "float64"),
    windowStartSteps: section("window_start_steps", "float64"),
  };
}

export interface CodeExtent {
  readonly low: number;
  /** The code that 1 % of the smallest values in the blocks lie below. */
  readonly typical: number;
  readonly high: number;
}

const extents = new WeakMap<Matrix, CodeExtent | null>();

/** The range of the codes of positive finite values, or null where there is none. */
export function positiveExtent(matrix: Matrix): CodeExtent | null {
  let extent = extents.get(matrix);
  if (extent === undefined) {
    extent = measure(matrix);
    extents.set(matrix, extent);
  }
  return extent;
}

function measure({ minimum, maximum }: Matrix): CodeExtent | null {
  const counts = new Uint32Array(CODES);
  for (const code of minimum) counts[code]++;
  counts.fill(0, NAN_CODE - 1);
  counts[0] = 0;
  let high = counts.findLastIndex((count) => count > 0);
  for (const code of maximum) if (code > high && code < NAN_CODE - 1) high = code;
  if (high <= 0) return null;
  const low = counts.findIndex((count) => count > 0);
  const total = counts.reduce((a, b) => a + b, 0);
  let typical = low < 0 ? high : low;
  for (let below = 0; typical < high; typical++) {
    below += counts[typical];
    if (below > total / 100) break;
  }
  return { low: low < 0 ? high : low, typical, high };
}

/** The units that are dead at the newest record, in the matrix's order; null where blocks are too coarse to say. */
export function deadUnits(matrix: Matrix): number[] | null {
  const { rows, columns, records, states, unitOrder } = matrix;
  if (rows !== matrix.units || matrix.columnStarts[columns - 1] !== records - 1) return null;
  return Array.from(unitOrder).filter((_, row) => states[(row + 1) * columns - 1] === DEAD);
}

/** For each unit its position in the order. */
export function positions(matrix: Matrix): Map<number, number> {
  return new Map(Array.from(matrix.unitOrder, (unit, position) => [unit, position]));
}
