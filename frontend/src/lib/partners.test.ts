import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergedOrder, withoutPartner } from "./partners";

const widths = (layers: Record<string, number | null>) => new Map(Object.entries(layers));

describe("withoutPartner", () => {
  it("is empty for the same layers", () => {
    const same = widths({ conv_1: 32, dense_1: 64 });
    expect(withoutPartner(same, same)).toBe("");
    expect(withoutPartner(widths({}), widths({}))).toBe("");
  });

  it("names layers that lack one side, and widths that differ", () => {
    const base = widths({ conv_5: 32, dense_1: 128, dense_2: 10 });
    expect(withoutPartner(widths({ dense_1: 64, dense_2: 10 }), base)).toBe(
      "no 'conv_5'; 'dense_1' has 64 units, base 128",
    );
    expect(withoutPartner(base, widths({ dense_1: 128 }))).toBe("'conv_5', 'dense_2' not in base");
  });

  it("names a few and counts the rest", () => {
    const base = widths({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 });
    expect(withoutPartner(widths({ a: 1 }), base)).toBe("no 'b', 'c', 'd' and 2 more");
  });

  it("says so where there is nothing to compare", () => {
    expect(withoutPartner(widths({ a: 1 }), widths({ b: 1 }))).toBe("no layer in common with base");
  });

  it("says nothing of widths that are not known", () => {
    expect(withoutPartner(widths({ a: null }), widths({ a: 4 }))).toBe("");
  });
});

describe("mergedOrder", () => {
  const merged = (...runs: readonly (readonly string[])[]) =>
    mergedOrder(runs.map((names) => new Map(names.map((name, index) => [name, index]))));

  it("is the first run's", () => {
    expect(merged(["b", "a"], ["a", "b"], [])).toEqual(["b", "a"]);
    expect(merged()).toEqual([]);
  });

  it("has what the first run lacks where another one has it", () => {
    const base = ["conv_1", "dense", "head"];
    const longer = ["conv_1", "conv_2", "conv_3", "dense", "head"];
    expect(merged(base, longer)).toEqual(longer);
    const framed = ["stem", "conv_1", "head", "tail"];
    expect(merged(base, framed)).toEqual(["stem", "conv_1", "dense", "head", "tail"]);
    expect(merged(base, ["stem", "pool", "dense"], ["pool", "norm", "dense"])).toEqual([
      "conv_1",
      "stem",
      "pool",
      "norm",
      "dense",
      "head",
    ]);
  });

  it("goes by their places between the same neighbours", () => {
    expect(merged(["a", "b"], ["a", "c"])).toEqual(["a", "b", "c"]);
    const base = new Map([
      ["early", 0],
      ["late", 5],
    ]);
    const other = new Map([
      ["early", 0],
      ["between", 3],
      ["last", 7],
      ["unknown", Number.POSITIVE_INFINITY],
    ]);
    expect(mergedOrder([base, other])).toEqual(["early", "between", "late", "last", "unknown"]);
  });

  it("puts a run with nothing in common last", () => {
    expect(merged(["a", "b"], ["x", "y"])).toEqual(["a", "b", "x", "y"]);
  });

  it("has each name once, in each run's order where runs agree", () => {
    fc.assert(
      fc.property(fc.array(fc.subarray([..."abcdefgh"]), { maxLength: 4 }), (runs) => {
        const all = merged(...runs);
        expect([...all].sort()).toEqual([...new Set(runs.flat())].sort());
        // The third and later ones may contradict what the first two left open.
        for (const run of runs.slice(0, 2)) expect(all.filter((name) => run.includes(name))).toEqual(run);
      }),
    );
  });
});
