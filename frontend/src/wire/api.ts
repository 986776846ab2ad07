import type { State } from "./matrix";

/** The JSON answers of http_api.md. */

export interface LayerInfo {
  index: number | null;
  layer_type: string | null;
  activation: string | null;
  fraction: "zero_fraction" | "negative_fraction" | null;
  threshold: number | null;
  gradient_at: "pre_activation" | "gated_activation" | "as_given" | "stopped" | null;
  kernel_parameters: number | null;
  bias_parameters: number | null;
  /** Weights that are neither. */
  other_parameters: number | null;
  calls: number | null;
  upper_bound: number | null;
  description: string | null;
  last_step: number | null;
  last_wall_time: number | null;
  problem: string | null;
}

/** A layer that has weights and is not watched. */
export interface OtherLayer {
  name: string;
  layer_type: string;
  /** Empty where it has none. */
  activation: string;
  units: number | null;
  kernel_parameters: number;
  bias_parameters: number;
  other_parameters: number;
  index: number;
}

export interface Model {
  /** All weights. */
  parameters: number;
  /** In network order, at most 100. */
  other_layers: OtherLayer[];
}

export interface Layers {
  version: number;
  runs: Record<string, Record<string, LayerInfo>>;
  /** Of the runs whose writer told. */
  models?: Record<string, Model>;
}

export interface Timeline {
  run: string;
  layer: string;
  units: number;
  shown: number;
  written: number | null;
  steps: number[];
  window_start_steps: number[];
  wall_times: (number | null)[];
  samples: number[];
  screened_samples: number[];
  batches: number[];
  ordinals: number[];
  widths: number[];
  width_changed: boolean;
  states: Record<State, number[]>;
  non_finite_activations: number[];
  non_finite_gradients: number[];
  /** When units died, were active again, and were re-initialised. */
  /** How its units are at the newest record, in words. */
  facts: string[];
  /** What limits the picture. */
  notes: string[];
  marks: Record<"deaths" | "revivals" | "repairs", { steps: number[]; units: number[] }>;
  unreadable: number;
  statistics: string[];
}

export interface UnitHistory {
  run: string;
  layer: string;
  unit: number;
  steps: number[];
  samples: number[];
  screened_samples: number[];
  states: (State | "absent")[];
  zero_fraction?: (number | null)[];
  negative_fraction?: (number | null)[];
  active?: (number | null)[];
  gradient_norm?: (number | null)[];
  mean_activation?: (number | null)[];
  bias?: (number | null)[];
  last_active_step?: (number | null)[];
  samples_since_active?: (number | null)[];
  history?: { born_dead: boolean; died_at: number[]; revived_at: number[]; repaired_at: number[] };
}

export interface LayerOverview {
  index: number | null;
  layer_type: string | null;
  can_die: boolean;
  units: number;
  severity: Verdict["severity"];
  /** Step at which the first of the units that are dead was last active; null where none ever was. */
  dead_since: number | null;
  /** How many of them were never active; null where neither is known. */
  born_dead: number | null;
  /** Units per record; a state that no unit ever was in is left out. */
  states: Partial<Record<State, number[]>>;
  newest: Partial<Record<"fraction" | "gradient_norm" | "mean_activation", (number | null)[]>>;
  /** Of one layer alone, [records][quantiles]. */
  samples?: number[];
  screened_samples?: number[];
  fraction?: (number | null)[][];
  gradient_norm?: (number | null)[][];
  mean_activation?: (number | null)[][];
}

export interface Verdict {
  severity: "ok" | "watch" | "sick";
  sentence: string;
}

export interface Overview {
  run: string;
  shown: number;
  written: number | null;
  steps: number[];
  window_start_steps: number[];
  wall_times: (number | null)[];
  dead: number[];
  units: number[];
  quantiles: number[];
  layers: Record<string, LayerOverview>;
  unreadable: number;
  /** Null where there is no record. */
  verdict: Verdict | null;
}

/** Why units of a layer are dead or no use. */
export interface Finding {
  layer: string;
  cause: string;
  /** Ascending. */
  units: number[];
  /** Where its picture shows it. */
  step: number | null;
  /** Whose picture shows it: "states", "bias" or "gradient_norm". */
  statistic: string;
  evidence: string;
  advice: string;
  reference: string;
}

/** As far as the page reads it; see report_schema.md. */
export interface Report {
  run: string;
  layers: { layer: string; findings: Finding[] }[];
}

export interface WorstUnit {
  unit: number;
  state: State;
  fraction: number | null;
  gradient_norm: number | null;
  mean_activation: number | null;
  bias: number | null;
  last_active_step: number;
  samples_since_active: number;
  born_dead: boolean;
  died_at: number | null;
  revivals: number;
}

export interface WorstUnits {
  run: string;
  layer: string;
  step: number | null;
  /** Units in the layer. */
  of: number;
  units: WorstUnit[];
}

/** How many of a layer's units are not finite at its newest record. */
export function nonFinite(known: LayerOverview | null): number {
  return known?.states.non_finite?.at(-1) ?? 0;
}

/** Layers of a run in the network's order: by index, those without one last, then by name. */
export function sortedLayers(layers: Record<string, LayerInfo>): string[] {
  const place = (name: string) => layers[name].index ?? Number.POSITIVE_INFINITY;
  return Object.keys(layers).sort((a, b) => {
    const [x, y] = [place(a), place(b)];
    if (x !== y) return x - y;
    return a < b ? -1 : 1;
  });
}
