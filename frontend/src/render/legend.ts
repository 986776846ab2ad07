import { type ColourScale, valueAt } from "../lib/colour-scale";
import { approximate, plural, scientific } from "../lib/format";
import { pixelBlocks, rowBlocks } from "../lib/pixels";
import { stateName } from "../lib/words";
import type { CodeName } from "../wire/codes";
import { ABSENT, DEAD, NON_FINITE, SATURATED, STATES } from "../wire/matrix";
import type { Marks } from "./heatmap-image";
import { inkOf, shadesOf, word } from "./ink";
import { paint } from "./raster";
import type { Theme } from "./theme";

/** What the colours and marks of a picture stand for; drawn by the same code as the picture. */

export interface LegendItem {
  readonly swatch: Swatch | null;
  /** At the low end of a ramp. */
  readonly before: string;
  readonly label: string;
  readonly title: string;
}

type Swatch =
  | { readonly kind: "ramp" }
  | { readonly kind: "cell"; readonly rank: number; readonly state: number };

export const SWATCH_HEIGHT = 10;
const [RAMP_WIDTH, CELL_WIDTH] = [110, 18];

export function widthOf({ swatch }: LegendItem): number {
  if (!swatch) return 0;
  return swatch.kind === "ramp" ? RAMP_WIDTH : CELL_WIDTH;
}

/** The rank of the value that can mean a dead unit, and of "no unit" where ranks are of counts. */
const [HIGHEST_RANK, NO_UNIT_RANK] = [65535, 1];
/** Of some value in between: marks are drawn on any. */
const MIDDLE_RANK = 32768;

function cell(label: string, state: number, rank: number, title = ""): LegendItem {
  return { swatch: { kind: "cell", rank, state }, before: "", label, title };
}

function ramp(before: string, label: string, title = ""): LegendItem {
  return { swatch: { kind: "ramp" }, before, label, title };
}

/** @param difference What is subtracted from what, in words. */
export function legendItems(scale: ColourScale, marks: Marks, difference: string): LegendItem[] {
  const absent = marks.absent ? [cell("no such unit, or no record", ABSENT, 0)] : [];
  const invalid = marks.nonFinite ? [cell("not finite (NaN, Inf) or not recorded", NON_FINITE, 0)] : [];
  switch (scale.kind) {
    case "difference":
      return [
        ...differenceItems(scale, difference),
        ...absentFor("no partner in the other run, or no value", marks),
      ];
    case "count":
      return [
        cell("no unit", 0, NO_UNIT_RANK),
        ramp("1", `${plural(scale.most, "unit")}, log scale`),
        ...absent,
      ];
    case "state":
      return [...STATES.keys()]
        .filter((state) => marks.states.includes(state))
        .map((state) => cell(stateName(STATES[state]), state, state + 1))
        .concat(absent);
    default:
      return [
        ...valueItems(scale),
        cell("dead", DEAD, HIGHEST_RANK),
        ...(marks.saturated
          ? [
              cell(
                "saturated",
                SATURATED,
                MIDDLE_RANK,
                "active, but always at the activation's upper bound, where its gradient is 0",
              ),
            ]
          : []),
        ...invalid,
        ...absent,
      ];
  }
}

function absentFor(label: string, { absent }: Marks): LegendItem[] {
  return absent ? [cell(label, ABSENT, 0)] : [];
}

function valueItems(scale: ColourScale): LegendItem[] {
  if (scale.kind === "log") {
    const [low, high] = [scale.low, scale.high].map((value) => scientific(Number(value.toPrecision(1))));
    return [cell("0", 0, HIGHEST_RANK), ramp(`${scale.clipped ? "≤ " : ""}${low}`, `${high}, log scale`)];
  }
  if (scale.kind === "linear") return [cell("0", 0, HIGHEST_RANK), ramp("> 0", approximate(scale.high))];
  return [ramp("0", "1")];
}

function differenceItems(scale: ColourScale & { kind: "difference" }, of: string): LegendItem[] {
  const { most, decades } = scale;
  if (!decades) return [ramp(`−${most}`, `+${most}`), text(of)];
  const power = scientific(10 ** most);
  return [
    ramp(`÷ ${power} or more`, `× ${power} or more`, "where one of the two alone is 0 as well"),
    text(of),
  ];
}

export function text(label: string, title = ""): LegendItem {
  return { swatch: null, before: "", label, title };
}

/** Draws over the whole canvas, whose size is in device pixels. */
export function drawSwatch(
  canvas: HTMLCanvasElement,
  { swatch }: LegendItem,
  scale: ColourScale,
  code: CodeName | null,
  theme: Theme,
): void {
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || !swatch || !width || !height) return;
  const image = context.createImageData(width, height);
  const out = new Uint32Array(image.data.buffer);
  if (swatch.kind === "ramp") {
    const { shades, shadeOf } = shadesOf(scale, theme);
    for (let x = 0; x < width; x++) {
      const colour = word(shades[shadeOf(valueAt(scale, (x + 0.5) / width))]);
      for (let y = 0; y < height; y++) out[y * width + x] = colour;
    }
  } else {
    const cells = { ranks: Uint16Array.of(swatch.rank), states: Int8Array.of(swatch.state), columns: 1 };
    const mark = Math.max(1, Math.round(1.5 * devicePixelRatio));
    const across = pixelBlocks([0], [width], width);
    paint(out, width, height, cells, rowBlocks(1, height), across, inkOf(scale, code, theme), mark);
  }
  context.putImageData(image, 0, 0);
}
