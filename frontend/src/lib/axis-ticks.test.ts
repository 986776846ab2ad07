import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anchorAt, axisTicks, axisTitle, formatPlace, formatTick, tickLabels } from "./axis-ticks";
import { duration, fromLocal, localClock, localDate, toLocal } from "./time-format";

const AXES = ["step", "relative", "wall"] as const;
const NOON = new Date(2025, 2, 14, 12, 0, 0).getTime() / 1000;

describe("axisTicks", () => {
  const domains = fc
    .tuple(fc.double({ min: 0, max: 2e9, noNaN: true }), fc.double({ min: 1e-2, max: 1e8, noNaN: true }))
    .map(([low, span]) => [low, low + span] as const);

  it("gives ticks within the domain, ascending, about as many as asked for", () => {
    fc.assert(
      fc.property(
        domains,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(...AXES),
        (domain, count, axis) => {
          const at = axisTicks(domain, count, axis);
          expect(at.length).toBeLessThanOrEqual(count + 2);
          at.forEach((tick, i) => {
            expect(tick).toBeGreaterThanOrEqual(domain[0] - 1e-8 * (domain[1] - domain[0]) - 1e-6);
            expect(tick).toBeLessThanOrEqual(domain[1]);
            if (i > 0) expect(tick).toBeGreaterThan(at[i - 1]);
          });
        },
      ),
    );
  });

  it("labels each tick differently", () => {
    const relative = fc
      .tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 1e-2, max: 1e7, noNaN: true }))
      .map(([low, span]) => [low, low + span] as const);
    fc.assert(
      fc.property(relative, fc.integer({ min: 1, max: 12 }), (domain, count) => {
        const labels = axisTicks(domain, count, "relative").map((tick) =>
          formatTick(tick, "relative", domain),
        );
        expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });

  it("lies at round times", () => {
    expect(axisTicks([0, 7300], 6, "relative")).toEqual([0, 1800, 3600, 5400, 7200]);
    const hours = axisTicks([NOON + 60, NOON + 4 * 3600], 5, "wall");
    expect(hours.map((t) => formatTick(t, "wall", [NOON, NOON + 4 * 3600]))).toEqual([
      "13:00",
      "14:00",
      "15:00",
      "16:00",
    ]);
    const days: [number, number] = [NOON, NOON + 3 * 86400];
    expect(axisTicks(days, 3, "wall").map((t) => formatTick(t, "wall", days))).toEqual([
      "15 Mar",
      "16 Mar",
      "17 Mar",
    ]);
    expect(axisTicks([5, 5], 3, "wall")).toEqual([]);
  });
});

describe("times", () => {
  it("are no finer than asked for", () => {
    expect(duration(4800, 60)).toBe("1 h 20 min");
    expect(duration(4813.2, 360)).toBe("1 h 20 min");
    expect(duration(4813.2, 1)).toBe("1 h 20 min 13 s");
    expect(duration(90061, 1)).toBe("1 d 1 h 1 min 1 s");
    expect(duration(0.25, 0.01)).toBe("0.25 s");
    expect(duration(59.99, 1)).toBe("1 min");
    expect(duration(0, 1)).toBe("0");
    expect(duration(-90, 1)).toBe("−1 min 30 s");
    expect(localClock(NOON + 5.25, 60)).toBe("12:00");
    expect(localClock(NOON + 5.25, 1)).toBe("12:00:05");
    expect(localClock(NOON + 5.25, 0.01)).toBe("12:00:05.250");
    expect(localDate(NOON)).toBe("14 Mar 2025");
  });

  it("go to the reader's clock and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), (seconds) => {
        // An hour that the clock shows twice is one of the two.
        expect(Math.abs(fromLocal(toLocal(seconds)) - seconds)).toBeLessThanOrEqual(3600);
      }),
    );
    expect(fromLocal(toLocal(NOON))).toBe(NOON);
  });

  it("say what a place is in full", () => {
    expect(formatPlace(1200, "step", [0, 2000])).toBe("step 1,200");
    expect(formatPlace(4813, "relative", [0, 7200])).toBe("1 h 20 min 13 s");
    expect(formatPlace(NOON, "wall", [NOON - 100, NOON])).toBe("14 Mar 2025, 12:00:00.000");
    expect(axisTitle("step", [0, 1])).toBe("step");
    expect(axisTitle("wall", [NOON, NOON + 60])).toBe("local time, 14 Mar 2025");
  });
});

describe("tickLabels", () => {
  const steps = fc
    .tuple(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 1, max: 10 ** 9 }))
    .map(([low, span]) => [low, low + span] as const);

  it("are two at least, within the axis, and leave each other room", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 100, max: 2000 }), (domain, width) => {
        const labels = tickLabels(domain, width, "step");
        expect(labels.length).toBeGreaterThan(1);
        let end = -1;
        for (const { at, text } of labels) {
          const anchor = anchorAt(at, width);
          const left = at - (anchor === "start" ? 0 : anchor === "end" ? 1 : 0.5) * 6 * text.length;
          expect(left).toBeGreaterThan(end);
          end = left + 6 * text.length;
        }
        expect(labels[0].at).toBeGreaterThanOrEqual(0);
        expect(labels[labels.length - 1].at).toBeLessThanOrEqual(width);
      }),
      { numRuns: 2000 },
    );
  });

  it("are two at least of times too", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 100, max: 2000 }), (domain, width) => {
        for (const axis of ["relative", "wall"] as const)
          expect(tickLabels(domain, width, axis).length).toBeGreaterThan(1);
      }),
      { numRuns: 30 },
    );
  });

  it("are at round steps where these have room", () => {
    const texts = (domain: readonly [number, number], width: number) =>
      tickLabels(domain, width, "step").map(({ text }) => text);
    expect(texts([0, 450], 130)).toEqual(["0", "200", "400"]);
    expect(texts([30, 450], 130)).toEqual(["200", "400"]);
    expect(texts([0, 690], 500)).toEqual(["0", "200", "400", "600"]);
    expect(texts([3, 4], 100)).toEqual(["3", "4"]);
  });
});
