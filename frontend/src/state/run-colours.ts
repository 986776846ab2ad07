import { computed } from "@preact/signals-core";
import { distinct, withColours } from "../lib/run-colours";
import { shortNames } from "../lib/run-names";
import { runNames } from "./picks";
import { selectedRuns, shownRuns } from "./view";

/** Number of colours for runs; see views/styles.ts and render/theme.ts. */
export const RUN_COLOURS = 8;

let given: ReadonlyMap<string, number> = new Map();
const colours = computed(() => {
  given = withColours(given, runNames.value, RUN_COLOURS);
  // In an order that doesn't change with the base.
  const shown = runNames.value.filter((run) => shownRuns.value.includes(run));
  return distinct(given, [...new Set([...shown, ...selectedRuns.value])], RUN_COLOURS);
});

const short = computed(() => shortNames(runNames.value));

/** What to call a run where there is little room. */
export function shortName(run: string): string {
  return short.value.get(run) ?? run;
}

/** Which of the run colours a run has: the same whatever is chosen, as long as there are colours. */
export function colourOf(run: string): number {
  return colours.value.get(run) ?? 0;
}
