/** Order of a table's rows by one column. */

/** Null for what has no value. */
export type SortKey = number | string | null;
export type Direction = "ascending" | "descending";

const TEXT = new Intl.Collator("en", { numeric: true });

/**
 * The rows by a key of theirs: rows of equal keys stay in the order they came in, and rows without a key, or with NaN,
 * come last in either direction. Numbers come before text.
 */
export function sortedBy<T>(rows: readonly T[], key: (row: T) => SortKey, direction: Direction): T[] {
  const sign = direction === "ascending" ? 1 : -1;
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  keyed.sort((a, b) => {
    const [x, y] = [a.key, b.key];
    if (isMissing(x) || isMissing(y)) return Number(isMissing(x)) - Number(isMissing(y));
    return sign * compare(x, y);
  });
  return keyed.map(({ row }) => row);
}

function isMissing(key: SortKey): key is null {
  return key === null || Number.isNaN(key);
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "string") return typeof b === "string" ? TEXT.compare(a, b) : 1;
  if (typeof b === "string") return -1;
  // A difference would be NaN for two infinities.
  return Number(a > b) - Number(a < b);
}
