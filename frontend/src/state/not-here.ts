import { computed } from "@preact/signals-core";
import { chosen, isAwaited, isLinked, pickedRuns, runNames, wantedRuns } from "./picks";
import { standsIn } from "./view";

/** What a link names that isn't here, until something else is chosen; empty while not all is known. */
export const notHere = computed(() => {
  if (!isLinked.value || !runNames.value.length || pickedRuns.value.map(isAwaited).includes(true)) return "";
  const runs = (wantedRuns.value ?? []).filter((run) => !runNames.value.includes(run));
  const all = [
    ...(standsIn.value ? [`layer '${chosen.value.layer}'`] : []),
    ...runs.map((run) => `run '${run}'`),
  ];
  return all.length
    ? `This link names ${all.join(", ")}, which ${all.length > 1 ? "aren't" : "isn't"} here.`
    : "";
});
