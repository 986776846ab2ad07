import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnBlocks, columnSpans, partBlocks, pixelBlocks, rowBlocks } from "./pixels";
import { toPixel } from "./scale";

const shown = ({ first, last }: { first: Int32Array; last: Int32Array }) => {
  const blocks = new Set<number>();
  first.forEach((from, pixel) => {
    for (let block = from; from >= 0 && block <= last[pixel]; block++) blocks.add(block);
  });
  return blocks;
};

describe("rowBlocks", () => {
  it("shows every row and leaves no pixel without one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 1200 }), (rows, pixels) => {
        const blocks = rowBlocks(rows, pixels);
        expect(shown(blocks).size).toBe(rows);
        expect(blocks.first.every((block) => block >= 0)).toBe(true);
        expect(blocks.held.every((held) => held === 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("gives each row pixels of its own where there is room", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(800), (rows, more) => {
        const { first, last } = rowBlocks(rows, rows + more);
        expect([...first]).toEqual([...last]);
      }),
    );
  });
});

/** Records with windows that may leave gaps, as columns of one record each. */
const records = fc
  .array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 300 })
  .map((spans) => {
    let at = 0;
    return spans.map(([gap, length]) => {
      const start = at + gap;
      at = start + length;
      return { start, end: at };
    });
  });

describe("columnBlocks", () => {
  it("shows every column, however many fall on a pixel", () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 700 }), (spans, pixels) => {
        const domain = [spans[0].start, spans[spans.length - 1].end] as const;
        const blocks = columnBlocks(
          { starts: spans.map((s) => s.start), ends: spans.map((s) => s.end) },
          (step) => toPixel(step, domain, pixels),
          pixels,
        );
        expect(shown(blocks).size).toBe(spans.length);
        expect([...blocks.first]).toEqual([...blocks.first].sort((a, b) => a - b));
      }),
    );
  });

  it("tiles wide columns without overlap and holds them over gaps", () => {
    const blocks = pixelBlocks([0, 2.6, 8], [2.6, 5, 10], 12);
    expect([...blocks.first]).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 2, 2, -1, -1]);
    expect([...blocks.held]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0]);
  });

  it("gives a window without length, as of a summary op, a pixel", () => {
    const blocks = pixelBlocks([0, 5, 10], [0, 5, 10], 10);
    expect([...blocks.first]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 2]);
    expect(blocks.held[4]).toBe(1);
  });

  it("spans from the first record's window to the last record's step", () => {
    const { starts, ends } = columnSpans([0, 2, 3], [0, 10, 30], [10, 20, 40]);
    expect([...starts]).toEqual([0, 30]);
    expect([...ends]).toEqual([20, 40]);
  });

  it("shows of a part what lies on it, whatever lies beside it", () => {
    fc.assert(
      fc.property(
        records,
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (spans, pixels, from, width) => {
          const whole = spans[spans.length - 1].end;
          const domain = [from * whole, from * whole + width * whole] as const;
          const blocks = columnBlocks(
            { starts: spans.map((s) => s.start), ends: spans.map((s) => s.end) },
            (step) => toPixel(step, domain, pixels),
            pixels,
          );
          const inside = spans.flatMap((s, i) => (s.end > domain[0] && s.start < domain[1] ? [i] : []));
          const seen = shown(blocks);
          for (const block of inside) expect(seen).toContain(block);
          // Besides, only the one before may be held.
          for (const block of seen) {
            expect(block).toBeGreaterThanOrEqual((inside[0] ?? block) - 1);
            expect(block).toBeLessThanOrEqual(inside.at(-1) ?? block);
          }
        },
      ),
    );
  });

  it("holds the record before a part that begins in a gap, and the last one of a part with more after it", () => {
    const spans = { starts: [0, 50, 90], ends: [10, 60, 100] };
    const at = (domain: [number, number]) => columnBlocks(spans, (x) => toPixel(x, domain, 4), 4);
    expect([...at([20, 40]).first]).toEqual([0, 0, 0, 0]);
    expect([...at([20, 40]).held]).toEqual([1, 1, 1, 1]);
    expect([...at([50, 70]).first]).toEqual([1, 1, 1, 1]);
    expect([...at([90, 130]).first]).toEqual([2, -1, -1, -1]);
    expect([...at([110, 130]).first]).toEqual([-1, -1, -1, -1]);
  });
});

describe("partBlocks", () => {
  it("fills the pixels with the rows of a part, each with at least one", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 300 }),
        fc.nat(500),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 300 }),
        (sizes, start, a, b, pixels) => {
          const edges = [start];
          for (const size of sizes) edges.push(edges[edges.length - 1] + size);
          const count = edges[edges.length - 1] - start;
          const low = start + (a % count);
          const high = low + 1 + (b % (start + count - low));
          const blocks = partBlocks(edges, [low, high], pixels);
          const inside = sizes.flatMap((_, i) => (edges[i + 1] > low && edges[i] < high ? [i] : []));
          expect([...shown(blocks)]).toEqual(inside);
          expect(blocks.first.every((block) => block >= 0)).toBe(true);
        },
      ),
    );
  });

  it("leaves pixels without rows empty", () => {
    expect([...partBlocks([0, 1, 2], [4, 8], 3).first]).toEqual([-1, -1, -1]);
  });
});
