import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logRange } from "./range";
import { recordAt, ticks, toPixel, toStep } from "./scale";

const domains = fc
  .tuple(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 1, max: 10 ** 9 }))
  .map(([low, span]) => [low, low + span] as const);
const widths = fc.integer({ min: 1, max: 4000 });

describe("step axis", () => {
  it("maps its ends exactly", () => {
    fc.assert(
      fc.property(domains, widths, (domain, width) => {
        expect(toPixel(domain[0], domain, width)).toBe(0);
        expect(toPixel(domain[1], domain, width)).toBe(width);
        expect(toStep(0, domain, width)).toBe(domain[0]);
        expect(toStep(width, domain, width)).toBe(domain[1]);
      }),
    );
  });

  it("is monotone and its own inverse", () => {
    fc.assert(
      fc.property(domains, widths, fc.double({ min: 0, max: 1, noNaN: true }), (domain, width, share) => {
        const step = domain[0] + share * (domain[1] - domain[0]);
        const pixel = toPixel(step, domain, width);
        expect(toPixel(Math.min(step + 1, domain[1]), domain, width)).toBeGreaterThanOrEqual(pixel);
        expect(Math.abs(toStep(pixel, domain, width) - step)).toBeLessThanOrEqual(1e-6 * domain[1]);
      }),
    );
  });

  it("has ticks at whole steps within the domain, as many as fit", () => {
    fc.assert(
      fc.property(domains, fc.integer({ min: 1, max: 20 }), (domain, count) => {
        const at = ticks(domain, count);
        expect(at.length).toBeLessThanOrEqual(count + 1);
        for (const tick of at) {
          expect(Number.isInteger(tick)).toBe(true);
          expect(tick).toBeGreaterThanOrEqual(domain[0]);
          expect(tick).toBeLessThanOrEqual(domain[1]);
        }
      }),
    );
    expect(ticks([0, 690], 6)).toEqual([0, 200, 400, 600]);
  });

  it("finds the record that covers a step", () => {
    expect([0, 10, 10.5, 20, 99].map((step) => recordAt(step, [10, 20, 30]))).toEqual([0, 0, 1, 1, 2]);
  });
});

describe("log range", () => {
  it("covers the values with whole decades", () => {
    const positive = fc.double({ min: 1e-30, max: 1e30, noNaN: true });
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const range = logRange([{ typical: low, low, high }]);
        expect(range).not.toBeNull();
        if (!range) return;
        expect(range.high).toBeGreaterThanOrEqual(high * 0.997);
        expect(range.low).toBeLessThan(range.high);
        expect(range.clipped || range.low <= low).toBe(true);
      }),
    );
    expect(logRange([])).toBeNull();
  });
});
