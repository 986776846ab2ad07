import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partBlocks, pixelBlocks, rowBlocks } from "../lib/pixels";
import { partAround, wholeRows, zoomedAbout } from "../lib/zoom";
import type { Distribution } from "../wire/distribution";
import { ABSENT, DEAD, type Matrix, NON_FINITE, SATURATED } from "../wire/matrix";
import { rankOf } from "../wire/ranks";
import { cellsOf } from "./cells";
import { inkOf, word } from "./ink";
import { type Ink, isBackHatch, isHatch, paint } from "./raster";
import { THEMES } from "./theme";

const ink = inkOf({ kind: "fraction" }, "fraction16", "light");
const ONE = rankOf("maximum", 65534);

function draw(
  width: number,
  height: number,
  rows: number,
  columns: number,
  ranks: Uint16Array,
  states: Int8Array,
  colours: Ink = ink,
) {
  const out = new Uint32Array(width * height);
  paint(
    out,
    width,
    height,
    { ranks, states, columns },
    rowBlocks(rows, height),
    evenly(columns, width),
    colours,
    1,
  );
  return out;
}

function evenly(columns: number, width: number) {
  const edges = Array.from({ length: columns + 1 }, (_, c) => (c * width) / columns);
  return pixelBlocks(edges.slice(0, -1), edges.slice(1), width);
}

