import { columnBlocks, columnSteps, type PixelBlocks, rowBlocks } from "../lib/pixels";
import { type Domain, toPixel } from "../lib/scale";
import { ABSENT, DEAD, type Matrix, SATURATED } from "../wire/matrix";
import { type Ink, paint } from "./raster";

/** A drawn heatmap, and which cells lie where on it. */
export interface HeatmapImage {
  readonly width: number;
  readonly height: number;
  readonly rows: PixelBlocks;
  readonly columns: PixelBlocks;
}

/** Draws a matrix over the whole canvas, whose width and height are in device pixels already. */
export function drawHeatmap(
  canvas: HTMLCanvasElement,
  matrix: Matrix,
  domain: Domain,
  ink: Ink,
  extreme: "maximum" | "minimum",
): HeatmapImage | null {
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || !width || !height) return null;
  const image = context.createImageData(width, height);
  const rows = rowBlocks(matrix.rows, height);
  const spans = columnSteps(matrix.columnStarts, matrix.steps, matrix.windowStartSteps);
  const columns = columnBlocks(spans, (step) => toPixel(step, domain, width), width);
  const cells = { codes: matrix[extreme], states: matrix.states, columns: matrix.columns };
  const mark = Math.max(1, Math.round(2 * devicePixelRatio));
  paint(new Uint32Array(image.data.buffer), width, height, cells, rows, columns, extreme, ink, mark);
  context.putImageData(image, 0, 0);
  return { width, height, rows, columns };
}

/** Draws beside the heatmap which units are dead at the newest record, each at least some pixels high. */
export function drawDeadMarks(canvas: HTMLCanvasElement, matrix: Matrix, colour: string): void {
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || !width || !height || !matrix.columns) return;
  context.clearRect(0, 0, width, height);
  context.fillStyle = colour;
  const least = Math.round(3 * devicePixelRatio);
  for (const [first, end] of deadRows(matrix)) {
    const top = Math.round((first * height) / matrix.rows);
    const size = Math.max(least, Math.round((end * height) / matrix.rows) - top);
    context.fillRect(0, Math.min(top, height - size), width, size);
  }
}

/** Runs of rows that hold a unit which is dead at the newest record: [first, end). */
export function deadRows(matrix: Matrix): [number, number][] {
  const out: [number, number][] = [];
  for (let row = 0; row < matrix.rows; row++) {
    if (lastState(matrix, row) !== DEAD) continue;
    const previous = out.at(-1);
    if (previous?.[1] === row) previous[1] = row + 1;
    else out.push([row, row + 1]);
  }
  return out;
}

/** Which of the marks that need explaining a matrix has. */
export function marksOf({ states }: Matrix): { dead: boolean; saturated: boolean; absent: boolean } {
  return {
    dead: states.includes(DEAD),
    saturated: states.includes(SATURATED),
    absent: states.includes(ABSENT),
  };
}

function lastState(matrix: Matrix, row: number): number {
  return matrix.states[(row + 1) * matrix.columns - 1];
}
