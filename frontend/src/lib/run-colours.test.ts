import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distinct, withColours } from "./run-colours";

const COUNT = 8;
const runs = fc.uniqueArray(fc.string(), { maxLength: 30 });

describe("withColours", () => {
  it("gives no colour twice while there are others, and all equally often", () => {
    fc.assert(
      fc.property(runs, (names) => {
        const uses = new Array(COUNT).fill(0);
        for (const colour of withColours(new Map(), names, COUNT).values()) uses[colour]++;
        expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("changes none that is given when other runs come or go", () => {
    fc.assert(
      fc.property(runs, runs, (before, after) => {
        const given = withColours(new Map(), before, COUNT);
        const then = withColours(given, after, COUNT);
        for (const [name, colour] of given) expect(then.get(name)).toBe(colour);
        for (const name of after) expect(then.get(name)).toBeLessThan(COUNT);
      }),
    );
  });

  it("gives the same colours wherever the same runs are", () => {
    fc.assert(
      fc.property(runs, (names) => {
        expect(withColours(new Map(), names, COUNT)).toEqual(withColours(new Map(), names, COUNT));
      }),
    );
  });
});

describe("distinct", () => {
  it("tells runs apart as long as there are colours, and leaves what differs", () => {
    fc.assert(
      fc.property(runs, fc.nat(), (names, seed) => {
        const given = withColours(new Map(), names, COUNT);
        const shown = names.filter((_, i) => (seed >> i) & 1);
        const made = distinct(given, shown, COUNT);
        const colours = shown.map((name) => made.get(name));
        expect(new Set(colours).size).toBe(Math.min(shown.length, COUNT));
        for (const name of names) {
          const first = shown.find((other) => given.get(other) === given.get(name));
          if (!shown.includes(name) || first === name) expect(made.get(name)).toBe(given.get(name));
        }
      }),
    );
  });
});
