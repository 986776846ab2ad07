import { describe, expect, it } from "vitest";
import { THEMES } from "../render/theme";
import { RUN_COLOURS } from "../state/view";
import { theme } from "./styles";

type Palette = Record<string, string>;

const [light, dark] = theme.split(":host([theme").map(palette);

function palette(text: string): Palette {
  return Object.fromEntries(
    [...text.matchAll(/--([\w-]+): (#\w+);/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(colour: string): number {
  const hex = colour.length === 4 ? [...colour.slice(1)].map((c) => c + c).join("") : colour.slice(1);
  const [r, g, b] = [0, 2, 4].map((i) => {
    const share = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ["light", light],
  ["dark", { ...light, ...dark }],
] as const)("the %s theme", (name, colours: Palette) => {
  it.each(["text", "muted", "dead", "watch", "ok"])("has text that can be read: %s", (text) => {
    for (const ground of ["surface", "raised", "sidebar", "hover", "warn-surface", "error-surface"]) {
      expect(contrast(colours[text], colours[ground]), ground).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("has a focus that can be seen", () => {
    for (const ground of ["surface", "raised", "sidebar", "hover"]) {
      expect(contrast(colours.focus, colours[ground]), ground).toBeGreaterThanOrEqual(3);
    }
  });

  it("has the runs' colours of the canvases, each to be told from the ground", () => {
    const runs = Array.from({ length: RUN_COLOURS }, (_, i) => colours[`run${i}`]);
    expect(runs).toEqual(THEMES[name].runs);
    for (const run of runs) expect(contrast(run, colours.surface)).toBeGreaterThanOrEqual(3);
  });
});
