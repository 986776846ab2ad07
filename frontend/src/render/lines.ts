import type { RecordSpans } from "../lib/axis";
import { type Extremes, extremes, polylines, recordColumns } from "../lib/line-columns";
import type { LineScale } from "../lib/line-scale";
import type { PixelBlocks } from "../lib/pixels";
import type { Domain } from "../lib/scale";
import { THEMES, type Theme } from "./theme";

/** Line charts: several runs' values, each of which holds over its record's window. */

export interface Line {
  readonly spans: RecordSpans;
  /** One for each record; NaN is a gap. */
  readonly values: ArrayLike<number>;
  readonly colour: string;
  /** Lengths of dashes and gaps in CSS pixels. */
  readonly dash: readonly number[];
  /** A band around the line. */
  readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> } | undefined;
}

/** Dashes that tell lines apart where colours don't. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3]];

/** Room above and below the scale in CSS pixels, so that lines at its ends are seen whole. */
export const MARGIN = 5;
/** Of a single band; several lie over each other. */
const BAND_OPACITY = 0.2;
const LINE_WIDTH = 1.75;
/** A shorter line would be too small to see. */
const SHORT = 3;

/** Distance from the top, in pixels of a chart that is `height` high. */
export function toHeight(place: number, height: number, ratio = 1): number {
  return MARGIN * ratio + (1 - place) * (height - 2 * MARGIN * ratio);
}

/** Draws over the whole canvas, whose width and height are in device pixels. */
export function drawLines(
  canvas: HTMLCanvasElement,
  lines: readonly Line[],
  domain: Domain,
  scale: LineScale,
  theme: Theme,
): void {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  if (!context || !width || !height) return;
  const ratio = devicePixelRatio;
  context.clearRect(0, 0, width, height);
  const y = (value: number) => toHeight(scale.place(value), height, ratio);
  drawGrid(context, scale, y, ratio, theme);
  const columns = new Map<RecordSpans, PixelBlocks>();
  const columnsOf = (spans: RecordSpans) => {
    const known = columns.get(spans) ?? recordColumns(spans, domain, width);
    columns.set(spans, known);
    return known;
  };
  for (const { spans, band, colour } of lines) {
    if (!band) continue;
    const at = columnsOf(spans);
    context.fillStyle = colour;
    context.globalAlpha = BAND_OPACITY / Math.sqrt(lines.length);
    fillBand(context, extremes(band.low, at).low, extremes(band.high, at).high, y);
  }
  context.globalAlpha = 1;
  context.lineWidth = LINE_WIDTH * ratio;
  context.lineJoin = "round";
  // The first line is the base run's: it lies on top.
  for (const { spans, values, colour, dash } of [...lines].reverse()) {
    context.strokeStyle = context.fillStyle = colour;
    context.setLineDash(dash.map((length) => length * ratio));
    stroke(context, extremes(values, columnsOf(spans)), y, ratio);
  }
  context.setLineDash([]);
}

function drawGrid(
  context: CanvasRenderingContext2D,
  { ticks }: LineScale,
  y: (value: number) => number,
  ratio: number,
  theme: Theme,
): void {
  context.lineWidth = Math.max(1, Math.round(ratio));
  for (const tick of ticks) {
    context.strokeStyle = tick === 0 ? THEMES[theme].axis : THEMES[theme].grid;
    const at = Math.round(y(tick)) + (context.lineWidth % 2) / 2;
    context.beginPath();
    context.moveTo(0, at);
    context.lineTo(context.canvas.width, at);
    context.stroke();
  }
}

function stroke(
  context: CanvasRenderingContext2D,
  values: Extremes,
  y: (value: number) => number,
  ratio: number,
): void {
  context.beginPath();
  for (const line of polylines(values)) {
    for (let i = 0; i < line.length; i += 2) {
      if (i === 0) context.moveTo(line[0], y(line[1]));
      else context.lineTo(line[i], y(line[i + 1]));
    }
    if (line[line.length - 2] - line[0] < SHORT * ratio) {
      context.fillRect(line[0] - ratio, y(line[1]) - 2 * ratio, 4 * ratio, 4 * ratio);
    }
  }
  context.stroke();
}

function fillBand(
  context: CanvasRenderingContext2D,
  low: Float64Array,
  high: Float64Array,
  y: (value: number) => number,
): void {
  for (let x = 0; x < low.length; x++) {
    if (Number.isNaN(low[x]) || Number.isNaN(high[x])) continue;
    let end = x + 1;
    // Neighbours alike are one rectangle: no seams, and fewer of them.
    while (end < low.length && low[end] === low[x] && high[end] === high[x]) end++;
    const top = y(high[x]);
    context.fillRect(x, top, end - x, y(low[x]) - top);
    x = end - 1;
  }
}
