import { batch, effect } from "@preact/signals-core";
import type { RecordSpans } from "../lib/axis";
import type { Domain } from "../lib/scale";
import { fitted, legible, panned, placeAt, rowsAbout, wholeRows, zoomedAbout } from "../lib/zoom";
import { domainOf, spansOf, wholeDomain } from "./axis";
import { columnOf, columns, panelTimeline } from "./panels";
import { resting, rowsOf } from "./sources";
import {
  isLocked,
  shownAxis,
  shownPicture,
  shownRuns,
  zoomedRange,
  zoomedRows,
  zoomRange,
  zoomRows,
} from "./view";

/** Narrowing what is shown of the axis and of the units. Functions return whether anything changed. */

const REST_MS = 180;
/** A narrower part is nothing but one record with parts of its neighbours. */
const LEAST_SHARE = 1e-6;
/** What is shown of the axis on either side of a step. */
const AROUND = 0.1;

/** Calls attention to what moves, until it rests. Returns what ends that. */
export function followZoom(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let before = "";
  const stop = effect(() => {
    const now = JSON.stringify([shownRuns.value.map(zoomedRange), zoomedRows.value]);
    if (before && now !== before) {
      resting.value = false;
      clearTimeout(timer);
      timer = setTimeout(() => {
        resting.value = true;
      }, REST_MS);
    }
    before = now;
  });
  return () => {
    stop();
    clearTimeout(timer);
    resting.value = true;
  };
}

const leasts = new WeakMap<RecordSpans, number>();

/** The width of the shortest record's window. */
function leastOf(spans: RecordSpans): number {
  let least = leasts.get(spans);
  if (least === undefined) {
    least = Number.POSITIVE_INFINITY;
    spans.ends.forEach((end, i) => {
      const width = end - spans.starts[i];
      if (width > 0 && least !== undefined && width < least) least = width;
    });
    leasts.set(spans, least);
  }
  return least;
}

/** The narrowest part that a run's pictures can show. */
function leastWidth(run: string, whole: Domain): number {
  const known = panelTimeline(columnOf(run).of)?.state.peek().value;
  const least = known ? leastOf(spansOf(known)) : Number.POSITIVE_INFINITY;
  const room = whole[1] - whole[0];
  return Number.isFinite(least) ? Math.max(least, room * LEAST_SHARE) : room * LEAST_SHARE;
}

/** Shows a part of the axis. */
export function showRange(run: string, wanted: Domain): boolean {
  const [whole, before] = [wholeDomain.peek(), domainOf(run)];
  if (!whole || !before) return false;
  const next = legible(fitted(wanted, whole, leastWidth(run, whole)), whole);
  const isWhole = next[0] <= whole[0] && next[1] >= whole[1];
  if (next[0] === before[0] && next[1] === before[1]) return false;
  zoomRange(run, isWhole ? null : next);
  return true;
}

/** Shows what is around a step, where the axis is of steps. */
export function showAround(run: string, step: number): void {
  const whole = wholeDomain.peek();
  if (!whole || shownAxis.peek() !== "step") return;
  const by = AROUND * (whole[1] - whole[0]);
  showRange(run, [step - by, step + by]);
}

/** Zooms the axis about a share of the picture's width; a factor below 1 narrows. */
export function zoomAxis(run: string, factor: number, share = 0.5): boolean {
  const [whole, now] = [wholeDomain.peek(), domainOf(run)];
  if (!whole || !now) return false;
  return showRange(run, zoomedAbout(now, whole, factor, placeAt(now, share), leastWidth(run, whole)));
}

/** Pans by a share of what is shown. */
export function panAxis(run: string, share: number): boolean {
  const [whole, now] = [wholeDomain.peek(), domainOf(run)];
  return !!whole && !!now && showRange(run, panned(now, whole, share * (now[1] - now[0])));
}

/** Units of the picture's layer, or 0 where its rows are not units. */
export function unitsOf(run: string): number {
  if (shownPicture.peek() === "distribution") return 0;
  return panelTimeline(columnOf(run).of)?.state.peek().value?.units ?? 0;
}

/** Shows a part of the positions of a layer with so many units. */
export function showRows(units: number, wanted: Domain): boolean {
  if (!units) return false;
  const [before, [low, high]] = [rowsOf(units), wholeRows(wanted, units)];
  if (low === before[0] && high === before[1]) return false;
  zoomRows(high - low >= units ? null : [low, high]);
  return true;
}

export function zoomUnits(run: string, factor: number, share = 0.5): boolean {
  const units = unitsOf(run);
  const now = rowsOf(units);
  return showRows(units, rowsAbout(now, units, factor, placeAt(now, share)));
}

/** Pans by a share of the units that are shown. Returns the share that is left: units are shown whole. */
export function panUnits(run: string, share: number): number {
  const units = unitsOf(run);
  if (!units) return 0;
  const now = rowsOf(units);
  const size = now[1] - now[0];
  const by = Math.trunc(share * size);
  showRows(units, panned(now, [0, units], by));
  return share - by / size;
}

/** Pans by a share of the units that are shown, and by at least one. */
export function stepUnits(run: string, share: number): void {
  const [low, high] = rowsOf(unitsOf(run));
  panUnits(run, Math.sign(share) * Math.max(Math.abs(share), (1 + 1e-9) / (high - low)));
}

/** Shows what was dragged over, given in shares of the picture's width and height; null is all that is shown. */
export function narrow(run: string, across: Domain | null, down: Domain | null): void {
  const [domain, units] = [domainOf(run), unitsOf(run)];
  batch(() => {
    if (across && domain) showRange(run, [placeAt(domain, across[0]), placeAt(domain, across[1])]);
    if (!down || !units) return;
    const rows = rowsOf(units);
    showRows(units, [placeAt(rows, down[0]), placeAt(rows, down[1])]);
  });
}

/** Applies to every range there is: one where all runs share theirs. */
export function forEachRange(change: (run: string) => void): void {
  const runs = columns.peek().map(({ run }) => run);
  batch(() => {
    for (const run of isLocked("range") ? runs.slice(0, 1) : runs) change(run);
  });
}
