import { computed, signal } from "@preact/signals-core";
import { type LogRange, logRange } from "../lib/range";
import { type Domain, stepDomain } from "../lib/scale";
import type { Timeline } from "../wire/api";
import { decodeTable } from "../wire/codes";
import { type Matrix, positiveExtent } from "../wire/matrix";
import { matrix, timeline } from "./data";
import type { Order } from "./hash";
import type { Fetched } from "./resource";
import { layerInfo, shownLayer, shownOrder, shownRuns } from "./selection";

/** What the panels of all runs share: the step axis, the resolution, the colour range. */

export type Panel = "fraction" | "gradient";

/** Size of one heatmap in device pixels, rounded up so that small changes of it don't fetch anew. */
export const resolution = signal<readonly [number, number] | null>(null);

const ROUND_TO = 128;
const MOST = 16384;

export function setResolution(width: number, height: number): void {
  const up = (pixels: number) => Math.min(MOST, Math.ceil(pixels / ROUND_TO) * ROUND_TO);
  const [columns, rows] = [up(width), up(height)];
  const now = resolution.peek();
  if (now?.[0] !== columns || now[1] !== rows) resolution.value = [columns, rows];
}

/** The shown layer's timeline of a run; null where the run has none that can be read. */
export function panelTimeline(run: string): Fetched<Timeline> | null {
  const layer = shownLayer.value;
  return layer !== null && layerInfo(run, layer)?.problem === null ? timeline(run, layer) : null;
}

/** The statistic that a panel draws, or null where it was not recorded. */
export function panelStatistic(run: string, panel: Panel): string | null {
  const layer = shownLayer.value;
  const known = panelTimeline(run)?.state.value.value?.statistics;
  if (layer === null || !known) return null;
  const name = panel === "gradient" ? "gradient_norm" : (layerInfo(run, layer)?.fraction ?? "zero_fraction");
  return known.includes(name) ? name : null;
}

/** What gives all heatmaps their order of units; null before that is known. */
export const ordering = computed<{ readonly run: string; readonly order: Order } | null>(() => {
  for (const run of shownRuns.value) {
    const fetched = panelTimeline(run)?.state.value;
    if (!fetched) continue;
    // The next run must not step in while the first is still on its way.
    if (!fetched.value && !fetched.error) return null;
    if (!fetched.value?.steps.length) continue;
    const order = shownOrder.value;
    // The server can't order by norms that the run doesn't have.
    const has = order !== "gradient_norm" || fetched.value.statistics.includes("gradient_norm");
    return { run, order: has ? order : "death" };
  }
  return null;
});

export function panelMatrix(run: string, panel: Panel): Fetched<Matrix> | null {
  const statistic = panelStatistic(run, panel);
  const layer = shownLayer.value;
  const base = ordering.value;
  const size = resolution.value;
  if (statistic === null || layer === null || base === null || size === null) return null;
  const [maxColumns, maxRows] = size;
  return matrix({ run, layer, statistic, order: base.order, orderRun: base.run, maxRows, maxColumns });
}

export const domain = computed<Domain | null>(() => {
  const known = shownRuns.value.map((run) => panelTimeline(run)?.state.value.value);
  return stepDomain(known.filter((t) => t != null));
});

/** Whether everything on the screen is there, so that less urgent things may be fetched. */
export const panelsReady = computed(() => {
  if (resolution.value === null) return false;
  return shownRuns.value.every((run) =>
    (["fraction", "gradient"] as const).every((panel) => {
      const waiting = panelTimeline(run)?.state.value.loading || panelMatrix(run, panel)?.state.value.loading;
      return !waiting;
    }),
  );
});

/** The largest number of dead units in any shown run: the top of the lines' common axis. */
export const mostDead = computed(() => {
  const counts = shownRuns.value.flatMap((run) => panelTimeline(run)?.state.value.value?.states.dead ?? []);
  return counts.reduce((a, b) => Math.max(a, b), 0);
});

export const gradientRange = computed<LogRange | null>(() => {
  const values = decodeTable("log16");
  const extents = shownRuns.value.flatMap((run) => {
    const shown = panelMatrix(run, "gradient")?.state.value.value;
    const extent = shown && positiveExtent(shown);
    return extent
      ? [{ typical: values[extent.typical], low: values[extent.low], high: values[extent.high] }]
      : [];
  });
  return logRange(extents);
});
