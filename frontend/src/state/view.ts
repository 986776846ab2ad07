import { computed, effect, signal } from "@preact/signals-core";
import type { AxisName } from "../lib/axis";
import { type LayerInfo, sortedLayers } from "../wire/api";
import { layers, overview } from "./data";
import type { Lock, Order, Picture, Scale, Span, Statistic, View } from "./hash";
import { onViewInUrl, readView, writeView } from "./host";

/** What is shown: what the user chose where it exists, else a sensible pick. */

/** Runs that are chosen where nobody chose: more would be too small to compare. */
const RUNS_AT_FIRST = 4;
/** Runs whose layer is shown side by side. */
export const MOST_COLUMNS = 4;

const chosen = signal<View>(readView());

const runs = computed(() => layers().state.value.value?.runs ?? {});

export const runNames = computed<readonly string[]>(() =>
  Object.keys(runs.value).sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
);

/** The regular expression that runs are listed by, and whether it is one. */
export const runFilter = computed<{ readonly text: string; readonly pattern: RegExp | null }>(() => {
  const text = chosen.value.filter ?? "";
  try {
    return { text, pattern: new RegExp(text, "i") };
  } catch {
    return { text, pattern: null };
  }
});

/** The runs that are listed: those that match the filter, and those that are chosen. */
export const listedRuns = computed<readonly string[]>(() => {
  const { pattern } = runFilter.value;
  return runNames.value.filter((run) => !pattern || pattern.test(run) || selectedRuns.value.includes(run));
});

/** The chosen runs, the base first. */
export const selectedRuns = computed<readonly string[]>(() => {
  const wanted = chosen.value.runs?.filter((run) => run in runs.value);
  const picked = wanted?.length ? wanted : runNames.value.slice(0, RUNS_AT_FIRST);
  const base = chosen.value.base ?? suggestedBase.value;
  return base !== null && picked.includes(base) ? [base, ...picked.filter((run) => run !== base)] : picked;
});

/** The runs whose layer is shown side by side. */
export const shownRuns = computed<readonly string[]>(() => selectedRuns.value.slice(0, MOST_COLUMNS));

/** The layers of the chosen runs, in the first run's order; those it lacks come last. */
export const layerNames = computed<readonly string[]>(() => {
  const names = selectedRuns.value.flatMap((run) => sortedLayers(runs.value[run] ?? {}));
  return [...new Set(names)];
});

/** Where nobody chose: the layer with the largest share of dead units in any chosen run, and that run. */
const sickest = computed<{ readonly layer: string; readonly run: string } | null>(() => {
  const wanted = chosen.value.runs?.filter((run) => run in runs.value);
  const picked = wanted?.length ? wanted : runNames.value.slice(0, RUNS_AT_FIRST);
  let best: { layer: string; run: string; share: number } | null = null;
  for (const run of picked) {
    const state = overview(run).state.value;
    // What came later must not change the picture that is looked at already.
    if (!state.value && !state.error) return null;
    for (const [layer, { states, units }] of Object.entries(state.value?.layers ?? {})) {
      const share = (states.dead?.at(-1) ?? 0) / (units || 1);
      if (layer in runs.value[run] && (best === null || share > best.share)) best = { layer, run, share };
    }
  }
  return best;
});

const suggestedBase = computed<string | null>(() => sickest.value?.run ?? null);

export const shownLayer = computed<string | null>(() => {
  const { layer } = chosen.value;
  if (layer !== null && layerNames.value.includes(layer)) return layer;
  const suggested = sickest.value?.layer;
  if (suggested !== undefined && layerNames.value.includes(suggested)) return suggested;
  const waits = selectedRuns.value.some((run) => overview(run).state.value.loading);
  return waits ? null : (layerNames.value[0] ?? null);
});

export const shownOrder = computed<Order>(() => {
  const order = chosen.value.order ?? "death";
  return order === "difference" && shownRuns.value.length < 2 ? "death" : order;
});
export const shownStatistic = computed<Statistic>(() => chosen.value.show ?? "fraction");
export const shownPicture = computed<Picture>(() => {
  const picture = chosen.value.picture ?? "units";
  const fits = picture === "units" || shownStatistic.value !== "state";
  return fits && (picture !== "difference" || shownRuns.value.length > 1) ? picture : "units";
});
export const shownAxis = computed<AxisName>(() => chosen.value.axis ?? "step");
export const shownScale = computed<Scale>(() => chosen.value.scale ?? "log");
export const shownUnit = computed<number | null>(() => chosen.value.unit);
export const zoomedRows = computed<Span | null>(() => chosen.value.rows);

