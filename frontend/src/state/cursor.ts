import { signal } from "@preact/signals-core";
import type { Distribution } from "../wire/distribution";
import type { Matrix } from "../wire/matrix";

/** The place that all pictures point at: on the axis they share, and in the heatmaps a unit. */
export interface Cursor {
  /** A step, or seconds; see lib/axis.ts. */
  readonly x: number;
  readonly unit: number | null;
}

/** The cell of one picture that the tooltip is about, and where on the screen it lies. */
export interface Cell<Source = Matrix | Distribution> {
  readonly source: Source;
  /** Blocks of the source under one pixel, both ends included. */
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
  /** Between records: the cell shows the record before. */
  readonly held: boolean;
  readonly x: number;
  readonly y: number;
}

export const cursor = signal<Cursor | null>(null);
export const cell = signal<Cell | null>(null);

export function isDistribution(source: Matrix | Distribution): source is Distribution {
  return "counts" in source;
}

export function ofMatrix(at: Cell): at is Cell<Matrix> {
  return !isDistribution(at.source);
}
