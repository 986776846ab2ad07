import { CODES, type CodeName, decodeTable } from "../wire/codes";
import { CIVIDIS } from "./cividis";
import type { Ink } from "./raster";
import { type Rgb, THEMES, type Theme } from "./theme";

/** Turns codes into colours: one table per statistic, shared by the runs, so that equal colours are equal values. */

const LAST_COLOUR = CIVIDIS.length / 3 - 1;

/** Where a value lies on the colour scale, 0 to 1. */
export type Place = (value: number) => number;

export const fractionPlace: Place = (value) => value;

export function logPlace(low: number, high: number): Place {
  const span = Math.log10(high) - Math.log10(low);
  return (value) => (value > 0 ? (Math.log10(value) - Math.log10(low)) / (span || 1) : 0);
}

export function makeInk(code: CodeName, place: Place, themeName: Theme): Ink {
  const theme = THEMES[themeName];
  const values = decodeTable(code);
  const colours = new Uint32Array(CODES);
  const held = new Uint32Array(CODES);
  for (let c = 0; c < CODES; c++) {
    const rgb = code === "log16" && c === 0 ? theme.zero : cividis(place(values[c]));
    colours[c] = word(rgb);
    held[c] = word(mix(rgb, theme.surface));
  }
  return {
    colours,
    held,
    hatch: word(theme.dead),
    heldHatch: word(mix(theme.dead, theme.surface)),
    saturated: word(theme.saturated),
    heldSaturated: word(mix(theme.saturated, theme.surface)),
    absent: word(theme.absent),
    absentDot: word(theme.absentDot),
    invalid: word(theme.invalid),
    invalidDot: word(theme.invalidDot),
  };
}

export function cividis(place: number): Rgb {
  const i = 3 * Math.round(Math.min(Math.max(place || 0, 0), 1) * LAST_COLOUR);
  return [CIVIDIS[i], CIVIDIS[i + 1], CIVIDIS[i + 2]];
}

export function css([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}

const HELD_SHARE = 0.7;

export function mix(colour: Rgb, surface: Rgb): Rgb {
  const channel = (i: 0 | 1 | 2) => Math.round(HELD_SHARE * colour[i] + (1 - HELD_SHARE) * surface[i]);
  return [channel(0), channel(1), channel(2)];
}

export function word([r, g, b]: Rgb): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
