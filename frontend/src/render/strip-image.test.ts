import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deadShares } from "../lib/shares";
import { makeStripInk, paintStrip, type StripRow, sharePlace, stripColumns } from "./strip-image";

const ink = makeStripInk("light");
const NOTHING_DEAD = new Set([ink.colours[0], ink.held[0], ink.absent, ink.absentDot]);

/** Windows of some length, with gaps where records were dropped. */
const spans = fc
  .array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 300 })
  .map((steps) => {
    let at = 0;
    const starts: number[] = [];
    const ends: number[] = [];
    for (const [gap, length] of steps) {
      starts.push(at + gap);
      at += gap + length;
      ends.push(at);
    }
    return { starts: Float64Array.from(starts), ends: Float64Array.from(ends) };
  });
const sizes = fc.record({
  width: fc.integer({ min: 1, max: 200 }),
  rowHeight: fc.integer({ min: 2, max: 20 }),
  mark: fc.integer({ min: 1, max: 3 }),
});

function draw(
  rows: readonly StripRow[],
  width: number,
  rowHeight: number,
  columns = evenly(1, width),
  mark = 1,
) {
  const out = new Uint32Array(width * rowHeight * rows.length);
  paintStrip(out, width, rowHeight, rows, columns, ink, mark);
  return out;
}

function evenly(records: number, width: number) {
  const starts = Float64Array.from({ length: records }, (_, i) => i);
  return stripColumns({ starts, ends: starts.map((start) => start + 1) }, [0, records], width);
}

describe("paintStrip", () => {
  it("leaves a pixel of every record with a dead unit, at any width", () => {
    fc.assert(
      fc.property(spans, sizes, fc.infiniteStream(fc.nat(3)), ({ starts, ends }, size, random) => {
        const { width, rowHeight, mark } = size;
        const dead = Array.from(starts, () => (random.next().value === 0 ? 1 : 0));
        const known = deadShares({ dead, healthy: dead.map(() => 9_999) }, dead.length);
        const columns = stripColumns({ starts, ends }, [0, ends[ends.length - 1]], width);
        const rows = [deadShares({ healthy: dead.map(() => 5) }, dead.length), known];
        const out = draw(rows, width, rowHeight, columns, mark).subarray(width * rowHeight);
        dead.forEach((count, record) => {
          if (!count) return;
          const on = Array.from(columns.first.keys()).filter(
            (x) => columns.first[x] <= record && record <= columns.last[x],
          );
          expect(on.some((x) => !NOTHING_DEAD.has(out[x]))).toBe(true);
        });
        // And no other pixel claims to have one.
        for (let x = 0; x < width; x++) {
          const records = dead.slice(Math.max(columns.first[x], 0), columns.last[x] + 1);
          if (!records.includes(1)) expect(NOTHING_DEAD.has(out[x])).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("hatches from half of the units on, in rows of any height", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 3, max: 18 }), (dead, rowHeight) => {
        const row = deadShares({ dead: [dead], healthy: [100 - dead] }, 1);
        const hatched = draw([row], 16, rowHeight).includes(ink.hatch);
        expect(hatched).toBe(dead >= 50);
      }),
    );
  });

  it("draws layers that a run lacks, that can't die, and that are not finite each in its own way", () => {
    const bad = deadShares({ non_finite: [4] }, 1);
    const out = draw([null, "immortal", bad], 24, 12);
    const colours = [0, 1, 2].map((row) => new Set(out.subarray(row * 288, row * 288 + 264)));
    expect(colours[0]).toEqual(new Set([ink.absent, ink.absentDot]));
    expect(colours[1]).toEqual(new Set([ink.immortal, ink.immortalLine]));
    expect(colours[2]).toEqual(new Set([ink.unknown, ink.unknownDot]));
    expect(colours[0].size + colours[1].size + colours[2].size).toBe(6);
  });

  it("leaves a gap between rows that are high enough", () => {
    const row = deadShares({ healthy: [1] }, 1);
    expect([...draw([row], 2, 8).subarray(14)]).toEqual([0, 0]);
    expect(draw([row], 2, 3).includes(0)).toBe(false);
  });
});

describe("stripColumns", () => {
  it("gathers no records of outside the domain at its edges", () => {
    const starts = Float64Array.of(0, 10, 20, 30);
    const ends = Float64Array.of(10, 20, 30, 40);
    const columns = stripColumns({ starts, ends }, [20, 30], 5);
    expect([...columns.first]).toEqual([2, 2, 2, 2, 2]);
    expect([...columns.last]).toEqual([2, 2, 2, 2, 2]);
    expect([...stripColumns({ starts, ends }, [50, 60], 3).first]).toEqual([-1, -1, -1]);
    expect([...stripColumns({ starts, ends }, [-20, -10], 3).first]).toEqual([-1, -1, -1]);
  });

  it("takes a run without records", () => {
    const none = new Float64Array(0);
    expect([...stripColumns({ starts: none, ends: none }, [0, 1], 2).first]).toEqual([-1, -1]);
  });
});

describe("sharePlace", () => {
  it("rises from none to all, and sets a single dead unit apart from none", () => {
    expect(sharePlace(0)).toBe(0);
    expect(sharePlace(1)).toBe(1);
    expect(sharePlace(1e-6)).toBeGreaterThan(0.25);
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(shares, shares, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(sharePlace(low)).toBeLessThanOrEqual(sharePlace(high));
      }),
    );
  });
});
