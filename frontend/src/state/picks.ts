import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import { own } from "../lib/own";
import type { LayerInfo } from "../wire/api";
import { layers, overview } from "./data";
import type { View } from "./hash";
import { readView } from "./host";
import { steadyList } from "./steady";

/** What there is to show, what the user chose of it, and what is picked where nobody chose. */

/** Runs that are chosen where nobody chose: more would be too small to compare. */
const RUNS_AT_FIRST = 4;
/** Runs that can be chosen: each has its overview in memory. */
export const MOST_RUNS = 50;

/** What the user chose. */
export const chosen = signal<View>(readView());
/** Whether that is as a link has it. */
export const isLinked = signal(true);

/** One part of it, which the others' changes leave alone. */
export function part<K extends keyof View>(key: K): ReadonlySignal<View[K]> {
  return computed(() => chosen.value[key]);
}

/** The layers of each run. */
export const runs = computed(() => layers().state.value.value?.runs ?? {});

const collator = new Intl.Collator("en", { numeric: true });

export const runNames = steadyList(() =>
  // By characters where numbers are equal, as 0.1 and 0.01 are here: the order must not be that of loading.
  Object.keys(runs.value).sort((a, b) => collator.compare(a, b) || (a < b ? -1 : 1)),
);

export function layerInfo(run: string, layer: string): LayerInfo | null {
  return own(own(runs.value, run), layer);
}

/** As chosen, there or not. */
export const wantedRuns = part("runs");

/** The chosen runs that exist. */
export const chosenRuns = steadyList(() =>
  (wantedRuns.value ?? []).filter((run) => own(runs.value, run) !== null).slice(0, MOST_RUNS),
);

// What was picked stays while it exists: what comes later must not change the picture that is looked at.
let picked: readonly string[] = [];
let suggested: { readonly layer: string; readonly run: string; readonly share: number } | null = null;

/** The chosen runs, or else the first ones. */
export const pickedRuns = steadyList(() => {
  if (chosenRuns.value.length) return chosenRuns.value;
  const kept = picked.filter((run) => own(runs.value, run) !== null);
  picked = [...new Set([...kept, ...runNames.value])].slice(0, RUNS_AT_FIRST);
  return picked;
});

/** Where nobody chose: the layer with the largest share of dead units in any chosen run, and that run. */
export const sickest = computed(() => {
  const all = pickedRuns.value;
  const isThere = suggested && all.includes(suggested.run) && layerInfo(suggested.run, suggested.layer);
  const kept = isThere ? suggested : null;
  // Where nothing was dead yet, what dies first is shown. All are asked for before any is waited for.
  if (kept?.share || all.map(isAwaited).includes(true)) return kept;
  let most = -1;
  for (const run of all) {
    const layers = overview(run).state.value.value?.layers ?? {};
    for (const [layer, { states, units }] of Object.entries(layers)) {
      const share = (states.dead?.at(-1) ?? 0) / (units || 1);
      if (share <= most || !layerInfo(run, layer)) continue;
      most = share;
      suggested = { layer, run, share };
    }
  }
  return most < 0 ? null : suggested;
});

/** Whether a run's overview is still on its way for the first time. */
export function isAwaited(run: string): boolean {
  const { value, error } = overview(run).state.value;
  return !value && !error;
}
