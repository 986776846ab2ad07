import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyPlace } from "./grid-keys";

describe("keyPlace", () => {
  it("moves by one, by a page and to the ends", () => {
    expect(keyPlace("ArrowLeft", [3, 5], 40, 9)).toEqual([3, 4]);
    expect(keyPlace("ArrowDown", [3, 5], 40, 9)).toEqual([4, 5]);
    expect(keyPlace("PageDown", [3, 5], 40, 9)).toEqual([13, 5]);
    expect(keyPlace("Home", [3, 5], 40, 9)).toEqual([3, 0]);
    expect(keyPlace("End", [3, 5], 40, 9)).toEqual([3, 8]);
  });

  it("leaves other keys alone", () => {
    expect(keyPlace("a", [0, 0], 4, 4)).toBeNull();
    expect(keyPlace("constructor", [0, 0], 4, 4)).toBeNull();
    expect(keyPlace("Home", [0, 0], 4, 0)).toBeNull();
  });

  it("stays within the rows and columns", () => {
    const keys = fc.constantFrom(
      "ArrowUp",
      "ArrowDown",
      "PageUp",
      "PageDown",
      "ArrowLeft",
      "ArrowRight",
      "End",
    );
    const counts = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(fc.array(keys), counts, counts, (pressed, rows, columns) => {
        let place = [0, 0] as readonly [number, number];
        for (const key of pressed) place = keyPlace(key, place, rows, columns) ?? place;
        expect(place[0]).toBeGreaterThanOrEqual(0);
        expect(place[0]).toBeLessThan(rows);
        expect(place[1]).toBeGreaterThanOrEqual(0);
        expect(place[1]).toBeLessThan(columns);
      }),
    );
  });
});