describe("paint", () => {
  it("keeps a single dead cell in sight at any size", () => {
    const sizes = fc.tuple(
      fc.integer({ min: 8, max: 60 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 300 }),
    );
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), ([width, height, rows, columns], row, column) => {
        const ranks = new Uint16Array(rows * columns).fill(20000);
        const states = new Int8Array(rows * columns);
        const at = (row % rows) * columns + (column % columns);
        ranks[at] = ONE;
        states[at] = DEAD;
        const out = draw(width, height, rows, columns, ranks, states);
        const marked = out.filter((colour) => colour === ink.hatch || colour === ink.colours[ONE]);
        expect(marked.length).toBeGreaterThan(0);
        expect(marked.length).toBeLessThan(
          out.length / Math.min(rows, height) / Math.min(columns, width) + width + height,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("shows a single dead unit of 16,384 hatched in every view that it is in, whatever part that is drawn from", () => {
    const units = 16384;
    const [width, height] = [16, 40];
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.nat(units - 1),
        fc.double({ min: 0.0001, max: 1, noNaN: true }),
        share,
        (unit, factor, about) => {
          const around = Math.min(Math.max(unit + (about - 0.5) * 100, 0), units);
          const shown = wholeRows(zoomedAbout([0, units], [0, units], factor, around, 1), units);
          fc.pre(unit >= shown[0] && unit < shown[1]);
          const { range, blocks } = partAround(shown, units, height);
          const rows = Math.min(blocks, range[1] - range[0]);
          // As the server makes them.
          const starts = Array.from(
            { length: rows + 1 },
            (_, i) => range[0] + Math.floor((i * (range[1] - range[0])) / rows),
          );
          const states = Int8Array.from({ length: rows }, (_, i) =>
            starts[i] <= unit && unit < starts[i + 1] ? DEAD : 0,
          );
          const ranks = Uint16Array.from(states, (state) => (state === DEAD ? ONE : 20000));
          const out = new Uint32Array(width * height);
          paint(
            out,
            width,
            height,
            { ranks, states, columns: 1 },
            partBlocks(starts, shown, height),
            evenly(1, width),
            ink,
            1,
          );
          const hatched = Array.from({ length: height }, (_, y) =>
            out.subarray(y * width, (y + 1) * width).includes(ink.hatch),
          );
          const place = ((unit + 0.5 - shown[0]) / (shown[1] - shown[0])) * height;
          const lines = hatched.flatMap((is, y) => (is ? [y] : []));
          expect(lines.length).toBeGreaterThan(0);
          // And nowhere but where it lies.
          const row = Math.max(1, height / (shown[1] - shown[0]));
          for (const y of lines) expect(Math.abs(y + 0.5 - place)).toBeLessThanOrEqual(2 * row + 1);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("hatches a dead row of one pixel's height as dashes", () => {
    const out = draw(16, 3, 3, 1, Uint16Array.of(1, ONE, 1), Int8Array.of(0, DEAD, 0));
    const row = [...out.subarray(16, 32)];
    expect(row.filter((colour) => colour === ink.hatch)).toHaveLength(8);
    expect(row.filter((colour) => colour === ink.colours[ONE])).toHaveLength(8);
  });

  it("marks a saturated row of one pixel's height as dashes unlike the dead ones", () => {
    const out = draw(24, 3, 3, 1, Uint16Array.of(1, 10, ONE), Int8Array.of(0, SATURATED, DEAD));
    const row = [...out.subarray(24, 48)];
    expect(row.filter((colour) => colour === ink.saturated)).toHaveLength(4);
    expect(row.filter((colour) => colour === ink.colours[10])).toHaveLength(20);
    expect([...out.subarray(48)].filter((colour) => colour === ink.hatch)).toHaveLength(12);
  });

  it("leans the lines of saturated cells the other way than those of dead ones", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.integer({ min: 1, max: 6 }), (x, y, mark) => {
        expect(isHatch(x + 1, y, mark)).toBe(isHatch(x, y + 1, mark));
        expect(isBackHatch(x, y, mark)).toBe(isBackHatch(x + 1, y + 1, mark));
      }),
    );
  });

  it("takes the highest rank of the cells on a pixel", () => {
    const ranks = Uint16Array.of(900, 7, 0, 800);
    expect(draw(1, 1, 4, 1, ranks, new Int8Array(4))[0]).toBe(ink.colours[900]);
    expect(draw(1, 1, 1, 4, ranks, new Int8Array(4))[0]).toBe(ink.colours[900]);
  });

  it("marks cells without a value and without a record, each in its own way", () => {
    const out = draw(8, 8, 2, 1, Uint16Array.of(0, 0), Int8Array.of(NON_FINITE, ABSENT));
    const [above, below] = [new Set(out.subarray(0, 32)), new Set(out.subarray(32))];
    expect(above).toEqual(new Set([ink.invalid, ink.invalidDot]));
    expect([...below].every((colour) => colour === ink.absent || colour === ink.absentDot)).toBe(true);
  });
});

function made(part: Partial<Matrix>): Matrix {
  return { rows: 2, columns: 2, code: "fraction16", minus: null, ...part } as Matrix;
}

describe("cells", () => {
  it("of a difference are absent where there is no partner, and have no marks of the one run", () => {
    const maximum = Uint16Array.of(0x7fff, 20000, 0, 0xffff);
    const matrix = made({
      code: "signed_log16",
      minus: "other",
      maximum,
      minimum: maximum,
      states: Int8Array.of(0, DEAD, 0, DEAD),
    });
    expect([...cellsOf(matrix, "differences").states]).toEqual([ABSENT, 0, 0, ABSENT]);
    expect(cellsOf(matrix, "differences")).toBe(cellsOf(matrix, "differences"));
  });

  it("of the states are ranked by severity", () => {
    const maximum = new Uint16Array(4);
    const matrix = made({ maximum, minimum: maximum, states: Int8Array.of(0, DEAD, 3, ABSENT) });
    expect([...cellsOf(matrix, "states").ranks]).toEqual([1, DEAD + 1, 4, 0]);
  });

  it("of a distribution have the largest values first, and room around them", () => {
    const counts = Uint32Array.of(1, 2, 3, 4, 5, 6, 70000, 8);
    const { ranks, states } = cellsOf({ counts, bins: 4, columns: 2 } as Distribution, "values");
    expect([...ranks]).toEqual([1, 1, 65535, 9, 6, 7, 4, 5, 1, 1, 2, 3]);
    expect(states).toHaveLength(ranks.length);
  });
});

describe("ink", () => {
  it("is opaque and brightens with the value", () => {
    const light = (colour: number) => (colour & 255) + ((colour >> 8) & 255) + ((colour >> 16) & 255);
    expect(ink.colours[1] >>> 24).toBe(255);
    expect(light(ink.colours[ONE])).toBeGreaterThan(light(ink.colours[32767]));
    expect(light(ink.colours[32767])).toBeGreaterThan(light(ink.colours[1]));
  });

  it("gives a gradient norm of exactly 0 a colour that no other has", () => {
    for (const scale of [
      { kind: "log", low: 1e-6, high: 1, clipped: false },
      { kind: "linear", high: 1 },
    ] as const) {
      const { colours } = inkOf(scale, "log16", "dark");
      const zero = colours[rankOf("minimum", 0)];
      expect(zero).toBe(word(THEMES.dark.zero));
      expect(colours.slice(1, rankOf("minimum", 0)).includes(zero)).toBe(false);
    }
  });

  it.each(["light", "dark"] as const)(
    "of differences in %s is symmetrical about 0, infinity being at the ends",
    (theme) => {
      const { colours } = inkOf({ kind: "difference", most: 3, decades: true }, "signed_log16", theme);
      const at = (code: number) => colours[rankOf("magnitude", code)];
      expect(at(0)).toBe(at(0x8000));
      const three = Math.round(1 + (32764 * (Math.log2(3) + 149)) / 277);
      expect(at(three + 20)).toBe(at(0x7ffe));
      expect(at(0x8000 | (three + 20))).toBe(at(0xfffe));
      expect(new Set([at(0), at(three), at(0x8000 | three)]).size).toBe(3);
    },
  );

  it("draws no unit as the surface, and one unit unlike it", () => {
    for (const theme of ["light", "dark"] as const) {
      const { colours } = inkOf({ kind: "count", most: 4096 }, null, theme);
      expect(colours[1]).toBe(word(THEMES[theme].surface));
      expect(new Set(colours.subarray(1, 4098)).size).toBeGreaterThan(100);
      expect(colours[2]).not.toBe(colours[1]);
    }
  });
});
