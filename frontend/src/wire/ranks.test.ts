import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CODES, type CodeName, decodeTable } from "./codes";
import type { Matrix } from "./matrix";
import { codeOf, type Extreme, extremeOf, rankOf, ranksOf } from "./ranks";

const CODE_NAMES: readonly CodeName[] = ["fraction16", "log16", "signed_log16"];
/** How much a value is wanted. */
const WANTED: Record<Extreme, (value: number) => number> = {
  maximum: (value) => value,
  minimum: (value) => -value,
  magnitude: Math.abs,
};

describe("ranks", () => {
  it.each(CODE_NAMES)("of %s are 0 for NaN alone, and come back as the value", (name) => {
    const values = decodeTable(name);
    const extreme = extremeOf(name);
    for (let code = 0; code < CODES; code++) {
      const rank = rankOf(extreme, code);
      if (Number.isNaN(values[code])) expect(rank).toBe(0);
      else if (rank < 1 || rank >= CODES) expect.fail(`code ${code} has rank ${rank}`);
      else if (values[codeOf(extreme, rank)] !== values[code]) expect.fail(`code ${code} doesn't come back`);
    }
    expect(values[codeOf(extreme, 0)]).toBeNaN();
  });

  it.each(CODE_NAMES)("of %s go up with what can mean a dead unit, or a difference", (name) => {
    const values = decodeTable(name);
    const extreme = extremeOf(name);
    const code = fc.nat(CODES - 1).filter((one) => !Number.isNaN(values[one]));
    fc.assert(
      fc.property(code, code, (a, b) => {
        const [x, y] = [WANTED[extreme](values[a]), WANTED[extreme](values[b])];
        if (x > y) expect(rankOf(extreme, a)).toBeGreaterThan(rankOf(extreme, b));
      }),
    );
  });

  it("take a block's value furthest from 0 from either side of it", () => {
    const half = Math.round(1 + 32764 * (148 / 277));
    const matrix = {
      code: "signed_log16",
      maximum: Uint16Array.of(half, 0, 0x7fff, 0),
      minimum: Uint16Array.of(0x8000 | (half + 9), 0, 0xffff, 0x8000 | half),
    } as unknown as Matrix;
    const ranks = ranksOf(matrix);
    const codes = Array.from(ranks, (rank) => codeOf("magnitude", rank));
    expect(codes).toEqual([0x8000 | (half + 9), 0, 0x7fff, 0x8000 | half]);
    expect(ranksOf(matrix)).toBe(ranks);
  });
});
