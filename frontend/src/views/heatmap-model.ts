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
import { type Column, columnOf } from "../state/panels";
import { bestSource, coarseSource, rowsOf, type Source, spansOfColumns } from "../state/sources";
import { shownAxis, shownLayer, shownPicture, shownStatistic } from "../state/view";
import { DEAD } from "../wire/matrix";
import { extremeOf } from "../wire/ranks";

/** What a heatmap draws and says. */

export interface Model {
  /** Tells pictures of something else apart. */
  readonly of: string;
  readonly column: Column;
  readonly source: Source;
  readonly scale: ColourScale;
  readonly drawn: Drawn;
}

/** Height of a band for one value of a distribution, in CSS pixels. */
const BAND = 12;

function subject({ run, of, minus }: Column): string {
  return JSON.stringify([shownLayer.value, run, of, minus]);
}

/** What there is to draw now; null while it is on its way. */
export function modelOf(run: string): Model | null {
  const column = columnOf(run);
  const [source, scale] = [bestSource(run), scaleOf(run)];
  if (!source || !scale) return null;
  const isState = shownStatistic.value === "state" && shownPicture.value === "units";
  const drawn = column.minus !== null ? "differences" : isState ? "states" : "values";
  return { of: subject(column), column, source, scale, drawn };
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

export function sheetOf({ source, scale, drawn }: Model, layout: Layout, theme: Theme): Sheet {
  const code = isDistribution(source) || drawn === "states" ? null : source.code;
  return { ...layout, cells: cellsOf(source, drawn), ink: inkOf(scale, code, theme) };
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
    units > 1 ? `each row shows the ${extremeName(source, drawn)} of ${whole(units)} units` : "",
    records > 1
      ? `each column ${units > 1 ? "" : `shows the ${extremeName(source, drawn)} `}of ${whole(records)} records`
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
  const { source } = model;
  const size = `${plural(source.units, "unit")} by ${plural(source.records, "record")}`;
  if (isDistribution(source)) return `${name}: how many units have which value; ${size}`;
  if (minus !== null) return `${name}: ${size}`;
  const whole_ = coarseSource(run)?.state.value.value ?? source;
  if (isDistribution(whole_)) return name;
  let dead = 0;
  for (let row = 0; row < whole_.rows; row++) {
    if (whole_.states[(row + 1) * whole_.columns - 1] === DEAD) dead++;
  }
  const rows = whole_.rows === whole_.units ? "units" : "rows";
  return `${name}: ${size}; ${whole(dead)} ${rows} dead at the newest`;
}
