/** Which rows of a picture get a label where not all have room for one. */

/**
 * @param first The row that gets one in any case; below 0 for none.
 * @param every Rows that one label takes.
 */
export function labelledRows(rows: number, first: number, every: number): number[] {
  const out: number[] = [];
  for (let row = 0; row < rows; row++) {
    const near = first >= 0 && row !== first && Math.abs(row - first) < every;
    const last = out.at(-1);
    if (row === first || (!near && (last === undefined || row - last >= every))) out.push(row);
  }
  return out;
}
