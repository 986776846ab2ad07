import { computed, effect, signal } from "@preact/signals-core";
import { type LayerInfo, sortedLayers } from "../wire/api";
import { layers } from "./data";
import { MAX_RUNS, type Order, type Selection } from "./hash";
import { onSelectionInUrl, readSelection, writeSelection } from "./host";

/** Which runs, layer and order are shown: what the user chose where it exists, else a sensible pick. */

const chosen = signal<Selection>(readSelection());

/** Set by the scan for a layer worth looking at; see scan.ts. */
export const suggestedLayer = signal<string | null>(null);

/** The run that has the most dead units there: as the base of comparison it gives the order that shows them. */
export const suggestedBase = signal<string | null>(null);

const runs = computed(() => layers().state.value.value?.runs ?? {});

export const runNames = computed(() =>
  Object.keys(runs.value).sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
);

export const shownRuns = computed<readonly string[]>(() => {
  const wanted = chosen.value.runs?.filter((run) => run in runs.value);
  if (wanted?.length) return wanted;
  const picked = runNames.value.slice(0, MAX_RUNS);
  const base = picked.find((run) => run === suggestedBase.value);
  return base === undefined ? picked : [base, ...picked.filter((run) => run !== base)];
});

/** The layers of the shown runs, in the first run's order; those it lacks come last. */
export const layerNames = computed<readonly string[]>(() => {
  const names = shownRuns.value.flatMap((run) => sortedLayers(runs.value[run] ?? {}));
  return [...new Set(names)];
});

export const shownLayer = computed<string | null>(() => {
  for (const name of [chosen.value.layer, suggestedLayer.value]) {
    if (name !== null && layerNames.value.includes(name)) return name;
  }
  return null;
});

export const shownOrder = computed<Order>(() => chosen.value.order ?? "death");

export function layerInfo(run: string, layer: string): LayerInfo | null {
  return runs.value[run]?.[layer] ?? null;
}

/** The first shown run that has the layer in a version that can be read. */
export const firstReadableRun = computed<string | null>(() => {
  const layer = shownLayer.value;
  if (layer === null) return null;
  return shownRuns.value.find((run) => layerInfo(run, layer)?.problem === null) ?? null;
});

/** Shows or hides a run; a third one takes the place of the second, so that the base of comparison stays. */
export function toggleRun(run: string): void {
  const shown = shownRuns.peek();
  if (!shown.includes(run)) change({ runs: [...shown.slice(0, MAX_RUNS - 1), run] });
  else if (shown.length > 1) change({ runs: shown.filter((other) => other !== run) });
}

export function swapRuns(): void {
  change({ runs: [...shownRuns.peek()].reverse() });
}

export function chooseLayer(layer: string): void {
  change({ layer });
}

export function chooseOrder(order: Order): void {
  change({ order });
}

export function followSelection(): void {
  onSelectionInUrl((selection) => {
    chosen.value = selection;
  });
  effect(() => writeSelection(chosen.value));
}

function change(part: Partial<Selection>): void {
  // Once something is chosen, all that is shown is, so that the URL shows the same picture elsewhere.
  chosen.value = {
    runs: shownRuns.peek(),
    layer: shownLayer.peek(),
    order: chosen.peek().order,
    ...part,
  };
}
