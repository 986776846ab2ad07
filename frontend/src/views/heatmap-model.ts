import { axisTitle } from "../lib/axis-ticks";
import { type BinRows, binRows } from "../lib/bins";
import type { ColourScale } from "../lib/colour-scale";
import { plural, whole } from "../lib/format";
import type { PixelBlocks } from "../lib/pixels";
import type { Domain } from "../lib/scale";
import { stateName } from "../lib/words";
import { type AxisLabel, axisLabels, binLabels, unitLabels } from "../render/axes";
import { cellsOf, type Drawn } from "../render/cells";
import type { HeatmapImage, Sheet } from "../render/heatmap-image";
import { inkOf } from "../render/ink";
import type { Theme } from "../render/theme";
import { domainOf } from "../state/axis";
import { scaleOf, valueRange } from "../state/colour-ranges";
import { isDistribution } from "../state/cursor";
import { type Column, columnOf, columns, hasLayer } from "../state/panels";
import { bestSource, coarseSource, rowsOf, type Source, spansOfColumns } from "../state/sources";
import { shownAxis, shownLayer, shownPicture, shownStatistic } from "../state/view";
import type { CodeName } from "../wire/codes";
import { DEAD } from "../wire/matrix";
import { extremeOf } from "../wire/ranks";
import { missing } from "./layer-texts";

/** What a heatmap draws and says. */

/** What a picture is of, whatever part of it is shown. */
export interface Picture {
  /** Tells pictures of something else apart. */
  readonly of: string;
  readonly column: Column;
  readonly whole: Source;
  readonly scale: ColourScale;
  readonly drawn: Drawn;
}

export interface Model extends Picture {
  /** What it is drawn from: all, or a finer part. */
  readonly source: Source;
}

/** Height of a band for one value of a distribution, in CSS pixels. */
const BAND = 12;

function subject({ run, of, minus }: Column): string {
  return JSON.stringify([shownLayer.value, run, of, minus]);
}

/** Null while it is on its way. */
export function pictureOf(run: string): Picture | null {
  const column = columnOf(run);
  const [whole, scale] = [coarseSource(run)?.state.value.value, scaleOf(run)];
  if (!whole || !scale) return null;
  const isState = shownStatistic.value === "state" && shownPicture.value === "units";
  const drawn = column.minus !== null ? "differences" : isState ? "states" : "values";
  return { of: subject(column), column, whole, scale, drawn };
}

/** What there is to draw now; null while it is on its way. */
export function modelOf(run: string): Model | null {
  const [picture, source] = [pictureOf(run), bestSource(run)];
  return picture && source && { ...picture, source };
}

/** How many of the pictures are there, and how many there will be. */
export function arrived(): [number, number] {
  const all = columns.value.filter((column) => hasLayer(column) && !missing(column));
  return [all.filter(({ run }) => modelOf(run)).length, all.length];
}

/** What the ranks of a picture's cells are of; see render/ink.ts. */
export function codeOf({ whole, drawn }: Picture): CodeName | null {
  return isDistribution(whole) || drawn === "states" ? null : whole.code;
}

/** Whether an older model is worth showing until there is a new one. */
export function isStill(model: Model, run: string): boolean {
  return model.of === subject(columnOf(run));
}

export interface Layout {
  readonly domain: Domain;
  readonly rows: Domain;
  readonly rowEdges: ArrayLike<number>;
  readonly spans: Sheet["spans"];
  readonly bins: BinRows | null;
  readonly xLabels: readonly AxisLabel[];
  readonly yLabels: readonly AxisLabel[];
}

/** Where things lie in a plot of a size in CSS pixels; null while that is not known. */
export function layoutOf({ column, source }: Model, width: number, height: number): Layout | null {
  const [domain, spans] = [domainOf(column.run), spansOfColumns(column.run, source)];
  if (!domain || !spans || !width || !height) return null;
  const xLabels = axisLabels(domain, width);
  if (isDistribution(source)) {
    const band = Math.min(BAND / Math.max(height - 2 * BAND, 1), 0.2);
    const bins = binRows(source.edges, valueRange(), band, height);
    const { edges: rowEdges, rows } = bins;
    return { domain, rows, rowEdges, spans, bins, xLabels, yLabels: binLabels(bins, height) };
  }
  const rows = rowsOf(source.units);
  const yLabels = unitLabels(source.unitOrder, rows, height);
  return { domain, rows, rowEdges: source.rowStarts, spans, bins: null, xLabels, yLabels };
}

export function sheetOf(model: Model, layout: Layout, theme: Theme): Sheet {
  const { source, scale, drawn } = model;
  return { ...layout, cells: cellsOf(source, drawn), ink: inkOf(scale, codeOf(model), theme) };
}

/** What the numbers on the axis of units are. */
export function rowTitle(model: Model | null): string {
  if (!model) return "";
  const { source, column } = model;
  if (isDistribution(source)) return stateName(source.statistic);
  if (source.order === "index") return "unit";
  const whose = source.orderRun === column.of ? "" : ` of ${source.orderRun}`;
  return `units by ${stateName(source.order)}${whose}`;
}

/** What the axis is of, and how many units and records share a pixel. */
export function captionOf({ source, drawn }: Model, layout: Layout, image: HeatmapImage): string {
  const axis = axisTitle(shownAxis.value, layout.domain);
  const records = most(image.columns, source.columnStarts);
  const units = isDistribution(source) ? 1 : most(image.rows, source.rowStarts);
  const of = [
    units > 1 ? `each row shows the ${extremeName(source, drawn)} of up to ${whole(units)} units` : "",
    records > 1
      ? `each column ${units > 1 ? "" : `shows the ${extremeName(source, drawn)} `}of up to ${whole(records)} records`
      : "",
  ].filter(Boolean);
  return of.length ? `${axis} · ${of.join(", ")}` : axis;
}

function extremeName(source: Source, drawn: Drawn): string {
  if (isDistribution(source)) return "largest count";
  if (drawn === "states") return "most severe state";
  if (drawn === "differences") return "largest difference";
  return extremeOf(source.code);
}

/** The most neighbours on any pixel. */
function most({ first, last }: PixelBlocks, starts: ArrayLike<number>): number {
  let count = 0;
  first.forEach((block, pixel) => {
    if (block >= 0) count = Math.max(count, starts[last[pixel] + 1] - starts[block]);
  });
  return count;
}

/** The picture in words, for those who don't see it. */
export function summaryOf(label: string, run: string, model: Model | null): string {
  const { of, minus } = columnOf(run);
  const name = `${label} of ${shownLayer.value} in ${of}${minus === null ? "" : ` minus that in ${minus}`}`;
  if (!model) return name;
  const { whole } = model;
  const size = `${plural(whole.units, "unit")} by ${plural(whole.records, "record")}`;
  if (isDistribution(whole)) return `${name}: how many units have which value; ${size}`;
  if (minus !== null) return `${name}: ${size}`;
  let dead = 0;
  for (let row = 1; row <= whole.rows; row++) dead += Number(whole.states[row * whole.columns - 1] === DEAD);
  const rows = whole.rows === whole.units ? "unit" : "row";
  return `${name}: ${size}; ${plural(dead, rows)} dead at the newest`;
}
