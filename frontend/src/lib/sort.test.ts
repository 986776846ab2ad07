import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Direction, type SortKey, sortedBy } from "./sort";

const keys = fc.oneof(
  fc.double(),
  fc.constant(Number.NaN),
  fc.constant(null),
  fc.integer({ min: 0, max: 3 }),
);
const texts = fc.oneof(fc.string(), fc.constant(null));
const lists = fc.oneof(fc.array(keys), fc.array(texts), fc.array(fc.oneof(keys, texts)));
const directions = fc.constantFrom<Direction>("ascending", "descending");
const missing = (key: SortKey) => key === null || Number.isNaN(key);
const identity = (key: SortKey) => key;

describe("sortedBy", () => {
  it("keeps every row, and those without a key last", () => {
    fc.assert(
      fc.property(lists, directions, (list, direction) => {
        const rows = list.map((key, place) => ({ key, place }));
        const sorted = sortedBy(rows, (row) => row.key, direction);
        expect(new Set(sorted)).toEqual(new Set(rows));
        const first = sorted.findIndex((row) => missing(row.key));
        if (first >= 0) expect(sorted.slice(first).every((row) => missing(row.key))).toBe(true);
      }),
    );
  });

  it("is stable in both directions", () => {
    const rows = fc.array(fc.record({ key: fc.constantFrom(1, 2, "a", "b", null), place: fc.nat() }));
    fc.assert(
      fc.property(rows, directions, (list, direction) => {
        const numbered = list.map(({ key }, place) => ({ key, place }));
        const sorted = sortedBy(numbered, (row) => row.key, direction);
        for (let i = 1; i < sorted.length; i++) {
          const [a, b] = [sorted[i - 1], sorted[i]];
          if (a.key === b.key) expect(a.place).toBeLessThan(b.place);
        }
      }),
    );
  });

  it("ascends or descends, numbers by value", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), (list) => {
        const up = sortedBy(list, identity, "ascending");
        const down = sortedBy(list, identity, "descending");
        for (let i = 1; i < up.length; i++) {
          expect(up[i - 1] <= up[i]).toBe(true);
          expect(down[i - 1] >= down[i]).toBe(true);
        }
      }),
    );
  });

  it("reads numbers within text, and puts text behind numbers", () => {
    const names = ["dense_10", "dense_2", 7, "Dense_1", null, 3];
    expect(sortedBy(names, identity, "ascending")).toEqual([3, 7, "Dense_1", "dense_2", "dense_10", null]);
    expect(sortedBy(names, identity, "descending")).toEqual(["dense_10", "dense_2", "Dense_1", 7, 3, null]);
    expect(sortedBy([0, Number.POSITIVE_INFINITY, -5], identity, "descending")).toEqual([Infinity, 0, -5]);
  });
});
