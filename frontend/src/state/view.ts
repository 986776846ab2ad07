import { computed, effect, signal } from "@preact/signals-core";
import type { AxisName } from "../lib/axis";
import { mergedOrder } from "../lib/partners";
import { sortedLayers } from "../wire/api";
import type { Lock, Order, Picture, Scale, Span, Statistic, View } from "./hash";
import { addressOf, onViewInUrl, writeView } from "./host";
import {
  chosen,
  chosenRuns,
  isAwaited,
  isLinked,
  layerInfo,
  MOST_RUNS,
  part,
  pickedRuns,
  runNames,
  runs,
  sickest,
  wantedRuns,
} from "./picks";
import { steadyList } from "./steady";

export { layerInfo, MOST_RUNS, runNames } from "./picks";
export { colourOf, RUN_COLOURS, shortName } from "./run-colours";

/** What is shown: what the user chose where it exists, else a sensible pick. */

/** Runs whose layer is shown side by side. */
export const MOST_COLUMNS = 4;

const [base, filter, unlocked, ranges] = [part("base"), part("filter"), part("unlocked"), part("x")];

/** The regular expression that runs are listed by, and whether it is one. */
export const runFilter = computed<{ readonly text: string; readonly pattern: RegExp | null }>(() => {
  const text = filter.value ?? "";
  try {
    return { text, pattern: new RegExp(text, "i") };
  } catch {
    return { text, pattern: null };
  }
});

/** The runs that are listed: those that match the filter, and those that are chosen. */
export const listedRuns = steadyList(() => {
  const { pattern } = runFilter.value;
  return runNames.value.filter((run) => !pattern || pattern.test(run) || selectedRuns.value.includes(run));
});

/** The chosen runs, the base first. */
export const selectedRuns = steadyList(() => {
  const all = pickedRuns.value;
  const first = base.value ?? (chosenRuns.value.length ? null : (sickest.value?.run ?? null));
  return first !== null && all.includes(first) ? [first, ...all.filter((run) => run !== first)] : all;
});

/** The runs whose layer is shown side by side. */
export const shownRuns = steadyList(() => selectedRuns.value.slice(0, MOST_COLUMNS));

/** The layers of the chosen runs, in the network's order. */
export const layerNames = steadyList(() =>
  mergedOrder(
    selectedRuns.value.map((run) => {
      const infos = runs.value[run] ?? {};
      return new Map(
        sortedLayers(infos).map((layer) => [layer, infos[layer].index ?? Number.POSITIVE_INFINITY]),
      );
    }),
  ),
);

export const shownLayer = computed<string | null>(() => {
  const { layer } = chosen.value;
  const waits = pickedRuns.value.map(isAwaited).includes(true);
  // The base gives the order of units: to draw before it is known is to draw twice.
  if (waits && !chosenRuns.value.length && base.value === null && sickest.value === null) return null;
  const names = layerNames.value;
  const wanted = [layer, sickest.value?.layer].find((one) => one && names.includes(one));
  return wanted ?? (waits ? null : (names[0] ?? null));
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
/** Whether the layer shown stands in for one that isn't there: units and their positions are that one's. */
export const standsIn = computed(() => ![null, shownLayer.value].includes(chosen.value.layer));
export const shownUnit = computed<number | null>(() => (standsIn.value ? null : chosen.value.unit));
export const zoomedRows = computed<Span | null>(() => (standsIn.value ? null : chosen.value.rows));

export function isLocked(lock: Lock): boolean {
  return !unlocked.value?.includes(lock);
}

/** The part of the axis that a run's pictures show; null is all of it. */
export function zoomedRange(run: string): Span | null {
  const x = ranges.value;
  if (isLocked("range")) return x?.[0] ?? null;
  // As they were chosen: a run that vanishes leaves the others theirs.
  return x?.[(wantedRuns.value ?? shownRuns.value).indexOf(run)] ?? null;
}

/** The first shown run that has the layer in a version that can be read. */
export const firstReadableRun = computed<string | null>(() => {
  const layer = shownLayer.value;
  if (layer === null) return null;
  return shownRuns.value.find((run) => layerInfo(run, layer)?.problem === null) ?? null;
});

/** Chooses a run, or leaves it out; the last one stays. */
export function toggleRun(run: string): void {
  const now = selectedRuns.peek();
  const next = now.includes(run) ? now.filter((other) => other !== run) : [...now, run];
  if (next.length) chooseRuns([...next, ...missingRuns()]);
}

/** Chooses these runs; nothing changes where none is there. The base stays if it is one of them. */
export function chooseRuns(names: readonly string[]): void {
  const base = selectedRuns.peek()[0];
  if (names.length) arrange(names.includes(base) ? base : names[0], names);
}

/** Pins a run as the base: it comes first and gives the order of units. */
export function chooseBase(run: string): void {
  arrange(run, [...selectedRuns.peek(), ...missingRuns()]);
}

function arrange(first: string, names: readonly string[]): void {
  const before = selectedRuns.peek();
  const after = [...new Set([first, ...names])].slice(0, MOST_RUNS);
  // Positions are in an order that these runs gave.
  const givers = shownOrder.peek() === "difference" ? 2 : 1;
  const same = before.slice(0, givers).join("\0") === after.slice(0, givers).join("\0");
  change({ runs: after, base: first, x: rangesOf(after), ...(same ? {} : { rows: null }) });
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

/** What of a unit that is chosen is to be brought into sight; null is all that is recorded of it. */
export const sought = signal<"picture" | "bias" | null>(null);

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
  const all = pinned().runs ?? shownRuns.peek();
  const x = isLocked("range") ? [range] : all.map((other) => (other === run ? range : zoomedRange(other)));
  change({ x: orNull(x) });
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
    isLinked.value = true;
  });
  effect(() => writeView(chosen.value));
}

function sameForAll(isUnlocked: boolean): View["x"] {
  const shared = zoomedRange(shownRuns.peek()[0] ?? "");
  if (shared === null) return null;
  return isUnlocked ? shownRuns.peek().map(() => shared) : [shared];
}

function orNull(x: View["x"]): View["x"] {
  return x?.some((one) => one !== null) ? x : null;
}

/** The ranges of these runs, in their order. */
function rangesOf(names: readonly string[]): View["x"] {
  return isLocked("range") ? chosen.peek().x : orNull(names.map(zoomedRange));
}

/** What was chosen and isn't there now: it may come back. */
function missingRuns(): string[] {
  return (wantedRuns.peek() ?? []).filter((run) => !runNames.peek().includes(run));
}

/** Once something is chosen, all that is shown is, so that the URL shows the same picture elsewhere. */
function pinned(): View {
  const [now, layer, shown] = [chosen.peek(), shownLayer.peek(), selectedRuns.peek()];
  if (layer === null) return now;
  const all = [...shown, ...missingRuns()].slice(0, MOST_RUNS);
  const own = { unit: shownUnit.peek(), rows: zoomedRows.peek() };
  return { ...now, ...own, runs: all, base: shown[0] ?? null, layer, x: rangesOf(all) };
}

/** Address of what is shown now. */
export function linkToView(): string {
  return addressOf(pinned());
}

function change(part: Partial<View>): void {
  chosen.value = { ...pinned(), ...part };
  isLinked.value = false;
}
