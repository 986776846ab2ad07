import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Records, recordSpans, recordsWithin, recordUnder, spansDomain } from "./axis";

const AXES = ["step", "relative", "wall"] as const;

/** Windows as they may be read: some records may be missing, clocks may be set back, times may not be known. */
const records = fc
  .array(
    fc.record({
      gap: fc.nat({ max: 20 }),
      length: fc.nat({ max: 50 }),
      time: fc.option(fc.double({ min: 1.6e9, max: 1.8e9, noNaN: true })),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((windows): Records => {
    let at = 0;
    const starts: number[] = [];
    const steps: number[] = [];
    for (const { gap, length } of windows) {
      at += gap;
      starts.push(at);
      // One record for each step.
      at += Math.max(length, 1);
      steps.push(at);
    }
    return { steps, window_start_steps: starts, wall_times: windows.map(({ time }) => time) };
  });

const example: Records = {
  steps: [10, 20, 40],
  window_start_steps: [0, 10, 30],
  wall_times: [1005, 1015, 1035],
};

describe("recordSpans", () => {
  it("ascends on every axis, with one span for each record", () => {
    fc.assert(
      fc.property(records, fc.constantFrom(...AXES), (known, axis) => {
        const { starts, ends } = recordSpans(known, axis);
        expect([starts.length, ends.length]).toEqual([known.steps.length, known.steps.length]);
        for (let i = 0; i < ends.length; i++) {
          expect(starts[i]).toBeLessThanOrEqual(ends[i]);
          if (i > 0) expect(starts[i]).toBeGreaterThanOrEqual(ends[i - 1]);
        }
      }),
    );
  });

  it("begins relative time with the first window", () => {
    fc.assert(
      fc.property(records, (known) => {
        expect(recordSpans(known, "relative").starts[0]).toBe(0);
      }),
    );
  });

  it("takes windows on the axis of steps, and times of writing on the others", () => {
    expect(recordSpans(example, "step")).toEqual({
      starts: Float64Array.of(0, 10, 30),
      ends: Float64Array.of(10, 20, 40),
    });
    expect(recordSpans(example, "wall")).toEqual({
      starts: Float64Array.of(995, 1005, 1015),
      ends: Float64Array.of(1005, 1015, 1035),
    });
    expect(recordSpans(example, "relative")).toEqual({
      starts: Float64Array.of(0, 10, 20),
      ends: Float64Array.of(10, 20, 40),
    });
  });

  it("stands still where a clock was set back, and where the time isn't known", () => {
    const odd = { ...example, wall_times: [1005, 900, null] };
    expect([...recordSpans(odd, "wall").ends]).toEqual([1005, 1005, 1005]);
    const late = { ...example, wall_times: [null, 1015, 1035] };
    expect([...recordSpans(late, "wall").ends]).toEqual([1015, 1015, 1035]);
  });

  it("gives a single record some room", () => {
    const one = { steps: [5], window_start_steps: [0], wall_times: [1000] };
    expect(recordSpans(one, "relative")).toEqual({ starts: Float64Array.of(0), ends: Float64Array.of(1) });
    expect(recordSpans({ steps: [], window_start_steps: [], wall_times: [] }, "wall").ends.length).toBe(0);
  });
});

describe("spansDomain", () => {
  it("holds all spans", () => {
    fc.assert(
      fc.property(
        fc.array(records, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...AXES),
        (all, axis) => {
          const spans = all.map((known) => recordSpans(known, axis));
          const domain = spansDomain(spans);
          expect(domain).not.toBeNull();
          if (!domain) return;
          expect(domain[0]).toBeLessThan(domain[1]);
          for (const { starts, ends } of spans) {
            expect(starts[0]).toBeGreaterThanOrEqual(domain[0]);
            expect(ends[ends.length - 1]).toBeLessThanOrEqual(domain[1]);
          }
        },
      ),
    );
    expect(spansDomain([])).toBeNull();
    expect(
      spansDomain([recordSpans({ steps: [7], window_start_steps: [7], wall_times: [0] }, "step")]),
    ).toEqual([6, 7]);
  });
});

describe("recordsWithin", () => {
  it("gives all records that touch the domain, in one piece, and at least one", () => {
    const share = fc.double({ min: -0.2, max: 1.2, noNaN: true });
    fc.assert(
      fc.property(records, fc.constantFrom(...AXES), share, share, (known, axis, a, b) => {
        const spans = recordSpans(known, axis);
        const whole = spansDomain([spans]);
        if (!whole || a === b) return;
        const at = (part: number) => whole[0] + part * (whole[1] - whole[0]);
        const domain = [at(Math.min(a, b)), at(Math.max(a, b))] as const;
        const [first, end] = recordsWithin(spans, domain);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThan(first);
        expect(end).toBeLessThanOrEqual(known.steps.length);
        for (let i = 0; i < known.steps.length; i++) {
          const touches = spans.ends[i] > domain[0] && spans.starts[i] < domain[1];
          if (touches) expect(i >= first && i < end).toBe(true);
        }
      }),
    );
    const steps = recordSpans(example, "step");
    expect(recordsWithin(steps, [0, 40])).toEqual([0, 3]);
    expect(recordsWithin(steps, [10, 20])).toEqual([1, 2]);
    expect(recordsWithin(steps, [50, 60])).toEqual([2, 3]);
    expect(recordsWithin(recordSpans({ ...example, steps: [] }, "step"), [0, 1])).toEqual([0, 0]);
  });
});

describe("recordUnder", () => {
  const steps = recordSpans(example, "step");

  it("is the record whose window lies there, or the one before", () => {
    const places = [-1, 0, 5, 10, 10.5, 20, 25, 30, 31, 40, 41];
    expect(places.map((x) => recordUnder(steps, x))).toEqual([-1, 0, 0, 0, 1, 1, 1, 2, 2, 2, -1]);
    expect(recordUnder(recordSpans({ ...example, steps: [], window_start_steps: [] }, "step"), 3)).toBe(-1);
  });
});
