/** Moves through rows and columns by the keyboard. */

const PAGE = 10;

export type Place = readonly [row: number, column: number];

/** Where a key leads to from a place; null for keys that lead nowhere. */
export function keyPlace(key: string, [row, column]: Place, rows: number, columns: number): Place | null {
  const moves: Record<string, Place> = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    PageUp: [row - PAGE, column],
    PageDown: [row + PAGE, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [row, 0],
    End: [row, columns - 1],
  };
  if (!Object.hasOwn(moves, key) || !rows || !columns) return null;
  const [r, c] = moves[key];
  return [within(r, rows), within(c, columns)];
}

function within(index: number, count: number): number {
  return Math.min(Math.max(index, 0), count - 1);
}
