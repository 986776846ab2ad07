import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelledRows } from "./label-rows";

describe("labelledRows", () => {
  it("labels every row where there is room", () => {
    expect(labelledRows(4, -1, 1)).toEqual([0, 1, 2, 3]);
  });

  it("labels the first row and the wanted one, none closer than a label takes", () => {
    const rows = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: -1, max: 299 }),
        fc.integer({ min: 1, max: 6 }),
        (count, at, every) => {
          const wanted = Math.min(at, count - 1);
          const out = labelledRows(count, wanted, every);
          if (wanted >= 0) expect(out).toContain(wanted);
          for (let i = 1; i < out.length; i++) {
            expect(out[i] - out[i - 1]).toBeGreaterThanOrEqual(every);
            expect(out[i] - out[i - 1]).toBeLessThan(3 * every);
          }
        },
      ),
    );
  });
});
