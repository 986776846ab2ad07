import { describe, expect, it } from "vitest";
import type { UnitHistory } from "../wire/api";
import type { Matrix } from "../wire/matrix";
import type { Cell } from "./cursor";
import { readCell, worstRecord } from "./inspect";

const matrix: Matrix = {
  run: "r",
  layer: "l",
  statistic: "zero_fraction",
  code: "fraction16",
  order: "index",
  orderRun: "r",
  units: 4,
  records: 3,
  rows: 2,
  columns: 2,
  maximum: Uint16Array.of(65534, 65534, 100, 65535),
  minimum: Uint16Array.of(0, 200, 50, 65535),
  states: Int8Array.of(6, 8, 0, -1),
  unitOrder: Uint32Array.of(3, 1, 0, 2),
  rowStarts: Uint32Array.of(0, 2, 4),
  columnStarts: Uint32Array.of(0, 2, 3),
  steps: Float64Array.of(10, 20, 30),
  windowStartSteps: Float64Array.of(0, 10, 20),
};

function cell(rows: [number, number], columns: [number, number], of: Matrix = matrix): Cell {
  return { matrix: of, rows, columns, held: false, x: 0, y: 0 };
}

function history(unit: number, states: UnitHistory["states"], zero: (number | null)[]): UnitHistory {
  const samples = [9, 9, 9];
  const steps = [10, 20, 30];
  return {
    run: "r",
    layer: "l",
    unit,
    steps,
    samples,
    screened_samples: samples,
    states,
    zero_fraction: zero,
  };
}

describe("readCell", () => {
  it("reads the largest fraction and the worst state", () => {
    expect(readCell(cell([0, 0], [0, 1]))).toEqual({
      units: [3, 1],
      records: [0, 3],
      state: "dead",
      value: 1,
      exact: true,
    });
  });

  it("reads the smallest gradient norm", () => {
    const gradient = { ...matrix, statistic: "gradient_norm", code: "log16" as const };
    expect(readCell(cell([0, 0], [0, 1], gradient)).value).toBe(0);
    expect(readCell(cell([1, 1], [0, 0], gradient)).exact).toBe(false);
  });

  it("knows that there may be no value", () => {
    const reading = readCell(cell([1, 1], [1, 1]));
    expect(reading.state).toBeNull();
    expect(reading.value).toBeNaN();
  });
});

describe("worstRecord", () => {
  it("picks the dead unit out of a block, at its record", () => {
    const healthy = history(3, ["healthy", "rare", "healthy"], [0.5, 0.99, 0.5]);
    const dying = history(1, ["healthy", "silent", "dead"], [0.1, 1, 1]);
    expect(worstRecord(cell([0, 0], [0, 1]), [healthy, dying])).toEqual({ history: dying, record: 2 });
    expect(worstRecord(cell([0, 0], [0, 0]), [healthy, dying])).toEqual({ history: dying, record: 1 });
  });

  it("goes by the value among equal states", () => {
    const low = history(3, ["healthy", "healthy", "healthy"], [0.2, 0.3, 0.1]);
    const high = history(1, ["healthy", "healthy", "healthy"], [0.2, 0.9, null]);
    expect(worstRecord(cell([0, 0], [0, 0]), [low, high])).toEqual({ history: high, record: 1 });
  });
});