export function isLocked(lock: Lock): boolean {
  return !chosen.value.unlocked?.includes(lock);
}

/** The part of the axis that a run's pictures show; null is all of it. */
export function zoomedRange(run: string): Span | null {
  const { x } = chosen.value;
  return x?.[isLocked("range") ? 0 : shownRuns.value.indexOf(run)] ?? null;
}

export function layerInfo(run: string, layer: string): LayerInfo | null {
  return runs.value[run]?.[layer] ?? null;
}

/** The first shown run that has the layer in a version that can be read. */
export const firstReadableRun = computed<string | null>(() => {
  const layer = shownLayer.value;
  if (layer === null) return null;
  return shownRuns.value.find((run) => layerInfo(run, layer)?.problem === null) ?? null;
});

/** Number of colours for runs; see views/styles.ts and render/theme.ts. */
export const RUN_COLOURS = 8;

const colours = computed(() => {
  const taken = new Map<string, number>();
  const used = new Set<number>();
  for (const run of runNames.value) {
    let colour = hashOf(run) % RUN_COLOURS;
    // With more runs than colours some are given twice.
    while (used.size < RUN_COLOURS && used.has(colour)) colour = (colour + 1) % RUN_COLOURS;
    used.add(colour);
    taken.set(run, colour);
  }
  return taken;
});

/** Which of the run colours a run has: the same whatever is chosen. */
export function colourOf(run: string): number {
  return colours.value.get(run) ?? 0;
}

/** Chooses a run, or leaves it out; the last one stays. */
export function toggleRun(run: string): void {
  const now = selectedRuns.peek();
  if (!now.includes(run)) change({ runs: [...now, run], x: null });
  else if (now.length > 1) change({ runs: now.filter((other) => other !== run), x: null });
}

/** Chooses these runs; nothing changes where none is there. */
export function chooseRuns(names: readonly string[]): void {
  if (names.length) change({ runs: names, x: null });
}

/** Pins a run as the base: it comes first and gives the order of units. */
export function chooseBase(run: string): void {
  const now = selectedRuns.peek();
  change({ base: run, runs: now.includes(run) ? now : [run, ...now], x: null });
}

export function filterRuns(text: string): void {
  change({ filter: text || null });
}

export function chooseLayer(layer: string): void {
  // Positions and units are another layer's.
  if (layer !== shownLayer.peek()) change({ layer, rows: null, unit: null });
}

export function chooseOrder(order: Order): void {
  change({ order, rows: null });
}

export function chooseStatistic(show: Statistic): void {
  change({ show });
}

export function choosePicture(picture: Picture): void {
  change({ picture });
}

export function chooseAxis(axis: AxisName): void {
  change({ axis, x: null });
}

export function chooseScale(scale: Scale): void {
  change({ scale });
}

export function chooseUnit(unit: number | null): void {
  change({ unit });
}

export function toggleLock(lock: Lock): void {
  const now = chosen.peek().unlocked ?? [];
  const unlocked = now.includes(lock) ? now.filter((other) => other !== lock) : [...now, lock];
  const x = lock === "range" ? sameForAll(unlocked.includes("range")) : chosen.peek().x;
  change({ unlocked: unlocked.length ? unlocked : null, x });
}

/** Shows a part of the axis: of one run where ranges are unlocked, else of all. */
export function zoomRange(run: string, range: Span | null): void {
  const shown = shownRuns.peek();
  const x = isLocked("range") ? [range] : shown.map((other) => (other === run ? range : zoomedRange(other)));
  change({ x: x.some((one) => one !== null) ? x : null });
}

/** Shows a part of the units' positions. */
export function zoomRows(rows: Span | null): void {
  change({ rows });
}

/** Shows all again. */
export function resetZoom(): void {
  change({ x: null, rows: null });
}

export function followView(): void {
  onViewInUrl((view) => {
    chosen.value = view;
  });
  effect(() => writeView(chosen.value));
}

function sameForAll(isUnlocked: boolean): View["x"] {
  const shared = zoomedRange(shownRuns.peek()[0] ?? "");
  if (shared === null) return null;
  return isUnlocked ? shownRuns.peek().map(() => shared) : [shared];
}

function change(part: Partial<View>): void {
  // Once something is chosen, all that is shown is, so that the URL shows the same picture elsewhere.
  const now = { runs: selectedRuns.peek(), base: selectedRuns.peek()[0] ?? null, layer: shownLayer.peek() };
  chosen.value = { ...chosen.peek(), ...now, ...part };
}

/** FNV-1a. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
