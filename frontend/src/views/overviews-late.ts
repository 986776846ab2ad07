import type { TemplateResult } from "lit/html.js";
import { isAwaited } from "../state/picks";
import { selectedRuns } from "../state/view";
import { lateOf } from "./late";

/** Says that the chosen runs' overviews are on their way, and how many are there. */
export function overviewsLate(what: string): TemplateResult {
  const { length } = selectedRuns.value;
  return lateOf(what, length - selectedRuns.value.filter(isAwaited).length, length, "runs");
}
