import { computed } from "@preact/signals-core";
import { withColours } from "../lib/run-colours";
import { runNames } from "./picks";

/** Number of colours for runs; see views/styles.ts and render/theme.ts. */
export const RUN_COLOURS = 8;

let given: ReadonlyMap<string, number> = new Map();
const colours = computed(() => {
  given = withColours(given, runNames.value, RUN_COLOURS);
  return given;
});

/** Which of the run colours a run has: the same whatever is chosen. */
export function colourOf(run: string): number {
  return colours.value.get(run) ?? 0;
}
