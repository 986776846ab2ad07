import { computed, type ReadonlySignal } from "@preact/signals-core";

/** A computed list that stays the same object while its entries do, so that nothing is drawn anew without need. */
export function steadyList(compute: () => readonly string[]): ReadonlySignal<readonly string[]> {
  let last: readonly string[] = [];
  return computed(() => {
    const next = compute();
    const same = next.length === last.length && next.every((entry, i) => entry === last[i]);
    if (!same) last = next;
    return last;
  });
}
