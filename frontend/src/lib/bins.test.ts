import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binOfRow, binRows, rowOfBin } from "./bins";

const FRACTIONS = [0, 0, 0.25, 0.5, 0.75, 1, 1];
const NORMS = [0, 1e-4, 1e-3, 1e-2, 1e-1, 1];

describe("rows of bins", () => {
  it("hold each bin once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 512 }), (bins) => {
        const rows = Array.from({ length: bins }, (_, bin) => rowOfBin(bin, bins));
        expect(rows.map((row) => binOfRow(row, bins))).toEqual(rows.map((_, bin) => bin));
        const all = Array.from({ length: bins + 2 }, (_, row) => row);
        expect(all.filter((row) => binOfRow(row, bins) === null)).toEqual([0, bins]);
      }),
    );
  });

  it("go down with the value, without a gap", () => {
    for (const [edges, range] of [
      [FRACTIONS, null],
      [NORMS, [1e-6, 10]],
    ] as const) {
      const made = binRows(edges, range, 0.1, 300);
      expect(made.edges).toHaveLength(edges.length + 2);
      expect([...made.edges]).toEqual([...made.edges].sort((a, b) => a - b));
      expect([made.edges[0], made.edges.at(-1)]).toEqual(made.rows);
    }
  });

  it("give a fraction of exactly 0 and of exactly 1 a band each", () => {
    const { edges, rows, ticks, lines } = binRows(FRACTIONS, null, 0.1, 300);
    expect([...edges]).toEqual([-0.1, -0.1, 0, 0.25, 0.5, 0.75, 1, 1, 1.1]);
    expect(rows).toEqual([-0.1, 1.1]);
    expect(lines).toEqual([0, 1]);
    expect(ticks.map(({ label }) => label)).toEqual(["1", "0.75", "0.5", "0.25", "0"]);
  });

  it("place norms on the decades of all runs", () => {
    const { edges, ticks } = binRows(NORMS, [1e-6, 10], 0.1, 300);
    expect(edges[1]).toBeCloseTo(1 / 7);
    expect(edges[rowOfBin(1, 5) + 1]).toBeCloseTo(5 / 7);
    expect(ticks.map(({ label }) => label)).toEqual([
      "10¹",
      "10⁰",
      "10⁻¹",
      "10⁻²",
      "10⁻³",
      "10⁻⁴",
      "10⁻⁵",
      "10⁻⁶",
      "0",
    ]);
    expect(binRows(NORMS, [1e-6, 10], 0.1, 60).ticks.length).toBeLessThan(6);
  });
});
