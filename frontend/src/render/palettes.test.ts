// @ts-expect-error: it has no types
import { interpolateCividis } from "d3-scale-chromatic";
import { describe, expect, it } from "vitest";
import { NON_FINITE, STATES } from "../wire/matrix";
import { cividis, diverging, STATE_COLOURS } from "./palettes";
import { type Rgb, THEMES } from "./theme";

type Triple = [number, number, number];
type Rows = readonly Triple[];

/** Machado, Oliveira and Fernandes 2009: what people without one kind of cones see, in linear RGB. */
const SIGHT: Record<string, Rows> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const TO_XYZ: Rows = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];
const WHITE: Triple = [0.95047, 1, 1.08883];

function times(rows: Rows, v: Triple): Triple {
  return rows.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as Triple;
}

/** CIELAB of a colour as it is seen. */
function seen(colour: Rgb, sight: Rows): Triple {
  const linear = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Triple;
  const xyz = times(TO_XYZ, times(sight, linear).map((c) => Math.min(Math.max(c, 0), 1)) as Triple);
  const [x, y, z] = xyz.map((value, i) => {
    const t = value / WHITE[i];
    return t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(a: Triple, b: Triple): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

const cases = (["light", "dark"] as const).flatMap((theme) =>
  Object.entries(SIGHT).map(([name, sight]) => ({ theme, name, sight })),
);

describe.each(cases)("in the $theme theme, with $name sight", ({ theme, sight }) => {
  it("states differ from each other", () => {
    STATES.forEach((a, i) => {
      STATES.forEach((b, j) => {
        // Those that are not finite are drawn as dots.
        if (j <= i || i === NON_FINITE || j === NON_FINITE) return;
        const [x, y] = [seen(STATE_COLOURS[theme][i], sight), seen(STATE_COLOURS[theme][j], sight)];
        expect(distance(x, y), `${a} and ${b}`).toBeGreaterThan(12);
      });
    });
  });

  it("runs differ from each other and from the ground", () => {
    const runs = THEMES[theme].runs.map((colour) =>
      seen([1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as unknown as Rgb, sight),
    );
    runs.forEach((a, i) => {
      expect(distance(a, seen(THEMES[theme].surface, sight)), `${i} and the ground`).toBeGreaterThan(25);
      runs.slice(i + 1).forEach((b, j) => {
        expect(distance(a, b), `${i} and ${i + 1 + j}`).toBeGreaterThan(14);
      });
    });
  });

  it("the two sides of a difference differ, and go away from the middle in lightness alike", () => {
    const [middle] = seen(diverging(0.5, theme), sight);
    let before = 0;
    for (let by = 0.05; by <= 0.5; by += 0.05) {
      const [low, high] = [seen(diverging(0.5 - by, theme), sight), seen(diverging(0.5 + by, theme), sight)];
      const away = Math.min(Math.abs(low[0] - middle), Math.abs(high[0] - middle));
      expect(away).toBeGreaterThan(before);
      before = away;
      if (by > 0.15) expect(distance(low, high)).toBeGreaterThan(25);
    }
  });
});

it("cividis is d3's to within 1 of 255", () => {
  for (let i = 0; i <= 255; i++) {
    const theirs = interpolateCividis(i / 255)
      .match(/\d+/g)
      .map(Number);
    cividis(i / 255).forEach((channel, c) => {
      expect(Math.abs(channel - theirs[c])).toBeLessThanOrEqual(1);
    });
  }
});
