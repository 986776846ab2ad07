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
      "no conv_5; dense_1 has 64 units, base 128",
    );
    expect(withoutPartner(base, widths({ dense_1: 128 }))).toBe("conv_5, dense_2 not in base");
  });

  it("names a few and counts the rest", () => {
    const base = widths({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 });
    expect(withoutPartner(widths({ a: 1 }), base)).toBe("no b, c, d and 2 more");
  });

  it("says so where there is nothing to compare", () => {
    expect(withoutPartner(widths({ a: 1 }), widths({ b: 1 }))).toBe("no layer in common with base");
  });

  it("says nothing of widths that are not known", () => {
    expect(withoutPartner(widths({ a: null }), widths({ a: 4 }))).toBe("");
  });
});

describe("mergedOrder", () => {
  it("is the first list's", () => {
    expect(mergedOrder([["b", "a"], ["a", "b"], []])).toEqual(["b", "a"]);
    expect(mergedOrder([])).toEqual([]);
  });

  it("has what the first list lacks where another one has it", () => {
    const base = ["conv_1", "dense", "head"];
    expect(mergedOrder([base, ["conv_1", "conv_2", "conv_3", "dense", "head"]])).toEqual([
      "conv_1",
      "conv_2",
      "conv_3",
      "dense",
      "head",
    ]);
    expect(mergedOrder([base, ["stem", "conv_1", "head", "tail"]])).toEqual([
      "stem",
      "conv_1",
      "dense",
      "head",
      "tail",
    ]);
    expect(mergedOrder([base, ["stem", "pool", "dense"], ["pool", "norm", "dense"]])).toEqual([
      "conv_1",
      "stem",
      "pool",
      "norm",
      "dense",
      "head",
    ]);
  });

  it("puts a list with nothing in common last", () => {
    expect(
      mergedOrder([
        ["a", "b"],
        ["x", "y"],
      ]),
    ).toEqual(["a", "b", "x", "y"]);
  });

  it("has each name once, in each list's order where lists agree", () => {
    fc.assert(
      fc.property(fc.array(fc.subarray([..."abcdefgh"]), { maxLength: 4 }), (lists) => {
        const all = mergedOrder(lists);
        expect([...all].sort()).toEqual([...new Set(lists.flat())].sort());
        // The first two alone always agree with the result: nothing that they lack can turn them round.
        for (const list of lists.slice(0, 2)) expect(all.filter((name) => list.includes(name))).toEqual(list);
      }),
    );
  });
});
