import { batch, effect, untracked } from "@preact/signals-core";
import { generation, timeline } from "./data";
import { panelsReady } from "./panels";
import { layerInfo, layerNames, shownLayer, shownRuns, suggestedBase, suggestedLayer } from "./selection";

/** Looks through the layers of the shown runs: for the one with the largest dead share, and for the counts in the list. */

const MOST_LAYERS = 100;
const GIVE_UP_MS = 500;

let latest = 0;

export function followScan(): void {
  effect(() => {
    void generation.value;
    const runs = shownRuns.value;
    const names = layerNames.value;
    untracked(() => void scan(runs, names));
  });
}

async function scan(runs: readonly string[], names: readonly string[]): Promise<void> {
  const scanId = ++latest;
  if (!names.length) return;
  const suggest = (name: string) => {
    const current = suggestedLayer.peek();
    if (scanId !== latest || (current !== null && names.includes(current))) return;
    const dead = runs.map((run) => deadAtEnd(run, name) ?? 0);
    batch(() => {
      suggestedLayer.value = name;
      suggestedBase.value = runs[dead.indexOf(Math.max(...dead))];
    });
  };
  const looked = names.slice(0, MOST_LAYERS);
  const sickest = () => looked.reduce((a, b) => (deadShare(runs, b) > deadShare(runs, a) ? b : a));
  const timer = setTimeout(() => suggest(sickest()), GIVE_UP_MS);
  for (const name of looked) {
    for (const run of runs) {
      if (layerInfo(run, name)?.problem !== null) continue;
      if (shownLayer.peek() !== null) await ready();
      if (scanId !== latest) break;
      await timeline(run, name).settled();
      if (scanId !== latest) break;
    }
    if (scanId !== latest) break;
  }
  clearTimeout(timer);
  suggest(sickest());
}

/** The largest share of dead units that a layer has in any of the runs, as far as known. */
function deadShare(runs: readonly string[], layer: string): number {
  const shares = runs.map((run) => {
    const dead = deadAtEnd(run, layer);
    return dead === null ? 0 : dead / (timeline(run, layer).state.value.value?.widths.at(-1) ?? 1);
  });
  return Math.max(0, ...shares);
}

/** The picture comes before the counts in the list. */
function ready(): Promise<void> {
  return new Promise((resolve) => {
    const stop = panelsReady.subscribe((isReady) => {
      if (!isReady) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

/** Dead units at the newest record; null where that isn't known (yet). */
export function deadAtEnd(run: string, layer: string): number | null {
  if (layerInfo(run, layer)?.problem !== null) return null;
  return timeline(run, layer).state.value.value?.states.dead.at(-1) ?? null;
}
