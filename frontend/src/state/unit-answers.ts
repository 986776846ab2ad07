import { type RecordSpans, recordSpans } from "../lib/axis";
import { unitRecords } from "../lib/unit-records";
import type { LayerInfo, UnitHistory } from "../wire/api";
import { timeline, unit } from "./data";
import { layerInfo, shownAxis } from "./view";

/** What is known of one unit in one run. */

export interface UnitAnswer {
  readonly run: string;
  readonly info: LayerInfo;
  readonly history: UnitHistory;
  readonly spans: RecordSpans;
}

export interface UnitState {
  readonly answer: UnitAnswer | null;
  /** Why there is none, and never will be. */
  readonly lacks: string;
  readonly error: string | null;
  /** In the layer; 0 while it isn't known. */
  readonly units: number;
}

export function unitState(run: string, layer: string, index: number): UnitState {
  const state: UnitState = { answer: null, lacks: "", error: null, units: 0 };
  const info = layerInfo(run, layer);
  if (!info) return { ...state, lacks: `no layer '${layer}'` };
  if (info.problem !== null) return { ...state, lacks: info.problem };
  const { value: records, error: failed } = timeline(run, layer).state.value;
  if (!records) return { ...state, error: failed };
  const { units } = records;
  if (!records.steps.length) return { ...state, lacks: "no readable record" };
  if (index >= units) return { ...state, units, lacks: `no unit ${index}: the layer has ${units}` };
  const { value: history, error } = unit(run, layer, index).state.value;
  if (!history) return { ...state, units, error };
  const spans = recordSpans(unitRecords(history.steps, records), shownAxis.value);
  return { ...state, units, error, answer: { run, info, history, spans } };
}
