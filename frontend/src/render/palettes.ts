import { CIVIDIS } from "./cividis";
import type { Rgb, Theme } from "./theme";

/** Colours of values, differences, states and counts. */

/**
 * From the base run far below the other to far above it: blue and brown are told apart without seeing red from green,
 * and are equally far from the middle in lightness.
 */
const DIVERGING: Record<Theme, readonly Rgb[]> = {
  light: [
    [8, 64, 129],
    [67, 140, 202],
    [172, 211, 238],
    [250, 250, 248],
    [250, 208, 150],
    [222, 134, 40],
    [124, 62, 4],
  ],
  dark: [
    [178, 222, 255],
    [84, 160, 228],
    [34, 84, 140],
    [24, 25, 28],
    [128, 70, 14],
    [216, 136, 48],
    [255, 216, 160],
  ],
};

/** 0.5 is no difference. */
export function diverging(place: number, theme: Theme): Rgb {
  return between(DIVERGING[theme], place);
}

/** The colour of a place from 0 to 1 on cividis. */
export function cividis(place: number): Rgb {
  const x = Math.min(Math.max(place || 0, 0), 1);
  const channel = (c: 0 | 1 | 2) => {
    const value = CIVIDIS[c].reduceRight((sum, coefficient) => sum * x + coefficient);
    return Math.min(Math.max(Math.round(value), 0), 255);
  };
  return [channel(0), channel(1), channel(2)];
}

function between(anchors: readonly Rgb[], place: number): Rgb {
  const at = Math.min(Math.max(place || 0, 0), 1) * (anchors.length - 1);
  const i = Math.min(Math.floor(at), anchors.length - 2);
  const channel = (c: 0 | 1 | 2) =>
    Math.round(anchors[i][c] + (at - i) * (anchors[i + 1][c] - anchors[i][c]));
  return [channel(0), channel(1), channel(2)];
}

/** By state, from healthy to dead; the most severe stand out most from the surface. Non-finite is drawn as dots. */
export const STATE_COLOURS: Record<Theme, readonly Rgb[]> = {
  light: [
    [233, 236, 240],
    [160, 214, 240],
    [240, 228, 66],
    [230, 150, 20],
    [150, 110, 200],
    [0, 118, 140],
    [130, 66, 20],
    [255, 255, 255],
    [30, 20, 28],
  ],
  dark: [
    [74, 76, 80],
    [140, 196, 226],
    [240, 228, 66],
    [230, 150, 20],
    [168, 128, 220],
    [0, 118, 140],
    [140, 72, 28],
    [20, 20, 24],
    [8, 4, 8],
  ],
};

/** The part of cividis that counts are drawn in: away from the surface, which stands for none. */
export const COUNT_RANGE: Record<Theme, readonly [number, number]> = { light: [0, 0.93], dark: [0.34, 1] };
