import { computed } from "@preact/signals-core";
import { type RecordSpans, type Records, recordSpans, spansDomain } from "../lib/axis";
import type { Domain } from "../lib/scale";
import { overview } from "./data";
import { selectedRuns, shownAxis, zoomedRange } from "./view";

/** The axis that all pictures share: of steps, or of time. */

const known = new WeakMap<Records, Map<string, RecordSpans>>();

/** Where records lie on the chosen axis; computed once for each answer of the server. */
export function spansOf(records: Records): RecordSpans {
  const axis = shownAxis.value;
  let spans = known.get(records);
  if (!spans) {
    spans = new Map();
    known.set(records, spans);
  }
  let found = spans.get(axis);
  if (!found) {
    found = recordSpans(records, axis);
    spans.set(axis, found);
  }
  return found;
}

/** All of the axis: from the earliest window to the newest record of any chosen run. */
export const wholeDomain = computed<Domain | null>(() => {
  const answers = selectedRuns.value.map((run) => overview(run).state.value.value);
  return spansDomain(answers.filter((one) => one != null).map(spansOf));
});

/** The part of the axis that a run's pictures show. */
export function domainOf(run: string): Domain | null {
  return zoomedRange(run) ?? wholeDomain.value;
}
