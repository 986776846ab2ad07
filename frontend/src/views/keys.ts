import type { PixelBlocks } from "../lib/pixels";
import type { HeatmapImage } from "../render/heatmap-image";
import type { Cell } from "../state/cursor";
import type { Matrix } from "../wire/matrix";

const PAGE = 10;

/**
 * Where a key moves to from a cell, as a place on the image in its pixels (the middle of the cell), or null for
 * other keys. Without a cell, any of the keys starts at the first row and the newest record.
 */
export function keyMove(
  key: string,
  from: Cell | null,
  matrix: Matrix,
  image: HeatmapImage,
): [number, number] | null {
  const moves: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
    PageUp: [0, -PAGE],
    PageDown: [0, PAGE],
    Home: [-matrix.columns, 0],
    End: [matrix.columns, 0],
  };
  const move = moves[key];
  if (!move || !matrix.rows || !matrix.columns) return null;
  const column = from ? moved(from.columns, move[0], matrix.columns) : matrix.columns - 1;
  const row = from ? moved(from.rows, move[1], matrix.rows) : 0;
  return [middle(image.columns, column), middle(image.rows, row)];
}

function moved(blocks: readonly [number, number], by: number, count: number): number {
  return Math.min(Math.max((by < 0 ? blocks[0] : blocks[1]) + by, 0), count - 1);
}

function middle(blocks: PixelBlocks, block: number): number {
  const start = blocks.last.findIndex((last) => last >= block);
  let end = start;
  while (
    end + 1 < blocks.first.length &&
    blocks.first[end + 1] === blocks.first[start] &&
    !blocks.held[end + 1]
  )
    end++;
  return (start + end + 1) / 2;
}
