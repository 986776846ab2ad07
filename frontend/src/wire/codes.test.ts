import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CODES, type CodeName, decodeTable, FRACTION_ONE, isExact, NAN_CODE } from "./codes";

type Golden = Record<CodeName, [number, number | string | null][]>;
const golden = JSON.parse(
  readFileSync(new URL("../../../tests/golden/codes.json", import.meta.url), "utf8"),
) as Golden;

function expected(value: number | string | null): number {
  return value === null ? Number.NaN : Number(value);
}

describe.each(Object.keys(golden) as CodeName[])("%s", (name) => {
  it("decodes as the writer does", () => {
    expect(golden[name].length).toBeGreaterThan(200);
    for (const [code, value] of golden[name]) {
      const wanted = expected(value);
      const got = decodeTable(name)[code];
      // The last bit of a float32 may differ between the languages' power functions.
      if (Number.isFinite(wanted) && wanted !== 0) expect(Math.abs(got / wanted - 1)).toBeLessThan(1e-6);
      else expect(got === 0 ? 0 : got).toBe(wanted === 0 ? 0 : wanted);
    }
  });
});

describe.each(["fraction16", "log16"] as const)("order of %s", (name) => {
  it("never falls from one code to a larger one", () => {
    const table = decodeTable(name);
    fc.assert(
      fc.property(fc.nat(CODES - 2), fc.nat(CODES - 2), (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(table[low]).toBeLessThanOrEqual(table[high]);
      }),
    );
  });

  it("has one code for 0", () => {
    expect(decodeTable(name).filter((value) => value === 0)).toHaveLength(1);
  });
});

it("gives a fraction of 1 to one code only", () => {
  const ones = [...decodeTable("fraction16").keys()].filter((code) => decodeTable("fraction16")[code] === 1);
  expect(ones).toEqual([FRACTION_ONE]);
});

it("calls exact what one code alone stands for", () => {
  expect(isExact("fraction16", FRACTION_ONE)).toBe(true);
  expect(isExact("fraction16", FRACTION_ONE - 1)).toBe(false);
  expect(isExact("log16", 0)).toBe(true);
  expect(isExact("log16", NAN_CODE)).toBe(true);
  expect(isExact("log16", 1000)).toBe(false);
});
