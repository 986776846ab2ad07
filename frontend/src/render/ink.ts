import { type ColourScale, placeOf } from "../lib/colour-scale";
import { Lru } from "../lib/lru";
import { type CodeName, decodeTable } from "../wire/codes";
import { codeOf, extremeOf, RANKS } from "../wire/ranks";
import { CIVIDIS } from "./cividis";
import { COUNT_RANGE, diverging, STATE_COLOURS } from "./palettes";
import type { Ink } from "./raster";
import { type Rgb, THEMES, type Theme } from "./theme";

/** Turns ranks into colours: one table per scale, shared by the runs, so that equal colours are equal values. */

const LAST_COLOUR = CIVIDIS.length / 3 - 1;
const HELD_SHARE = 0.7;
const KEPT = 8;

const inks = new Lru<string, Ink>(KEPT);

/** @param code What the ranks are of; null for the states and for counts, which are ranks themselves, from 1. */
export function inkOf(scale: ColourScale, code: CodeName | null, theme: Theme): Ink {
  const key = JSON.stringify([scale, code, theme]);
  let ink = inks.get(key);
  if (!ink) {
    ink = makeInk(scale, code, theme);
    inks.set(key, ink);
  }
  return ink;
}

function makeInk(scale: ColourScale, code: CodeName | null, name: Theme): Ink {
  const theme = THEMES[name];
  const colours = new Uint32Array(RANKS);
  const held = new Uint32Array(RANKS);
  const values = code && decodeTable(code);
  const extreme = code && extremeOf(code);
  for (let rank = 1; rank < RANKS; rank++) {
    const value = values && extreme ? values[codeOf(extreme, rank)] : rank - 1;
    const rgb = Number.isNaN(value) ? theme.invalid : colourOf(scale, value, name);
    colours[rank] = word(rgb);
    held[rank] = word(mix(rgb, theme.surface));
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

/** The colour of a value: of a state its number, of a count the number of units. */
export function colourOf(scale: ColourScale, value: number, name: Theme): Rgb {
  const theme = THEMES[name];
  switch (scale.kind) {
    case "state":
      return STATE_COLOURS[name][value] ?? theme.invalid;
    case "difference":
      return diverging(placeOf(scale, value), name);
    case "count": {
      const [low, high] = COUNT_RANGE[name];
      return value < 1 ? theme.surface : cividis(low + (high - low) * placeOf(scale, value));
    }
    case "fraction":
      return cividis(value);
    default:
      // A log scale has no place for 0, and on a linear one it must not look like a little.
      return value === 0 ? theme.zero : cividis(placeOf(scale, value));
  }
}

export function cividis(place: number): Rgb {
  const i = 3 * Math.round(Math.min(Math.max(place || 0, 0), 1) * LAST_COLOUR);
  return [CIVIDIS[i], CIVIDIS[i + 1], CIVIDIS[i + 2]];
}

export function css([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}

export function mix(colour: Rgb, surface: Rgb): Rgb {
  const channel = (i: 0 | 1 | 2) => Math.round(HELD_SHARE * colour[i] + (1 - HELD_SHARE) * surface[i]);
  return [channel(0), channel(1), channel(2)];
}

export function word([r, g, b]: Rgb): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
