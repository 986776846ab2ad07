import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pixelBlocks, rowBlocks } from "../lib/pixels";
import { ABSENT, DEAD, NON_FINITE, SATURATED } from "../wire/matrix";
import { fractionPlace, logPlace, makeInk } from "./ink";
import { type Ink, isBackHatch, isHatch, paint } from "./raster";
import { THEMES } from "./theme";

const ink = makeInk("fraction16", fractionPlace, "light");

function draw(
  width: number,
  height: number,
  rows: number,
  columns: number,
  codes: Uint16Array,
  states: Int8Array,
  extreme: "maximum" | "minimum" = "maximum",
  colours: Ink = ink,
) {
  const out = new Uint32Array(width * height);
  const edges = Array.from({ length: columns + 1 }, (_, c) => (c * width) / columns);
  const blocks = pixelBlocks(edges.slice(0, -1), edges.slice(1), width);
  paint(out, width, height, { codes, states, columns }, rowBlocks(rows, height), blocks, extreme, colours, 1);
  return out;
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
        const codes = new Uint16Array(rows * columns).fill(20000);
        const states = new Int8Array(rows * columns);
        const at = (row % rows) * columns + (column % columns);
        codes[at] = 65534;
        states[at] = DEAD;
        const out = draw(width, height, rows, columns, codes, states);
        const marked = out.filter((colour) => colour === ink.hatch || colour === ink.colours[65534]);
        expect(marked.length).toBeGreaterThan(0);
        expect(marked.length).toBeLessThan(
          out.length / Math.min(rows, height) / Math.min(columns, width) + width + height,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("hatches a dead row of one pixel's height as dashes", () => {
    const out = draw(16, 3, 3, 1, Uint16Array.of(0, 65534, 0), Int8Array.of(0, DEAD, 0));
    const row = [...out.subarray(16, 32)];
    expect(row.filter((colour) => colour === ink.hatch)).toHaveLength(8);
    expect(row.filter((colour) => colour === ink.colours[65534])).toHaveLength(8);
  });

  it("marks a saturated row of one pixel's height as dashes unlike the dead ones", () => {
    const out = draw(24, 3, 3, 1, Uint16Array.of(0, 9, 65534), Int8Array.of(0, SATURATED, DEAD));
    const row = [...out.subarray(24, 48)];
    expect(row.filter((colour) => colour === ink.saturated)).toHaveLength(4);
    expect(row.filter((colour) => colour === ink.colours[9])).toHaveLength(20);
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

  it("takes the smallest value where that can mean a dead unit", () => {
    const codes = Uint16Array.of(900, 7, 65535, 800);
    const out = draw(1, 1, 4, 1, codes, new Int8Array(4), "minimum");
    expect(out[0]).toBe(ink.colours[7]);
    expect(draw(1, 1, 4, 1, codes, new Int8Array(4), "maximum")[0]).toBe(ink.colours[900]);
  });

  it("marks cells without a value and without a record, each in its own way", () => {
    const out = draw(8, 8, 2, 1, Uint16Array.of(65535, 65535), Int8Array.of(NON_FINITE, ABSENT));
    const [above, below] = [new Set(out.subarray(0, 32)), new Set(out.subarray(32))];
    expect(above).toEqual(new Set([ink.invalid, ink.invalidDot]));
    expect([...below].every((colour) => colour === ink.absent || colour === ink.absentDot)).toBe(true);
  });
});

describe("ink", () => {
  it("is opaque and brightens with the value", () => {
    const light = (colour: number) => (colour & 255) + ((colour >> 8) & 255) + ((colour >> 16) & 255);
    expect(ink.colours[0] >>> 24).toBe(255);
    expect(light(ink.colours[65534])).toBeGreaterThan(light(ink.colours[32767]));
    expect(light(ink.colours[32767])).toBeGreaterThan(light(ink.colours[0]));
  });

  it("gives a gradient norm of exactly 0 a colour that no other has", () => {
    const log = makeInk("log16", logPlace(1e-6, 1), "dark");
    const zero = log.colours[0];
    expect(zero & 0xffffff).toBe(THEMES.dark.zero[0]);
    expect(log.colours.slice(1).includes(zero)).toBe(false);
  });
});
