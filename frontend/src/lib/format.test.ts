import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evidence } from "./evidence";
import { approximate, exact, listed, percent, plural, scientific, shortWhole } from "./format";
import { Lru } from "./lru";

/** The number that a text stands for. */
function read(text: string): number {
  const [, sign, digits, exponent] = /^(−?)(?:([\d.]+)×)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(text) ?? [];
  if (exponent === undefined) return Number(text.replace("−", "-"));
  const plain = [...exponent]
    .map((one) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(one))
    .map((digit) => (digit < 0 ? "-" : digit));
  return Number(`${sign && "-"}${digits ?? 1}e${plain.join("")}`);
}

it("writes powers of ten", () => {
  expect([1e-12, 1, 1000, 0, 2e-5, -1e-6, -1.5e9].map(scientific)).toEqual([
    "10⁻¹²",
    "10⁰",
    "10³",
    "0",
    "2×10⁻⁵",
    "−10⁻⁶",
    "−1.5×10⁹",
  ]);
});

describe("exact", () => {
  it("reads back as the same float32", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(read(exact(value))) + 0).toBe(value + 0);
      }),
    );
  });

  it("is as short as that allows", () => {
    expect([0.1, 1, 0, 0.9972164, 1.5e-9, -0.81].map((v) => exact(Math.fround(v)))).toEqual([
      "0.1",
      "1",
      "0",
      "0.9972164",
      "1.5×10⁻⁹",
      "−0.81",
    ]);
    expect(exact(Number.POSITIVE_INFINITY)).toBe("∞");
  });
});

it("never rounds a fraction below 1 to 1, or a share to 0 % or 100 %", () => {
  fc.assert(
    fc.property(fc.double({ min: Number.MIN_VALUE, max: 1 - 2 ** -24, noNaN: true }), (share) => {
      expect(approximate(Math.fround(share))).not.toBe("1");
      expect(["0 %", "100 %"]).not.toContain(percent(share));
    }),
  );
  expect([0, 0.0001, 0.133, 0.9999, 1].map(percent)).toEqual([
    "0 %",
    "< 0.1 %",
    "13.3 %",
    "> 99.9 %",
    "100 %",
  ]);
});

it("shortens steps", () => {
  expect([0, 1200, 99999, 120000, 2_500_000].map(shortWhole)).toEqual([
    "0",
    "1,200",
    "99,999",
    "120k",
    "2.5M",
  ]);
});

it("counts and lists", () => {
  expect([plural(1, "unit"), plural(1200, "unit")]).toEqual(["1 unit", "1,200 units"]);
  expect([listed([1, 2], 3), listed([1, 2, 3, 4], 2)]).toEqual(["1, 2", "1, 2 and 2 more"]);
});

it("states the rule of three", () => {
  expect(evidence(38400)).toBe(
    "0 active of 38,400; 3/N bound: fires in < 0.0078 % of samples (95 % confidence)",
  );
  expect(evidence(2)).toContain("< 100 %");
  expect(evidence(0)).toBe("no samples observed");
});

describe("Lru", () => {
  it("holds at most its capacity and drops what was used longest ago", () => {
    const dropped: number[] = [];
    const lru = new Lru<string, number>(2, (value) => dropped.push(value));
    lru.set("a", 1);
    lru.set("b", 2);
    lru.get("a");
    lru.set("c", 3);
    expect([lru.get("a"), lru.get("b"), lru.get("c"), lru.size]).toEqual([1, undefined, 3, 2]);
    expect(dropped).toEqual([2]);
  });
});
