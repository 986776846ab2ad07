import { computed } from "@preact/signals-core";
import { type ColourScale, roundUp } from "../lib/colour-scale";
import { logRange } from "../lib/range";
import type { Domain } from "../lib/scale";
import { decodeTable } from "../wire/codes";
import { type Matrix, positiveExtent } from "../wire/matrix";
import { isDistribution } from "./cursor";
import { columns } from "./panels";
import { coarseSource } from "./sources";
import { isLocked, shownPicture, shownScale, shownStatistic } from "./view";

/** What the colours of the pictures stand for: the same in all of them, unless that is unlocked. */

/** Where differences are small, what there is must not fill the scale; where some are huge, the others be seen. */
const [LEAST_DECADES, MOST_DECADES] = [1, 6];
const FEW = 0.01;
const SIGN_BIT = 0x8000;

/** Whether pictures may differ in what their colours stand for, so that each needs a legend of its own. */
export function hasOwnScale(): boolean {
  const fixed = shownStatistic.value === "fraction" || shownStatistic.value === "state";
  return !isLocked("colour") && (shownPicture.value !== "units" || !fixed);
}

// Not computed anew while a view moves.
const sharedScale = computed(() => scaleFor(columns.value.map(({ run }) => run)));

/** The scale of a column's picture; null before it is known. */
export function scaleOf(run: string): ColourScale | null {
  return hasOwnScale() ? scaleFor([run]) : sharedScale.value;
}

function scaleFor(runs: readonly string[]): ColourScale | null {
  const sources = runs.flatMap((run) => coarseSource(run)?.state.value.value ?? []);
  if (!sources.length) return null;
  if (shownPicture.value === "distribution") {
    return { kind: "count", most: Math.max(1, ...sources.map(({ units }) => units)) };
  }
  const matrices = sources.filter((source): source is Matrix => !isDistribution(source));
  const shown = shownStatistic.value;
  if (shown === "state") return { kind: "state" };
  if (shownPicture.value === "difference") return differenceScale(matrices, shown !== "fraction");
  return shown === "fraction" ? { kind: "fraction" } : valueScale(matrices);
}

function valueScale(matrices: readonly Matrix[]): ColourScale | null {
  const values = decodeTable("log16");
  const extents = matrices.flatMap((matrix) => {
    const extent = matrix.code === "log16" ? positiveExtent(matrix) : null;
    return extent
      ? [{ typical: values[extent.typical], low: values[extent.low], high: values[extent.high] }]
      : [];
  });
  if (shownScale.value === "linear") {
    return { kind: "linear", high: roundUp(Math.max(Number.MIN_VALUE, ...extents.map(({ high }) => high))) };
  }
  const range = logRange(extents);
  return range ? { kind: "log", ...range } : { kind: "log", low: 0.1, high: 1, clipped: false };
}

const typical = new WeakMap<Matrix, number>();

function differenceScale(matrices: readonly Matrix[], decades: boolean): ColourScale {
  if (!decades) return { kind: "difference", decades, most: 1 };
  const most = matrices.map((matrix) => {
    const found = typical.get(matrix) ?? typicalDifference(matrix);
    typical.set(matrix, found);
    return found;
  });
  const high = Math.ceil(Math.max(0, ...most) - 1e-3);
  return { kind: "difference", decades, most: Math.min(Math.max(high, LEAST_DECADES), MOST_DECADES) };
}

/** The distance from 0 that all but a few of the finite differences keep within: the others would wash them out. */
function typicalDifference({ minimum, maximum }: Matrix): number {
  const values = decodeTable("signed_log16");
  const counts = new Uint32Array(SIGN_BIT);
  for (const codes of [minimum, maximum]) for (const code of codes) counts[code & ~SIGN_BIT]++;
  let beyond =
    counts.reduce((sum, count, code) => sum + (code && Number.isFinite(values[code]) ? count : 0), 0) * FEW;
  for (let code = SIGN_BIT - 1; code > 0; code--) {
    if (!Number.isFinite(values[code])) continue;
    beyond -= counts[code];
    if (beyond < 0) return values[code];
  }
  return 0;
}

/** The positive values that the distributions of all columns span; null where they are of fractions. */
export function valueRange(): Domain | null {
  if (shownStatistic.value === "fraction") return null;
  const known = columns.value
    .flatMap(({ run }) => coarseSource(run)?.state.value.value ?? [])
    .filter(isDistribution);
  const low = Math.min(...known.map(({ edges }) => edges[1]));
  const high = Math.max(...known.map(({ edges, bins }) => edges[bins]));
  return low < high ? [low, high] : null;
}
