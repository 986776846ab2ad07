import { columnBlocks, type PixelBlocks, partBlocks } from "../lib/pixels";
import { type Domain, toPixel } from "../lib/scale";
import { ABSENT, DEAD, type Matrix, NON_FINITE, SATURATED, STATES } from "../wire/matrix";
import { type Cells, type Ink, paint } from "./raster";

/** What of a picture is shown, and where it lies. */
export interface Sheet {
  readonly cells: Cells;
  readonly ink: Ink;
  /** Where each row begins, and the last one ends; downwards, in any unit. */
  readonly rowEdges: ArrayLike<number>;
  /** The part of the rows that is shown, likewise. */
  readonly rows: Domain;
  /** Where each column lies on the axis. */
  readonly spans: { readonly starts: Float64Array; readonly ends: Float64Array };
  readonly domain: Domain;
}

/** A drawn heatmap, and which cells lie where on it. */
export interface HeatmapImage {
  readonly width: number;
  readonly height: number;
  readonly rows: PixelBlocks;
  readonly columns: PixelBlocks;
}

const buffers = new WeakMap<HTMLCanvasElement, ImageData>();

/**
 * Draws over the whole canvas, whose width and height are in device pixels already.
 *
 * @param coarseness Device pixels to each one that is painted: while a view moves, time matters more.
 */
export function drawHeatmap(
  canvas: HTMLCanvasElement,
  sheet: Sheet,
  coarseness: number,
): HeatmapImage | null {
  const context = canvas.getContext("2d");
  const [width, height] = [canvas.width, canvas.height].map((size) => Math.ceil(size / coarseness));
  if (!context || !width || !height) return null;
  let image = buffers.get(canvas);
  if (image?.width !== width || image.height !== height) {
    image = context.createImageData(width, height);
    buffers.set(canvas, image);
  }
  const rows = partBlocks(sheet.rowEdges, sheet.rows, height);
  const columns = columnBlocks(sheet.spans, (x) => toPixel(x, sheet.domain, width), width);
  const mark = Math.max(1, Math.round((2 * devicePixelRatio) / coarseness));
  paint(new Uint32Array(image.data.buffer), width, height, sheet.cells, rows, columns, sheet.ink, mark);
  context.putImageData(image, 0, 0);
  if (coarseness > 1) {
    context.imageSmoothingEnabled = false;
    context.globalCompositeOperation = "copy";
    context.drawImage(canvas, 0, 0, width, height, 0, 0, width * coarseness, height * coarseness);
    context.globalCompositeOperation = "source-over";
  }
  return { width, height, rows, columns };
}

/** Draws beside the heatmap which units are dead at the newest record, each at least some pixels high; none for null. */
export function drawDeadMarks(
  canvas: HTMLCanvasElement,
  matrix: Matrix | null,
  [low, high]: Domain,
  colour: string,
): void {
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || !width || !height) return;
  context.clearRect(0, 0, width, height);
  context.fillStyle = colour;
  const least = Math.round(3 * devicePixelRatio);
  const at = (position: number) => Math.round(((position - low) / (high - low)) * height);
  for (const [first, end] of matrix ? deadPositions(matrix) : []) {
    if (end <= low || first >= high) continue;
    const top = Math.max(at(first), 0);
    const size = Math.max(least, Math.min(at(end), height) - top);
    context.fillRect(0, Math.min(top, height - size), width, size);
  }
}

/** Runs of positions that hold a unit which is dead at the newest record: [first, end). */
export function deadPositions({ rows, columns, rowStarts, states }: Matrix): [number, number][] {
  const out: [number, number][] = [];
  for (let row = 0; row < rows && columns > 0; row++) {
    if (states[(row + 1) * columns - 1] !== DEAD) continue;
    const previous = out.at(-1);
    if (previous?.[1] === rowStarts[row]) previous[1] = rowStarts[row + 1];
    else out.push([rowStarts[row], rowStarts[row + 1]]);
  }
  return out;
}

export interface Marks {
  readonly saturated: boolean;
  readonly nonFinite: boolean;
  readonly absent: boolean;
  readonly states: readonly number[];
}

const knownMarks = new WeakMap<Cells, Marks>();

/** Which of the marks that need explaining a picture has. */
export function marksOf(cells: Cells): Marks {
  const { states, ranks } = cells;
  const marks = knownMarks.get(cells) ?? {
    saturated: states.includes(SATURATED),
    nonFinite: states.includes(NON_FINITE) || ranks.some((rank, i) => rank === 0 && states[i] !== ABSENT),
    absent: states.includes(ABSENT),
    states: STATES.flatMap((_, state) => (states.includes(state) ? [state] : [])),
  };
  knownMarks.set(cells, marks);
  return marks;
}
