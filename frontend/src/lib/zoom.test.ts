import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Domain } from "./scale";
import {
  dragged,
  fitted,
  legible,
  panned,
  partAround,
  placeAt,
  rowsAbout,
  wholeRows,
  zoomedAbout,
} from "./zoom";

const wholes = fc
  .tuple(fc.integer({ min: -1e6, max: 2e9 }), fc.integer({ min: 1, max: 1e7 }))
  .map(([low, width]) => [low, low + width] as const);
const shares = fc.double({ min: 0, max: 1, noNaN: true });
/** A whole, a part of it, and the least width of a part. */
const views = fc.tuple(wholes, shares, shares, shares).map(([whole, a, b, c]) => {
  const least = (whole[1] - whole[0]) * (0.001 + 0.2 * c);
  const [low, high] = a < b ? [a, b] : [b, a];
  return { whole, least, span: fitted([placeAt(whole, low), placeAt(whole, high)], whole, least) };
});
const factors = fc.double({ min: 0.01, max: 100, noNaN: true });
/** What a few roundings of places in the whole, `by` times enlarged, may add up to. */
const rounding = (whole: Domain, by = 1) => 8 * by * Number.EPSILON * Math.max(...whole.map(Math.abs));

describe("zoom", () => {
  it("never leaves the whole, nor shrinks below the least", () => {
    const moves = fc.array(fc.tuple(fc.constantFrom("zoom", "pan"), factors, shares), { maxLength: 12 });
    fc.assert(
      fc.property(views, moves, ({ whole, least, span }, all) => {
        let now = span;
        const room = whole[1] - whole[0];
        for (const [kind, factor, share] of all) {
          now =
            kind === "zoom"
              ? zoomedAbout(now, whole, factor, placeAt(now, share), least)
              : panned(now, whole, (share - 0.5) * factor * room);
          expect(now[0]).toBeGreaterThanOrEqual(whole[0]);
          expect(now[1]).toBeLessThanOrEqual(whole[1]);
          expect(now[1] - now[0]).toBeGreaterThanOrEqual(
            Math.min(least, room) * (1 - 1e-6) - rounding(whole, 1 + all.length),
          );
        }
      }),
    );
  });

  it("in and out about the same place is where it was, unless an end was met", () => {
    fc.assert(
      fc.property(
        views,
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        shares,
        ({ whole, least, span }, factor, share) => {
          const about = placeAt(span, share);
          fc.pre((span[1] - span[0]) * factor > least);
          const back = zoomedAbout(
            zoomedAbout(span, whole, factor, about, least),
            whole,
            1 / factor,
            about,
            least,
          );
          const close = 1e-9 * (whole[1] - whole[0]) + rounding(whole, 1 / factor);
          expect(Math.abs(back[0] - span[0])).toBeLessThanOrEqual(close);
          expect(Math.abs(back[1] - span[1])).toBeLessThanOrEqual(close);
        },
      ),
    );
  });

  it("keeps the place under the pointer", () => {
    fc.assert(
      fc.property(
        views,
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        shares,
        ({ whole, least, span }, factor, share) => {
          fc.pre((span[1] - span[0]) * factor > least);
          const about = placeAt(span, share);
          const now = zoomedAbout(span, whole, factor, about, least);
          expect(Math.abs(placeAt(now, share) - about)).toBeLessThanOrEqual(rounding(whole));
        },
      ),
    );
  });

  it("pans without changing the width, up to the ends", () => {
    expect(panned([2, 4], [0, 10], 3)).toEqual([5, 7]);
    expect(panned([2, 4], [0, 10], 30)).toEqual([8, 10]);
    expect(panned([2, 4], [0, 10], -30)).toEqual([0, 2]);
    expect(fitted([-5, 50], [0, 10], 1)).toEqual([0, 10]);
    expect(fitted([4, 4], [0, 10], 2)).toEqual([3, 5]);
  });

  it("shows whole rows, at least one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20000 }),
        shares,
        shares,
        factors,
        shares,
        (count, a, b, factor, share) => {
          const [low, high] = wholeRows([Math.min(a, b) * count, Math.max(a, b) * count], count);
          const now = rowsAbout([low, high], count, factor, placeAt([low, high], share));
          for (const [first, end] of [[low, high], now]) {
            expect(Number.isInteger(first) && Number.isInteger(end)).toBe(true);
            expect(first).toBeGreaterThanOrEqual(0);
            expect(end).toBeLessThanOrEqual(count);
            expect(end - first).toBeGreaterThanOrEqual(1);
          }
        },
      ),
    );
  });
});

describe("dragged", () => {
  it("takes what lies between two places, whichever came first", () => {
    expect(dragged(75, 25, 100, 6)).toEqual([0.25, 0.75]);
    expect(dragged(-20, 50, 100, 6)).toEqual([0, 0.5]);
    expect(dragged(50, 53, 100, 6)).toBeNull();
    expect(dragged(-30, -10, 100, 6)).toBeNull();
  });
});

describe("legible", () => {
  it("stays within the whole, close to where it was", () => {
    fc.assert(
      fc.property(views, ({ whole, span }) => {
        const [low, high] = legible(span, whole);
        expect(low).toBeGreaterThanOrEqual(whole[0]);
        expect(high).toBeLessThanOrEqual(whole[1]);
        const width = span[1] - span[0];
        expect(Math.abs(low - span[0]) + Math.abs(high - span[1])).toBeLessThanOrEqual(1e-3 * width + 1e-6);
        if (low > whole[0] && high < whole[1]) expect(legible([low, high], whole)).toEqual([low, high]);
      }),
    );
  });

  it("leaves the width as it is while one pans", () => {
    let span = legible([100.123456, 240.654321], [0, 10000]);
    const width = span[1] - span[0];
    for (let i = 0; i < 100; i++) span = legible([span[0] + 0.7654321, span[1] + 0.7654321], [0, 10000]);
    expect(span[1] - span[0]).toBeCloseTo(width, 9);
  });

  it("needs few digits", () => {
    expect(legible([135.000006214, 315.000024856], [0, 450])).toEqual([135, 315]);
    expect(legible([0.1 + 0.2, 1], [0, 9])).toEqual([0.3, 1]);
  });
});

describe("partAround", () => {
  const shown = fc
    .integer({ min: 1, max: 20000 })
    .chain((count) =>
      fc
        .tuple(fc.nat(count - 1), fc.integer({ min: 1, max: count }))
        .map(([first, size]) => ({ count, low: first, high: Math.min(count, first + size) })),
    );

  it("holds what is shown with room around it, as fine as the screen, and not much more", () => {
    fc.assert(
      fc.property(shown, fc.integer({ min: 1, max: 2000 }), ({ count, low, high }, pixels) => {
        const { range, blocks } = partAround([low, high], count, pixels);
        const size = range[1] - range[0];
        expect(range[0]).toBeLessThanOrEqual(Math.max(0, low - (high - low) / 8));
        expect(range[1]).toBeGreaterThanOrEqual(Math.min(count, high + (high - low) / 8));
        expect(size).toBeLessThanOrEqual(2 * (high - low) + 4);
        // A block is no wider than a pixel, or it is one neighbour.
        expect(size / blocks).toBeLessThanOrEqual(Math.max(1, (high - low) / pixels));
      }),
    );
  });

  it("stays the same under a little panning", () => {
    const parts = new Set<string>();
    for (let low = 1000; low < 1064; low++) parts.add(String(partAround([low, low + 300], 4096, 512).range));
    expect(parts.size).toBeLessThanOrEqual(3);
  });
});
