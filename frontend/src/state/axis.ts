import { computed } from "@preact/signals-core";
import { type RecordSpans, type Records, recordSpans, spansDomain } from "../lib/axis";
import type { Domain } from "../lib/scale";
import { overview, timeline } from "./data";
import { layerInfo, selectedRuns, shownAxis, shownLayer, zoomedRange } from "./view";

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
export const wholeDomain = computed<Domain | null>(() =>
  spansDomain(
    selectedRuns.value
      .map(recordsOf)
      .filter((one) => one !== null)
      .map(spansOf),
  ),
);

/** A run's records: those of its overview, or where it has none, as with summary ops, those of the shown layer. */
function recordsOf(run: string): Records | null {
  const whole = overview(run).state.value.value;
  const layer = shownLayer.value;
  if (!whole || whole.steps.length || layer === null) return whole;
  return layerInfo(run, layer)?.problem === null ? timeline(run, layer).state.value.value : null;
}

/** The part of the axis that a run's pictures show. */
export function domainOf(run: string): Domain | null {
  const [zoomed, whole] = [zoomedRange(run), wholeDomain.value];
  if (!zoomed || !whole) return whole;
  if (zoomed[0] >= whole[0] && zoomed[1] <= whole[1]) return zoomed;
  const within: Domain = [Math.max(zoomed[0], whole[0]), Math.min(zoomed[1], whole[1])];
  // A link may name a part where these runs have nothing.
  return within[0] < within[1] ? within : whole;
}
