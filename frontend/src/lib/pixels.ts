/** Which blocks of a matrix fall on which device pixels of one axis. */

export interface PixelBlocks {
  /** First and last block on each pixel; -1 where there is none. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** 1 where no block lies on the pixel and the one before it is shown instead. */
  readonly held: Uint8Array;
}

/**
 * Maps blocks to pixels. Every block that lies on them gets at least one, so that none vanishes; blocks of a pixel or
 * more tile without overlap.
 *
 * @param starts Where each block starts, in pixels; ascending.
 * @param ends Where each block ends, in pixels; ascending.
 * @param pixels Number of pixels.
 */
export function pixelBlocks(starts: ArrayLike<number>, ends: ArrayLike<number>, pixels: number): PixelBlocks {
  const first = new Int32Array(pixels).fill(-1);
  const last = new Int32Array(pixels).fill(-1);
  const held = new Uint8Array(pixels);
  let before = -1;
  let after = false;
  for (let block = 0; block < starts.length && !after; block++) {
    if (starts[block] < 0 && ends[block] <= 0) {
      before = block;
      continue;
    }
    after = starts[block] >= pixels && ends[block] > pixels;
    if (after) continue;
    const start = Math.min(Math.max(Math.round(starts[block]), 0), pixels - 1);
    const end = Math.min(Math.max(Math.round(ends[block]), start + 1), pixels);
    for (let pixel = start; pixel < end; pixel++) {
      if (first[pixel] < 0) first[pixel] = block;
      last[pixel] = block;
    }
  }
  if (first[0] < 0 && before >= 0) {
    first[0] = last[0] = before;
    held[0] = 1;
  }
  for (let pixel = 1; pixel < pixels; pixel++) {
    if (first[pixel] < 0 && first[pixel - 1] >= 0) {
      first[pixel] = last[pixel] = last[pixel - 1];
      held[pixel] = 1;
    }
  }
  // After the newest record there is nothing to hold: the run may simply be shorter than the axis.
  for (let pixel = pixels - 1; !after && pixel >= 0 && held[pixel]; pixel--) {
    first[pixel] = last[pixel] = -1;
    held[pixel] = 0;
  }
  return { first, last, held };
}

/** Rows of equal height over all pixels. */
export function rowBlocks(rows: number, pixels: number): PixelBlocks {
  const edges = Float64Array.from({ length: rows + 1 }, (_, row) => row);
  return partBlocks(edges, [0, rows], pixels);
}

/** Neighbouring blocks, of which those between two places fill the pixels. */
export function partBlocks(
  edges: ArrayLike<number>,
  [low, high]: readonly [number, number],
  pixels: number,
): PixelBlocks {
  const at = mapped(edges, (edge) => ((edge - low) * pixels) / (high - low));
  return pixelBlocks(at.subarray(0, Math.max(at.length - 1, 0)), at.subarray(1), pixels);
}

/** Where on an axis each column starts and ends, given where its records do. */
export function columnSpans(
  columnStarts: ArrayLike<number>,
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
): { starts: Float64Array; ends: Float64Array } {
  const columns = Math.max(columnStarts.length - 1, 0);
  const out = { starts: new Float64Array(columns), ends: new Float64Array(columns) };
  for (let column = 0; column < columns; column++) {
    out.starts[column] = starts[columnStarts[column]];
    out.ends[column] = ends[columnStarts[column + 1] - 1];
  }
  return out;
}

/** Columns placed on the pixels of a linear axis. */
export function columnBlocks(
  spans: { starts: ArrayLike<number>; ends: ArrayLike<number> },
  toPixel: (x: number) => number,
  pixels: number,
): PixelBlocks {
  return pixelBlocks(mapped(spans.starts, toPixel), mapped(spans.ends, toPixel), pixels);
}

/** Many times as fast as Float64Array.from, and this happens in every frame of a moving view. */
function mapped(values: ArrayLike<number>, map: (value: number) => number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = map(values[i]);
  return out;
}
