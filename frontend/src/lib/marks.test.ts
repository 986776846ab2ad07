import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordSpans } from "./axis";
import { eventsInWords, marksAt, marksOf, placeOf } from "./marks";

const RECORDS = {
  steps: [10, 20, 40],
  window_start_steps: [0, 10, 30],
  wall_times: [100, 200, 240],
};

describe("placeOf", () => {
  const at = (step: number, axis: "step" | "wall" | "relative") =>
    placeOf(step, RECORDS.steps, 0, recordSpans(RECORDS, axis));

  it("is the step itself on an axis of steps, whatever records there are", () => {
    for (const step of [0, 3, 10, 15, 20, 25, 30, 40]) expect(at(step, "step")).toBeCloseTo(step);
  });

  it("is between the times at which the records around it were written", () => {
    expect([0, 5, 10, 15, 20, 30, 40].map((step) => at(step, "wall"))).toEqual([
      0, 50, 100, 150, 200, 220, 240,
    ]);
    expect(at(15, "relative")).toBe(150);
  });

  it("knows a single record", () => {
    const one = { steps: [10], window_start_steps: [10], wall_times: [5] };
    expect(placeOf(10, one.steps, 10, recordSpans(one, "wall"))).toBeLessThanOrEqual(5);
  });
});

const events = fc
  .uniqueArray(
    fc.record({ step: fc.integer({ min: 0, max: 5000 }), units: fc.integer({ min: 1, max: 99 }) }),
    {
      selector: ({ step }) => step,
      maxLength: 200,
    },
  )
  .map((all) => {
    const sorted = all.sort((a, b) => a.step - b.step);
    return { steps: sorted.map(({ step }) => step), units: sorted.map(({ units }) => units) };
  });

describe("marksOf", () => {
  it("keeps sums, order and steps of what lies on the picture", () => {
    fc.assert(
      fc.property(
        events,
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.integer({ min: -900, max: 100 }),
        (all, scale, from) => {
          const toPixel = (step: number) => step * scale + from;
          const marks = marksOf(all, toPixel, 600);
          const seen = all.steps.map((step) => toPixel(step) >= 0 && toPixel(step) <= 600);
          const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
          expect(sum(marks.map(({ units }) => units))).toBe(sum(all.units.filter((_, i) => seen[i])));
          const shown = all.steps.filter((_, i) => seen[i]);
          expect([marks[0]?.steps[0], marks.at(-1)?.steps[1]]).toEqual([shown[0], shown.at(-1)]);
          marks.forEach(({ x, steps: [first, last] }, i) => {
            expect(first).toBeLessThanOrEqual(last);
            expect(x).toBeCloseTo((toPixel(first) + toPixel(last)) / 2);
            expect(toPixel(last) - toPixel(first)).toBeLessThan(6);
            if (i === 0) return;
            expect(x).toBeGreaterThan(marks[i - 1].x);
            expect(first).toBeGreaterThan(marks[i - 1].steps[1]);
            expect(toPixel(first) - toPixel(marks[i - 1].steps[0])).toBeGreaterThanOrEqual(6);
          });
        },
      ),
    );
  });

  it("leaves apart what can be told apart", () => {
    const all = { steps: [0, 5, 11, 17], units: [1, 2, 3, 4] };
    expect(marksOf(all, (step) => step, 16.5)).toEqual([
      { x: 2.5, units: 3, steps: [0, 5] },
      { x: 11, units: 3, steps: [11, 11] },
    ]);
  });
});

describe("in words", () => {
  const none = { steps: [], units: [] };

  it("says what happened at a place", () => {
    const died = { x: 100, units: 12, steps: [340, 340] } as const;
    const repaired = { x: 104, units: 1, steps: [1200, 1300] } as const;
    expect(marksAt(101, [[died], [], []])).toBe("12 units died at step 340");
    expect(marksAt(102, [[died], [], [repaired]])).toBe(
      "12 units died at step 340, 1 unit re-initialised at steps 1,200 to 1,300",
    );
    expect(marksAt(94, [[died], [], []])).toBe("");
  });

  it("sums all up", () => {
    expect(eventsInWords({ deaths: none, revivals: none, repairs: none })).toBe("");
    expect(
      eventsInWords({
        deaths: { steps: [10, 2000], units: [18, 12] },
        revivals: none,
        repairs: { steps: [40], units: [1] },
      }),
    ).toBe("30 deaths, first at step 10; 1 repair, first at step 40");
  });
});
