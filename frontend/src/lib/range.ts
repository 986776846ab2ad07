/** The range of a log colour scale: whole decades around the values. */

export interface LogRange {
  readonly low: number;
  readonly high: number;
  /** Whether some values lie below `low` and get its colour. */
  readonly clipped: boolean;
}

const MOST_DECADES = 12;

/**
 * @param extents For each run its smallest typical, its smallest and its largest positive value.
 */
export function logRange(
  extents: readonly { typical: number; low: number; high: number }[],
): LogRange | null {
  if (!extents.length) return null;
  const high = Math.max(...extents.map((e) => e.high));
  const typical = Math.min(...extents.map((e) => e.typical));
  const lowest = Math.min(...extents.map((e) => e.low));
  const top = Math.ceil(Math.log10(high) - 1e-3);
  const bottom = Math.max(Math.floor(Math.log10(typical) + 1e-3), top - MOST_DECADES);
  const low = 10 ** Math.min(bottom, top - 1);
  return { low, high: 10 ** top, clipped: lowest < low };
}
