import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deadShares, worstRecord } from "./shares";

describe("deadShares", () => {
  it("counts units over all states", () => {
    const found = deadShares({ healthy: [3, 2, 0], dead: [1, 2, 0] }, 3);
    expect([...found.units]).toEqual([4, 4, 0]);
    expect([...found.shares]).toEqual([0.25, 0.5, Number.NaN]);
  });

  it("is 0 where no unit ever died", () => {
    expect([...deadShares({ healthy: [3] }, 1).shares]).toEqual([0]);
  });

  it("marks records with units that are not finite, unless some are dead all the same", () => {
    const found = deadShares({ healthy: [3, 2, 1], non_finite: [0, 1, 1], dead: [0, 0, 1] }, 3);
    expect([...found.unknown]).toEqual([0, 1, 0]);
  });
});

describe("worstRecord", () => {
  it("is a record of the largest share, in the range", () => {
    const counts = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1 });
    fc.assert(
      fc.property(counts, fc.nat(), fc.nat(), (pairs, a, b) => {
        const known = deadShares(
          { dead: pairs.map((p) => p[0]), healthy: pairs.map((p) => p[1]) },
          pairs.length,
        );
        const [first, last] = [a % pairs.length, b % pairs.length].sort((x, y) => x - y);
        const worst = worstRecord(known, first, last);
        expect(worst).toBeGreaterThanOrEqual(first);
        expect(worst).toBeLessThanOrEqual(last);
        const best = Math.max(...Array.from(known.shares.subarray(first, last + 1), (s) => s || 0));
        expect(known.shares[worst] || 0).toBe(best);
      }),
    );
  });
});
