import { computed, signal } from "@preact/signals-core";
import type { LayerInfo, Timeline } from "../wire/api";
import { timeline } from "./data";
import type { Order } from "./hash";
import type { Fetched } from "./resource";
import { isLocked, layerInfo, shownLayer, shownOrder, shownPicture, shownRuns, shownStatistic } from "./view";

/** Which pictures of the shown layer there are: whose values, which statistic, in which order. */

/** One of the pictures side by side. */
export interface Column {
  /** The run that the column belongs to: it has this one's range. */
  readonly run: string;
  /** The run whose values are drawn. */
  readonly of: string;
  /** The run whose values are subtracted. */
  readonly minus: string | null;
}

export const columns = computed<readonly Column[]>(() => {
  const runs = shownRuns.value;
  if (shownPicture.value !== "difference") return runs.map((run) => ({ run, of: run, minus: null }));
  return runs.slice(1).map((run) => ({ run, of: runs[0], minus: run }));
});

export function columnOf(run: string): Column {
  return columns.value.find((column) => column.run === run) ?? { run, of: run, minus: null };
}

/**
 * Size of one heatmap in device pixels, rounded down so that small changes of it don't fetch anew, and that no block is
 * smaller than a pixel: one on the edge of two pixels would be seen on both.
 */
export const resolution = signal<readonly [number, number] | null>(null);

const ROUND_TO = 64;
export const MOST_BLOCKS = 16384;

export function setResolution(width: number, height: number): void {
  const round = (pixels: number) =>
    Math.min(MOST_BLOCKS, Math.max(1, Math.floor(pixels / ROUND_TO)) * ROUND_TO);
  const [columns, rows] = [round(width), round(height)];
  const now = resolution.peek();
  if (now?.[0] !== columns || now[1] !== rows) resolution.value = [columns, rows];
}

/** What is known of the shown layer in a run that has it in a version that can be read. */
export function readableInfo(run: string): LayerInfo | null {
  const layer = shownLayer.value;
  const info = layer === null ? null : layerInfo(run, layer);
  return info?.problem === null ? info : null;
}

/** The shown layer's timeline of a run; null where the run has none that can be read. */
export function panelTimeline(run: string): Fetched<Timeline> | null {
  const layer = shownLayer.value;
  return layer !== null && readableInfo(run) ? timeline(run, layer) : null;
}

function knownTimeline(run: string): Timeline | null {
  return panelTimeline(run)?.state.value.value ?? null;
}

/** The shown statistic, as the server calls it for a run's layer; the states come with the fraction. */
export function statisticOf(run: string): string | null {
  const info = readableInfo(run);
  const shown = shownStatistic.value;
  if (!info) return null;
  return shown === "fraction" || shown === "state" ? (info.fraction ?? "zero_fraction") : shown;
}

/** Whether a run has the shown statistic; null while that is not known. */
export function isRecorded(run: string): boolean | null {
  const name = statisticOf(run);
  if (name === null) return false;
  const known = knownTimeline(run);
  // Every record has a fraction, so that the first picture need not wait for the timeline.
  if (name.endsWith("fraction")) return known ? known.steps.length > 0 : true;
  return known ? known.steps.length > 0 && known.statistics.includes(name) : null;
}

export interface Ordering {
  readonly order: Order;
  readonly run: string;
  readonly minus: string | null;
}

/** What gives a column its order of units; null before that is known. */
export function orderingOf({ run, of, minus }: Column): Ordering | null {
  const readable = shownRuns.value.filter((one) => isReadable(one));
  const giver = isLocked("order") || !readable.includes(of) ? readable[0] : of;
  if (giver === undefined) return null;
  const order = shownOrder.value;
  if (order === "difference") {
    const other = isLocked("order") ? undefined : [minus, run].find((one) => one !== giver);
    const compared = other ?? readable.find((one) => one !== giver);
    return compared ? { order, run: giver, minus: compared } : { order: "death", run: giver, minus: null };
  }
  if (order === "gradient_norm") {
    const known = knownTimeline(giver);
    if (!known) return null;
    // The server can't order by norms that the run doesn't have.
    if (!known.statistics.includes(order)) return { order: "death", run: giver, minus: null };
  }
  return { order, run: giver, minus: null };
}

/** A run counts as one that can be read until its timeline tells otherwise. */
function isReadable(run: string): boolean {
  if (!readableInfo(run)) return false;
  const known = knownTimeline(run);
  return !known || known.steps.length > 0;
}

/** Whether there is, or may yet be, something of the layer to draw in a column. */
export function hasLayer({ of, minus }: Column): boolean {
  return isReadable(of) && (minus === null || isReadable(minus));
}

/** The run that all columns have their order from; null where each has its own. */
export const orderGiver = computed<string | null>(() => {
  const first = columns.value[0];
  return first && isLocked("order") ? (orderingOf(first)?.run ?? null) : null;
});
