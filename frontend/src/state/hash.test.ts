import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AXES,
  formatHash,
  LOCKS,
  NOTHING_CHOSEN,
  ORDERS,
  PICTURES,
  parseHash,
  SCALES,
  STATISTICS,
  type View,
} from "./hash";

const names = fc.oneof(
  fc.string({ minLength: 1, unit: "grapheme" }),
  fc.string({ minLength: 1, unit: fc.constantFrom(..."~,01-_&=%#+ a/") }),
);

function spans(numbers: fc.Arbitrary<number>): fc.Arbitrary<readonly [number, number]> {
  return fc
    .tuple(numbers, numbers)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => (a < b ? [a, b] : [b, a]));
}

const places = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer())
  .filter((place) => !Object.is(place, -0));

const views: fc.Arbitrary<View> = fc.record({
  runs: fc.option(fc.uniqueArray(names, { minLength: 1, maxLength: 5 })),
  base: fc.option(names),
  filter: fc.option(names),
  layer: fc.option(names),
  order: fc.option(fc.constantFrom(...ORDERS)),
  show: fc.option(fc.constantFrom(...STATISTICS)),
  picture: fc.option(fc.constantFrom(...PICTURES)),
  axis: fc.option(fc.constantFrom(...AXES)),
  scale: fc.option(fc.constantFrom(...SCALES)),
  x: fc.option(
    fc
      .array(fc.option(spans(places)), { minLength: 1, maxLength: 4 })
      .filter((all) => all.some((one) => one !== null)),
  ),
  rows: fc.option(spans(fc.nat())),
  unit: fc.option(fc.nat()),
  unlocked: fc.option(fc.uniqueArray(fc.constantFrom(...LOCKS), { minLength: 1 })),
});

/** What TensorBoard makes of a hash when it writes a value of its own. */
function rewritten(hash: string): string {
  const parts = hash.slice(1).split("&");
  const again = parts.map((part) => {
    const [key, ...rest] = part.split("=");
    return rest.length ? `${key}=${encodeURIComponent(decodeURIComponent(rest.join("=")))}` : key;
  });
  return `#${again.join("&")}`;
}

describe("the view in the URL", () => {
  it("comes back as it was written, whatever is in it", () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(parseHash(formatHash("#dead_relu", view))).toEqual(view);
      }),
      { numRuns: 500 },
    );
  });

  it("survives TensorBoard's decoding and encoding of the values", () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(parseHash(rewritten(formatHash("#dead_relu", view)))).toEqual(view);
      }),
      { numRuns: 500 },
    );
  });

  it("replaces the one before, and leaves the rest of the hash alone", () => {
    const hash =
      "#dead_relu&runSelectionState=abc&p.other.layer=x&p.dead_relu.layer=old&p.dead_relu.unit=3&p.dead_relu.later=1";
    expect(formatHash(hash, { ...NOTHING_CHOSEN, runs: ["a", "b"], layer: "new", x: [null, [1, 2.5]] })).toBe(
      "#dead_relu&runSelectionState=abc&p.other.layer=x&p.dead_relu.later=1" +
        "&p.dead_relu.runs=a%2Cb&p.dead_relu.layer=new&p.dead_relu.x=-%2C1_2.5",
    );
    fc.assert(
      fc.property(views, views, (before, after) => {
        const kept = "#dead_relu&regexInput=a%26b";
        expect(formatHash(formatHash(kept, before), after)).toBe(formatHash(kept, after));
      }),
    );
  });

  it("is not there where nothing is chosen", () => {
    expect(formatHash("#dead_relu", NOTHING_CHOSEN)).toBe("#dead_relu");
    for (const hash of ["", "#", "#dead_relu", "#p.other.layer=a"]) {
      expect(parseHash(hash)).toEqual(NOTHING_CHOSEN);
    }
  });

  it.each([
    ["runs", ""],
    ["runs", ","],
    ["layer", "%E0%A4%A"],
    ["order", "sideways"],
    ["show", "constructor"],
    ["picture", "Units"],
    ["axis", "0"],
    ["scale", "toString"],
    ["x", "5"],
    ["x", "5_5"],
    ["x", "6_5"],
    ["x", "1_2_3"],
    ["x", "_2"],
    ["x", "1_1e999"],
    ["x", "NaN_Infinity"],
    ["x", "0x1_0x2"],
    ["rows", "-1_2"],
    ["rows", "0_1.5"],
    ["unit", "-1"],
    ["unit", "1.5"],
    ["unit", "1e3"],
    ["unit", "12345678901234567890"],
    ["unlocked", "x,y"],
    ["constructor", "a"],
    ["__proto__", "a"],
  ])("ignores %s=%s, and nothing else", (key, value) => {
    const bad = `p.dead_relu.${key}=${value}`;
    const seven = { ...NOTHING_CHOSEN, base: "b", rows: [1, 7] };
    expect(parseHash(`#dead_relu&p.dead_relu.base=b&p.dead_relu.rows=1_7&${bad}`)).toEqual(
      key === "rows" ? { ...seven, rows: null } : seven,
    );
    expect(parseHash(`#dead_relu&${bad}&p.dead_relu.base=b`)).toEqual({ ...NOTHING_CHOSEN, base: "b" });
  });

  it("takes what is good of a list, each once", () => {
    const view = parseHash("#dead_relu&p.dead_relu.runs=a,,b,a&p.dead_relu.unlocked=range,zoom,order,range");
    expect(view.runs).toEqual(["a", "b"]);
    expect(view.unlocked).toEqual(["range", "order"]);
    expect(parseHash("#dead_relu&p.dead_relu.x=9_1,3_4").x).toEqual([null, [3, 4]]);
  });

  it("reads anything", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseHash(text)));
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(NOTHING_CHOSEN)), fc.string(), (key, value) => {
        const view = parseHash(`#dead_relu&p.dead_relu.${key}=${value}`);
        expect(parseHash(formatHash("#dead_relu", view))).toEqual(view);
      }),
      { numRuns: 500 },
    );
  });
});
