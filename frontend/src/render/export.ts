import { anchorAt } from "../lib/axis-ticks";
import type { ColourScale } from "../lib/colour-scale";
import type { CodeName } from "../wire/codes";
import { type AxisLabel, baselineAt } from "./axes";
import { css } from "./ink";
import { drawSwatch, type LegendItem, SWATCH_HEIGHT, widthOf } from "./legend";
import { LANE } from "./marks";
import { THEMES, type Theme } from "./theme";

/** Pictures with everything that is needed to read them, on one canvas. Lengths are in CSS pixels. */

export interface ExportedLegend {
  readonly items: readonly LegendItem[];
  readonly scale: ColourScale;
  readonly code: CodeName | null;
}

export interface ExportedPlot {
  readonly name: string;
  /** Which of the run colours. */
  readonly colour: number;
  readonly verdict: string;
  readonly legend: ExportedLegend | null;
  readonly ribbon: HTMLCanvasElement | null;
  readonly picture: HTMLCanvasElement;
  readonly marks: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
  readonly xLabels: readonly AxisLabel[];
  readonly yLabels: readonly AxisLabel[];
  readonly rowTitle: string;
  readonly caption: string;
}

export interface ExportedPage {
  readonly title: string;
  readonly lines: readonly string[];
  readonly legend: ExportedLegend | null;
  readonly plots: readonly ExportedPlot[];
  readonly theme: Theme;
}

const FAMILY = 'Roboto, "Helvetica Neue", Helvetica, Arial, sans-serif';
const [MARGIN, LEFT, RIGHT, LINE, RIBBON, GAP] = [16, 60, 16, 16, 25 + LANE, 4];
const MARKS_WIDTH = 6;

/** Draws at the screen's resolution, which the pictures have. */
export function compose(page: ExportedPage): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  const ratio = devicePixelRatio;
  const width = Math.max(
    ...[MARGIN + page.plots.reduce((sum, plot) => sum + LEFT + plot.width + RIGHT, 0), 480],
  );
  const legends = page.legend || page.plots.some((plot) => plot.legend) ? LINE + GAP : 0;
  const top = MARGIN + (page.lines.length + 1.5) * LINE + legends + 2 * LINE + GAP;
  const height = top + RIBBON + GAP + Math.max(0, ...page.plots.map((plot) => plot.height)) + 3 * LINE;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  if (!context) return canvas;
  context.scale(ratio, ratio);
  const pen = new Pen(context, page.theme);
  context.fillStyle = css(THEMES[page.theme].surface);
  context.fillRect(0, 0, width, height);
  pen.text(page.title, MARGIN, MARGIN + 14, { size: 16, strong: true });
  page.lines.forEach((text, i) => {
    pen.text(text, MARGIN, MARGIN + 14 + (i + 1) * LINE, { most: width - 2 * MARGIN });
  });
  const legendAt = MARGIN + (page.lines.length + 1.5) * LINE;
  if (page.legend) pen.legend(page.legend, MARGIN, legendAt, width - 2 * MARGIN);
  let x = MARGIN + LEFT;
  for (const plot of page.plots) {
    if (plot.legend) pen.legend(plot.legend, x, legendAt, plot.width);
    pen.plot(plot, x, top);
    x += plot.width + RIGHT + LEFT;
  }
  return canvas;
}

interface TextStyle {
  readonly size?: number;
  readonly strong?: boolean;
  readonly align?: CanvasTextAlign;
  readonly most?: number;
}

class Pen {
  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly theme: Theme,
  ) {}

  text(
    text: string,
    x: number,
    y: number,
    { size = 11, strong, align = "left", most }: TextStyle = {},
  ): void {
    const { context } = this;
    context.font = `${strong ? "500 " : ""}${size}px ${FAMILY}`;
    context.fillStyle = strong ? THEMES[this.theme].strong : THEMES[this.theme].text;
    context.textAlign = align;
    context.fillText(text, x, y, most);
  }

  plot(plot: ExportedPlot, x: number, top: number): void {
    const { context } = this;
    const { width, height } = plot;
    context.fillStyle = THEMES[this.theme].runs[plot.colour];
    context.fillRect(x, top - 2 * LINE, 9, 9);
    this.text(plot.name, x + 14, top - 2 * LINE + 9, { size: 12, strong: true, most: width - 14 });
    this.text(plot.verdict, x, top - LINE + 7, { most: width });
    if (plot.ribbon) context.drawImage(plot.ribbon, x, top, width, RIBBON);
    const y = top + RIBBON + GAP;
    context.drawImage(plot.picture, x, y, width, height);
    if (plot.marks.width) context.drawImage(plot.marks, x + width + 3, y, MARKS_WIDTH, height);
    context.strokeStyle = THEMES[this.theme].axis;
    context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
    for (const { at, text } of plot.yLabels) {
      this.text(text, x - 7, y + baselineAt(at, height), { align: "right" });
    }
    for (const { at, text } of plot.xLabels) {
      const anchor = anchorAt(at, width);
      this.text(text, x + at, y + height + 14, { align: anchor === "middle" ? "center" : anchor });
    }
    this.text(plot.caption, x, y + height + 30, { most: width + RIGHT });
    context.save();
    context.translate(x - LEFT + 11, y + height / 2);
    context.rotate(-Math.PI / 2);
    this.text(plot.rowTitle, 0, 0, { align: "center", most: height });
    context.restore();
  }

  legend({ items, scale, code }: ExportedLegend, x: number, y: number, most: number): void {
    const { context } = this;
    let at = x;
    for (const item of items) {
      if (at > x + most) return;
      this.text(item.before, at, y + 9);
      at += item.before ? context.measureText(item.before).width + 5 : 0;
      if (item.swatch) {
        const swatch = document.createElement("canvas");
        swatch.width = Math.round(widthOf(item) * devicePixelRatio);
        swatch.height = Math.round(SWATCH_HEIGHT * devicePixelRatio);
        drawSwatch(swatch, item, scale, code, this.theme);
        context.drawImage(swatch, at, y, widthOf(item), SWATCH_HEIGHT);
        at += widthOf(item) + 5;
      }
      this.text(item.label, at, y + 9);
      at += context.measureText(item.label).width + 14;
    }
  }
}

/** Hands a canvas to the browser's downloads. */
export function download(canvas: HTMLCanvasElement, name: string): void {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    // The download has the blob by then.
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
}
