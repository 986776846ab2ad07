import { batch } from "@preact/signals-core";
import type { PixelBlocks } from "../lib/pixels";
import type { HeatmapImage } from "../render/heatmap-image";
import type { Cell } from "../state/cursor";
import { resetZoom } from "../state/view";
import { panAxis, stepUnits, zoomAxis, zoomUnits } from "../state/zooming";

/** What a picture of units does when it has the focus, and with the pointer on it. */
export const HEATMAP_KEYS: readonly { readonly keys: string; readonly meaning: string }[] = [
  { keys: "← → ↑ ↓", meaning: "go through records and units" },
  { keys: "Page Up, Page Down", meaning: "ten units back or on" },
  { keys: "Home, End", meaning: "first or newest record in sight" },
  { keys: "Enter, or a click", meaning: "open the unit" },
  { keys: "Escape", meaning: "leave the cell" },
  { keys: "+ −", meaning: "zoom the axis" },
  { keys: "a d, or Shift + ← →", meaning: "pan along the axis" },
  { keys: "] [", meaning: "fewer or more units" },
  { keys: "w s, or Shift + ↑ ↓", meaning: "pan through the units" },
  { keys: "0, or a double click", meaning: "show all again" },
  { keys: "drag", meaning: "narrow to what is dragged over" },
  { keys: "Shift + drag, or the middle button", meaning: "pan" },
  { keys: "Ctrl + wheel, or the wheel while focused", meaning: "zoom the axis about the pointer" },
  { keys: "Alt + wheel", meaning: "zoom the units about the pointer" },
  { keys: "Shift + wheel while focused", meaning: "pan along the axis" },
];

export const ZOOM_STEP = 2;
const PAN_STEP = 0.25;
const PAGE = 10;

const ZOOMS: Record<string, (run: string) => unknown> = {
  "+": (run) => zoomAxis(run, 1 / ZOOM_STEP),
  "=": (run) => zoomAxis(run, 1 / ZOOM_STEP),
  "-": (run) => zoomAxis(run, ZOOM_STEP),
  _: (run) => zoomAxis(run, ZOOM_STEP),
  a: (run) => panAxis(run, -PAN_STEP),
  d: (run) => panAxis(run, PAN_STEP),
  ShiftArrowLeft: (run) => panAxis(run, -PAN_STEP),
  ShiftArrowRight: (run) => panAxis(run, PAN_STEP),
  "]": (run) => zoomUnits(run, 1 / ZOOM_STEP),
  "}": (run) => zoomUnits(run, 1 / ZOOM_STEP),
  "[": (run) => zoomUnits(run, ZOOM_STEP),
  "{": (run) => zoomUnits(run, ZOOM_STEP),
  w: (run) => stepUnits(run, -PAN_STEP),
  s: (run) => stepUnits(run, PAN_STEP),
  ShiftArrowUp: (run) => stepUnits(run, -PAN_STEP),
  ShiftArrowDown: (run) => stepUnits(run, PAN_STEP),
  "0": resetZoom,
};

/** Zooms or pans as a key says; false for other keys. */
export function zoomByKey({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent, run: string): boolean {
  const zoom = ZOOMS[shiftKey && key.startsWith("Arrow") ? `Shift${key}` : key];
  if (!zoom || ctrlKey || altKey || metaKey) return false;
  batch(() => zoom(run));
  return true;
}

/**
 * Where a key moves to from a cell, as a place on the image in its pixels (the middle of the cell), or null for
 * other keys. Without a cell, any of the keys starts at the first row and the newest record in sight.
 */
export function keyMove(
  key: string,
  from: Pick<Cell, "rows" | "columns"> | null,
  image: HeatmapImage,
): [number, number] | null {
  const moves: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
    PageUp: [0, -PAGE],
    PageDown: [0, PAGE],
    Home: [Number.NEGATIVE_INFINITY, 0],
    End: [Number.POSITIVE_INFINITY, 0],
  };
  const move = moves[key];
  const [across, down] = [inSight(image.columns), inSight(image.rows)];
  if (!move || !across || !down) return null;
  const column = from ? moved(from.columns, move[0], across) : across[1];
  const row = from ? moved(from.rows, move[1], down) : down[0];
  return [middle(image.columns, column), middle(image.rows, row)];
}

/** The first and the last block on the image; null where there is none. */
function inSight({ first, last }: PixelBlocks): [number, number] | null {
  const start = first.find((block) => block >= 0);
  return start === undefined ? null : [start, last.reduce((a, b) => Math.max(a, b))];
}

function moved(
  blocks: readonly [number, number],
  by: number,
  [first, last]: readonly [number, number],
): number {
  return Math.min(Math.max((by < 0 ? blocks[0] : blocks[1]) + by, first), last);
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
