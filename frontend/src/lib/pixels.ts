/** Which blocks of a matrix fall on which device pixels of one axis. */

export interface PixelBlocks {
  /** First and last block on each pixel; -1 where there is none. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** 1 where no block lies on the pixel and the one before it is shown instead. */
  readonly held: Uint8Array;
}

/**
 * Maps blocks to pixels. Every block gets at least one pixel, so that none vanishes; blocks of a pixel or more
 * tile without overlap.
 *
 * @param starts Where each block starts, in pixels; ascending.
 * @param ends Where each block ends, in pixels; ascending.
 * @param pixels Number of pixels.
 */
export function pixelBlocks(starts: ArrayLike<number>, ends: ArrayLike<number>, pixels: number): PixelBlocks {
  const first = new Int32Array(pixels).fill(-1);
  const last = new Int32Array(pixels).fill(-1);
  const held = new Uint8Array(pixels);
  for (let block = 0; block < starts.length; block++) {
    const start = Math.min(Math.max(Math.round(starts[block]), 0), pixels - 1);
    const end = Math.min(Math.max(Math.round(ends[block]), start + 1), pixels);
    for (let pixel = start; pixel < end; pixel++) {
      if (first[pixel] < 0) first[pixel] = block;
      last[pixel] = block;
    }
  }
  for (let pixel = 1; pixel < pixels; pixel++) {
    if (first[pixel] < 0 && first[pixel - 1] >= 0) {
      first[pixel] = last[pixel] = last[pixel - 1];
      held[pixel] = 1;
    }
  }
  // After the newest record there is nothing to hold: the run may simply be shorter than the axis.
  for (let pixel = pixels - 1; pixel >= 0 && held[pixel]; pixel--) {
    first[pixel] = last[pixel] = -1;
    held[pixel] = 0;
  }
  return { first, last, held };
}

/** Rows of equal height over all pixels. */
export function rowBlocks(rows: number, pixels: number): PixelBlocks {
  const edge = (row: number) => (row * pixels) / rows;
  const indices = Array.from({ length: rows }, (_, row) => row);
  return pixelBlocks(
    indices.map(edge),
    indices.map((row) => edge(row + 1)),
    pixels,
  );
}

/** Where on the step axis each column of a matrix starts and ends. */
export function columnSteps(
  columnStarts: ArrayLike<number>,
  steps: ArrayLike<number>,
  windowStartSteps: ArrayLike<number>,
): { starts: Float64Array; ends: Float64Array } {
  const columns = Math.max(columnStarts.length - 1, 0);
  const starts = new Float64Array(columns);
  const ends = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    starts[column] = windowStartSteps[columnStarts[column]];
    ends[column] = steps[columnStarts[column + 1] - 1];
  }
  return { starts, ends };
}

/** Columns placed on the pixels of a linear step axis. */
export function columnBlocks(
  spans: { starts: ArrayLike<number>; ends: ArrayLike<number> },
  toPixel: (step: number) => number,
  pixels: number,
): PixelBlocks {
  const place = (steps: ArrayLike<number>) => Array.from(steps, toPixel);
  return pixelBlocks(place(spans.starts), place(spans.ends), pixels);
}
