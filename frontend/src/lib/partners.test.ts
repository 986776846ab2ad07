import { describe, expect, it } from "vitest";
import { withoutPartner } from "./partners";

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
