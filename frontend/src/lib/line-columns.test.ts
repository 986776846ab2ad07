import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecordSpans } from "./axis";
import { extremes, polylines, recordColumns } from "./line-columns";

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 300 });

/** Windows of these sizes, one after the other, each after a gap where `gaps` says so. */
function windows(lengths: readonly number[], gaps: (i: number) => number = () => 0): RecordSpans {
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  lengths.forEach((length, i) => {
    at += gaps(i);
    starts.push(at);
    at += length;
    ends.push(at);
  });
  return { starts: Float64Array.from(starts), ends: Float64Array.from(ends) };
}

const finite = (values: ArrayLike<number>) => Array.from(values).filter((value) => !Number.isNaN(value));

describe("thinning", () => {
  it("keeps the extremes of what is in view, at any width and zoom", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.infiniteStream(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN))),
        fc.integer({ min: 1, max: 400 }),
        fc.tuple(fc.double({ min: 0, max: 0.9, noNaN: true }), fc.double({ min: 0.05, max: 1, noNaN: true })),
        (lengths, stream, width, [from, part]) => {
          const values = lengths.map(() => stream.next().value as number);
          const spans = windows(lengths);
          const all = spans.ends[spans.ends.length - 1];
          const domain = [from * all, Math.min(all, (from + part) * all)] as const;
          const seen = values.filter((_, i) => spans.ends[i] > domain[0] && spans.starts[i] < domain[1]);
          const { low, high } = extremes(values, recordColumns(spans, domain, width));
          expect(Math.max(...finite(high))).toBe(Math.max(...finite(seen)));
          expect(Math.min(...finite(low))).toBe(Math.min(...finite(seen)));
        },
      ),
    );
  });

  it("gives lines that reach the extremes with few points, and never turn back", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.infiniteStream(fc.nat(9)),
        fc.integer({ min: 1, max: 200 }),
        (lengths, stream, width) => {
          const values = lengths.map(() => stream.next().value as number);
          const spans = windows(lengths);
          const drawn = polylines(
            extremes(values, recordColumns(spans, [0, spans.ends[lengths.length - 1]], width)),
          );
          expect(drawn.length).toBe(1);
          const [line] = drawn;
          expect(line.length / 2).toBeLessThanOrEqual(2 * width + 2);
          const heights = line.filter((_, i) => i % 2 === 1);
          expect([Math.min(...heights), Math.max(...heights)]).toEqual([
            Math.min(...values),
            Math.max(...values),
          ]);
          for (let i = 2; i < line.length; i += 2) expect(line[i]).toBeGreaterThanOrEqual(line[i - 2]);
          expect([line[0], line[line.length - 2]]).toEqual([0, width]);
        },
      ),
    );
  });

  it("holds a value over its window, and on to the next one", () => {
    const spans = windows([10, 10], (i) => 20 * i);
    const { low } = extremes([1, 2], recordColumns(spans, [0, 50], 5));
    expect([...low]).toEqual([1, 1, 1, 2, Number.NaN]);
    // Within the gap, and from it on.
    expect([...extremes([1, 2], recordColumns(spans, [12, 28], 4)).low]).toEqual([1, 1, 1, 1]);
    expect([...extremes([1, 2], recordColumns(spans, [20, 40], 4)).low]).toEqual([1, 1, 2, 2]);
    expect([...extremes([1, 2], recordColumns(spans, [0, 20], 4)).low]).toEqual([1, 1, 1, 1]);
  });

  it("shows nothing before the first record and after the newest", () => {
    const spans = windows([10]);
    expect(finite(extremes([1], recordColumns(spans, [10, 20], 4)).low)).toEqual([]);
    expect(finite(extremes([1], recordColumns(spans, [-10, 0], 4)).low)).toEqual([]);
    expect(finite(extremes([], recordColumns(windows([]), [0, 1], 4)).low)).toEqual([]);
  });

  it("breaks the line where there is no value", () => {
    const gaps = extremes([1, Number.NaN, 3], recordColumns(windows([1, 1, 1]), [0, 3], 3));
    expect(polylines(gaps)).toEqual([
      [0, 1, 1, 1],
      [2, 3, 3, 3],
    ]);
  });
});
