import { describe, expect, it } from "vitest";
import type { UnitHistory } from "../wire/api";
import type { Distribution } from "../wire/distribution";
import type { Matrix } from "../wire/matrix";
import type { Cell } from "./cursor";
import { difference, partnerOf, readBins, readCell, widestPair, worstRecord } from "./inspect";

const matrix: Matrix = {
  run: "r",
  layer: "l",
  statistic: "zero_fraction",
  code: "fraction16",
  order: "index",
  orderRun: "r",
  minus: null,
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

function cell<Source = Matrix>(
  rows: [number, number],
  columns: [number, number],
  of: Source = matrix as Source,
): Cell<Source> {
  return { source: of, rows, columns, held: false, x: 0, y: 0 };
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

  it("reads the difference that is furthest from 0", () => {
    const codes = Uint16Array.of(20000, 0x8000 | 20100, 0, 0x7fff);
    const differing = {
      ...matrix,
      code: "signed_log16" as const,
      minus: "s",
      maximum: codes,
      minimum: codes,
    };
    const reading = readCell(cell([0, 1], [0, 1], differing));
    expect(reading.value).toBeLessThan(0);
    expect(readCell(cell([1, 1], [1, 1], differing)).value).toBeNaN();
  });

  it("reads a part by its place in the whole", () => {
    const part = { ...matrix, rowStarts: Uint32Array.of(2, 3, 4), columnStarts: Uint32Array.of(1, 2, 3) };
    expect(readCell(cell([0, 1], [1, 1], part))).toMatchObject({ units: [0, 2], records: [2, 3] });
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

  it("picks the smallest activation or norm", () => {
    const norms = { ...matrix, statistic: "gradient_norm", code: "log16" as const };
    const low = { ...history(3, ["healthy", "healthy", "healthy"], [0, 0, 0]), gradient_norm: [3, 1, 2] };
    const high = { ...history(1, ["healthy", "healthy", "healthy"], [0, 0, 0]), gradient_norm: [4, null, 2] };
    expect(worstRecord(cell([0, 0], [0, 1], norms), [high, low])).toEqual({ history: low, record: 1 });
  });
});

describe("widestPair", () => {
  const windows = { steps: [12, 24], window_start_steps: [0, 12] };
  const mine = history(3, ["healthy", "healthy", "dead"], [0.25, 0.5, 1]);
  const theirs = { ...history(3, ["healthy", "healthy"], [0.5, 0.375]), steps: [12, 24] };

  it("picks the record that differs most, with the other run's record that covers its step", () => {
    const found = widestPair(cell([0, 0], [0, 1]), [mine], new Map([[3, theirs]]), windows);
    // Step 30 has no partner.
    expect(found).toMatchObject({ record: 0, other: { record: 0 }, difference: -0.25 });
  });

  it("finds none where the other run has no such unit", () => {
    expect(widestPair(cell([0, 0], [0, 1]), [mine], new Map(), windows)).toBeNull();
  });

  it("goes by the server's rule of partners", () => {
    const gap = { steps: [10, 30], window_start_steps: [0, 20] };
    expect([5, 10, 15, 20, 21, 30, 31].map((step) => partnerOf(step, gap))).toEqual([0, 0, -1, -1, 1, 1, -1]);
  });

  it("is in powers of ten, but for fractions", () => {
    expect(difference(1, 0.25, "zero_fraction")).toBe(0.75);
    expect(difference(10, 0.1, "gradient_norm")).toBeCloseTo(2);
    expect(difference(0, 0, "mean_activation")).toBe(0);
    expect(difference(1, 0, "gradient_norm")).toBe(Number.POSITIVE_INFINITY);
    expect(difference(0, 1, "gradient_norm")).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("readBins", () => {
  const counts = {
    bins: 4,
    columns: 2,
    counts: Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    edges: Float64Array.of(0, 0, 0.5, 1, 1),
    columnStarts: Uint32Array.of(0, 2, 3),
  } as unknown as Distribution;

  it("reads the most units of a bin, and which values it holds", () => {
    expect(readBins(cell([2, 2], [0, 0], counts))).toEqual({ records: [0, 2], low: 0.5, high: 1, most: 5 });
    expect(readBins(cell([1, 1], [0, 1], counts))).toEqual({ records: [0, 3], low: 1, high: 1, most: 8 });
    expect(readBins(cell([5, 5], [1, 1], counts))).toEqual({ records: [2, 3], low: 0, high: 0, most: 2 });
    expect(readBins(cell([0, 0], [0, 0], counts))).toBeNull();
  });
});
