import { rowOfBin } from "../lib/bins";
import { isDistribution } from "../state/cursor";
import type { Distribution } from "../wire/distribution";
import { ABSENT, type Matrix } from "../wire/matrix";
import { RANKS, ranksOf } from "../wire/ranks";
import type { Cells } from "./raster";

/** What is painted of an answer of the server; computed once for each. */

/** The values with the states' marks on them, the states themselves, or values alone. */
export type Drawn = "values" | "states" | "differences";

const known = new WeakMap<Matrix | Distribution, Map<Drawn, Cells>>();

export function cellsOf(source: Matrix | Distribution, drawn: Drawn): Cells {
  const made = known.get(source) ?? new Map<Drawn, Cells>();
  known.set(source, made);
  let cells = made.get(drawn);
  if (!cells) {
    cells = isDistribution(source) ? countCells(source) : matrixCells(source, drawn);
    made.set(drawn, cells);
  }
  return cells;
}

function matrixCells(matrix: Matrix, drawn: Drawn): Cells {
  const { states, columns } = matrix;
  if (drawn === "states") return { ranks: Uint16Array.from(states, (state) => state + 1), states, columns };
  const ranks = ranksOf(matrix);
  if (drawn === "values") return { ranks, states, columns };
  // The states are those of the one run, and a dead unit of it need not differ from the other run's.
  return { ranks, states: Int8Array.from(ranks, (rank) => (rank === 0 ? ABSENT : 0)), columns };
}

/**
 * The largest values come first, for on the screen they are at the top. Rows: room above, the bins from the last to the
 * second, room below them, and the first bin; see lib/bins.ts. A rank is one more than the number of units.
 */
function countCells({ counts, bins, columns }: Distribution): Cells {
  const ranks = new Uint16Array((bins + 2) * columns).fill(1);
  for (let bin = 0; bin < bins; bin++) {
    const row = rowOfBin(bin, bins);
    for (let column = 0; column < columns; column++) {
      ranks[row * columns + column] = Math.min(counts[bin * columns + column] + 1, RANKS - 1);
    }
  }
  return { ranks, states: new Int8Array(ranks.length), columns };
}
