import { signal } from "@preact/signals-core";
import { own } from "../lib/own";
import { type DeadShares, deadShares } from "../lib/shares";
import type { LayerOverview, Overview } from "../wire/api";

/** What the strips of the overview show, and the place on them that is pointed at. */

const known = new WeakMap<LayerOverview, DeadShares>();

/** A layer over a run's records; "immortal" where its units can't die, null where there is no overview of it. */
export function stripRow(run: Overview | null, layer: string): DeadShares | "immortal" | null {
  const found = own(run?.layers, layer);
  if (!run || !found) return null;
  if (!found.can_die) return "immortal";
  let shares = known.get(found);
  if (!shares) {
    shares = deadShares(found.states, run.steps.length);
    known.set(found, shares);
  }
  return shares;
}

export interface StripPoint {
  readonly run: string;
  readonly layer: string;
  /** The records under one pixel, both included; null where there is none. */
  readonly records: readonly [number, number] | null;
  /** Between records: the one before is shown. */
  readonly held: boolean;
  /** On the screen. */
  readonly x: number;
  readonly y: number;
}

export const stripPoint = signal<StripPoint | null>(null);
