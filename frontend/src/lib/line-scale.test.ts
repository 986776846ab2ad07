import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extentOf, linearScale, logScale } from "./line-scale";

const counts = fc.integer({ min: 1, max: 12 });
const ascending = (values: readonly number[]) => values.every((value, i) => i === 0 || value > values[i - 1]);

describe("linearScale", () => {
  const ends = fc
    .tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: 1e-6, max: 1e9, noNaN: true }))
    .map(([low, span]) => [low, low + span] as const)
    .filter(([low, high]) => high - low > 1e-9 * Math.abs(low));

  it("has all values between its first and its last tick", () => {
    fc.assert(
      fc.property(ends, counts, fc.double({ min: 0, max: 1, noNaN: true }), ([low, high], count, share) => {
        const { place, ticks } = linearScale(low, high, count);
        expect(ascending(ticks)).toBe(true);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(count + 3);
        expect(place(ticks[0])).toBe(0);
        expect(place(ticks[ticks.length - 1])).toBe(1);
        const at = place(low + share * (high - low));
        expect(at).toBeGreaterThanOrEqual(-1e-6);
        expect(at).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
  });

  it("has round ticks", () => {
    expect(linearScale(0, 0.3, 3).ticks).toEqual([0, 0.1, 0.2, 0.3]);
    expect(linearScale(-0.81, 0.12, 4).ticks).toEqual([-1, -0.5, 0, 0.5]);
    expect(linearScale(0, 0, 3).ticks.length).toBeGreaterThanOrEqual(2);
    expect(linearScale(7, 7, 3).place(7)).toBeGreaterThanOrEqual(0);
    expect(linearScale(0, 1, 3).place(Number.NaN)).toBeNaN();
  });
});

describe("logScale", () => {
  const positive = fc
    .integer({ min: -12, max: 12 })
    .chain((e) => fc.double({ min: 10 ** e, max: 10 ** (e + 1), noNaN: true }));

  it("places values in order, within its ticks, and 0 below all", () => {
    fc.assert(
      fc.property(positive, positive, fc.boolean(), counts, (a, b, zero, count) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const { place, ticks } = logScale(low, high, zero, count);
        expect(ascending(ticks)).toBe(true);
        expect(ticks[0] === 0).toBe(zero);
        expect(ticks.length).toBeLessThanOrEqual(Math.max(count, 4) + 2);
        expect(place(high)).toBeLessThanOrEqual(1 + 1e-9);
        expect(place(low)).toBeLessThanOrEqual(place(high));
        expect(place(low)).toBeGreaterThanOrEqual(0);
        if (zero) expect(place(low)).toBeGreaterThan(place(0));
        for (const tick of ticks) {
          expect(place(tick)).toBeGreaterThanOrEqual(0);
          expect(place(tick)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  it("has powers of ten, and more within a single one", () => {
    expect(logScale(2e-4, 0.5, false, 4).ticks).toEqual([1e-4, 1e-3, 1e-2, 0.1, 1]);
    expect(logScale(2e-3, 9e-3, true, 4).ticks).toEqual([0, 1e-3, 2e-3, 5e-3, 1e-2]);
    expect(logScale(1e-40, 1, false, 3).place(1e-40)).toBe(0);
    expect(logScale(1, 1, false, 3).place(-1)).toBeNaN();
    // Nothing but zeros.
    expect(logScale(Number.POSITIVE_INFINITY, 0, true, 3).ticks).toEqual([0, 0.1, 0.2, 0.5, 1]);
  });
});

it("measures what is finite", () => {
  expect(
    extentOf([
      [3, Number.NaN, 0],
      [Number.POSITIVE_INFINITY, -2],
    ]),
  ).toEqual({ low: -2, high: 3, positive: 3 });
  expect(extentOf([[Number.NaN], []])).toBeNull();
});
