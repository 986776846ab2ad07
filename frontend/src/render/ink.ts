import { type ColourScale, placeOf } from "../lib/colour-scale";
import { Lru } from "../lib/lru";
import { type CodeName, decodeTable } from "../wire/codes";
import { codeOf, extremeOf, RANKS } from "../wire/ranks";
import { COUNT_RANGE, cividis, diverging, STATE_COLOURS } from "./palettes";
import type { Ink } from "./raster";
import { type Rgb, THEMES, type Theme } from "./theme";

/** Turns ranks into colours: one table per scale, shared by the runs, so that equal colours are equal values. */

const LAST_SHADE = 255;
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
  const { shades, shadeOf } = shadesOf(scale, name);
  const [plain, faded] = [shades.map(word), shades.map((shade) => word(mix(shade, theme.surface)))];
  const colours = new Uint32Array(RANKS);
  const held = new Uint32Array(RANKS);
  const values = code && decodeTable(code);
  const extreme = code && extremeOf(code);
  for (let rank = 1; rank < RANKS; rank++) {
    const shade = shadeOf(values && extreme ? values[codeOf(extreme, rank)] : rank - 1);
    colours[rank] = plain[shade];
    held[rank] = faded[shade];
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

interface Shades {
  readonly shades: readonly Rgb[];
  /** Which of them a value has: of a state its number, of a count the number of units. */
  readonly shadeOf: (value: number) => number;
}

/** A scale's colours. There are thousands of codes to each, and colours are what takes time. */
export function shadesOf(scale: ColourScale, theme: Theme): Shades {
  if (scale.kind === "state") {
    const shades = STATE_COLOURS[theme];
    return { shades, shadeOf: (state) => Math.min(state, shades.length - 1) };
  }
  const at = (value: number) => Math.round((placeOf(scale, value) || 0) * LAST_SHADE);
  const shades = Array.from({ length: LAST_SHADE + 1 }, (_, i) => shade(scale, i / LAST_SHADE, theme));
  if (scale.kind === "fraction" || scale.kind === "difference") return { shades, shadeOf: at };
  // A log scale has no place for 0, and on a linear one it must not look like a little.
  const zero = scale.kind === "count" ? THEMES[theme].surface : THEMES[theme].zero;
  return { shades: [...shades, zero], shadeOf: (value) => (value === 0 ? LAST_SHADE + 1 : at(value)) };
}

function shade(scale: ColourScale, place: number, theme: Theme): Rgb {
  if (scale.kind === "difference") return diverging(place, theme);
  const [low, high] = scale.kind === "count" ? COUNT_RANGE[theme] : [0, 1];
  return cividis(low + (high - low) * place);
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
