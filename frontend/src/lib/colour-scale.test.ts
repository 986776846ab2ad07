import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ColourScale, placeOf, roundUp, valueAt } from "./colour-scale";

const SCALES: readonly ColourScale[] = [
  { kind: "fraction" },
  { kind: "log", low: 1e-6, high: 10, clipped: true },
  { kind: "linear", high: 3 },
  { kind: "difference", most: 1, decades: false },
  { kind: "difference", most: 5, decades: true },
  { kind: "count", most: 4096 },
  { kind: "count", most: 1 },
];

describe("placeOf", () => {
  it.each(SCALES)("goes up with the value, and stays on the scale: $kind", (scale) => {
    const value = fc.double({ min: -100, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        if (scale.kind === "count" && low < 1) return;
        expect(placeOf(scale, low)).toBeLessThanOrEqual(placeOf(scale, high));
        expect(placeOf(scale, low)).toBeGreaterThanOrEqual(0);
        expect(placeOf(scale, high)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each(SCALES.slice(0, -1))("is undone by valueAt: $kind", (scale) => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (place) => {
        expect(placeOf(scale, valueAt(scale, place))).toBeCloseTo(place, 6);
      }),
    );
  });

  it("has its ends where the scale says", () => {
    expect(placeOf(SCALES[1], 1e-6)).toBe(0);
    expect(placeOf(SCALES[1], 10)).toBe(1);
    expect(placeOf(SCALES[1], 0)).toBe(0);
    expect(placeOf(SCALES[5], 64)).toBeCloseTo(0.5);
  });

  it("is symmetrical about no difference, infinity at the ends", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9, noNaN: true }), (value) => {
        for (const scale of SCALES.slice(3, 5)) {
          expect(placeOf(scale, value) + placeOf(scale, -value)).toBeCloseTo(1);
        }
      }),
    );
    expect(placeOf(SCALES[4], 0)).toBe(0.5);
    expect(placeOf(SCALES[4], Number.POSITIVE_INFINITY)).toBe(1);
    expect(placeOf(SCALES[4], Number.NEGATIVE_INFINITY)).toBe(0);
  });
});

it("rounds up to 1, 2 or 5 times a power of ten", () => {
  expect([0.011, 0.02, 0.3, 1, 4, 6, 1234].map(roundUp)).toEqual([0.02, 0.02, 0.5, 1, 5, 10, 2000]);
  fc.assert(
    fc.property(fc.double({ min: 1e-20, max: 1e20, noNaN: true }), (value) => {
      expect(roundUp(value)).toBeGreaterThanOrEqual(value * 0.998);
      expect(roundUp(value)).toBeLessThanOrEqual(value * 2.51);
    }),
  );
});
