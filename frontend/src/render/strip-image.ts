import type { RecordSpans } from "../lib/axis";
import { columnBlocks, type PixelBlocks } from "../lib/pixels";
import { type Domain, toPixel } from "../lib/scale";
import type { DeadShares } from "../lib/shares";
import { SICK_SHARE } from "../lib/words";
import { cividis, mix, word } from "./ink";
import { isBackHatch, isDot, isHatch } from "./raster";
import { THEMES, type Theme } from "./theme";

/** A run's layers x records, the colour being the dead share. Rows of one height, in device pixels. */

/** How a layer is drawn: by its shares, or as one that can't die, or null as one that the run lacks. */
export type StripRow = DeadShares | "immortal" | null;

export interface StripInk {
  /** Colours of shares, by `shareLevel`. */
  readonly colours: Uint32Array;
  /** The same where the record before is shown. */
  readonly held: Uint32Array;
  readonly hatch: number;
  readonly absent: number;
  readonly absentDot: number;
  readonly unknown: number;
  readonly unknownDot: number;
  readonly immortal: number;
  readonly immortalLine: number;
}

/** One dead unit of thousands has to be told from none, by lightness: the scale begins that far up. */
const LEAST_PLACE = 0.25;
const LAST_LEVEL = 255;
/** Rows lower than this have no gap below them, in units of the mark. */
const LEAST_WITH_GAP = 6;

/** Where a dead share lies on the colour scale, 0 to 1: a fourth root, so that small shares differ from each other. */
export function sharePlace(share: number): number {
  return share > 0 ? LEAST_PLACE + (1 - LEAST_PLACE) * Math.min(share, 1) ** 0.25 : 0;
}

function shareLevel(share: number): number {
  return Math.round(sharePlace(share) * LAST_LEVEL);
}

export function makeStripInk(name: Theme): StripInk {
  const theme = THEMES[name];
  const colours = new Uint32Array(LAST_LEVEL + 1);
  const held = new Uint32Array(LAST_LEVEL + 1);
  for (let level = 0; level <= LAST_LEVEL; level++) {
    const rgb = cividis(level / LAST_LEVEL);
    colours[level] = word(rgb);
    held[level] = word(mix(rgb, theme.surface));
  }
  return {
    colours,
    held,
    hatch: word(theme.dead),
    absent: word(theme.absent),
    absentDot: word(theme.absentDot),
    unknown: word(theme.invalid),
    unknownDot: word(theme.invalidDot),
    immortal: word(theme.absent),
    immortalLine: word(theme.absentDot),
  };
}

/** Which records lie on which pixel. */
export function stripColumns(spans: RecordSpans, domain: Domain, width: number): PixelBlocks {
  return columnBlocks(spans, (at) => toPixel(at, domain, width), width);
}

/**
 * Every pixel shows the largest share of the records on it, so that none with a dead unit vanishes.
 *
 * @param rowHeight Of one row with the gap below it.
 * @param mark Size of the hatch's line.
 */
export function paintStrip(
  out: Uint32Array,
  width: number,
  rowHeight: number,
  rows: readonly StripRow[],
  { first, last, held }: PixelBlocks,
  ink: StripInk,
  mark: number,
): void {
  const gap = rowHeight >= LEAST_WITH_GAP * mark ? mark : 0;
  const shares = new Float64Array(width);
  const unknown = new Uint8Array(width);
  rows.forEach((row, index) => {
    const known = typeof row === "string" ? null : row;
    if (known) reduce(known, first, last, shares, unknown);
    const top = index * rowHeight;
    for (let y = top; y < top + rowHeight - gap; y++) {
      for (let x = 0; x < width; x++) {
        const share = known ? shares[x] : Number.NaN;
        let colour: number;
        if (row === "immortal" && first[x] >= 0) {
          colour = isBackHatch(x, y, mark) ? ink.immortalLine : ink.immortal;
        } else if (Number.isNaN(share)) {
          colour = isDot(x, y, 5 * mark, mark / 2) ? ink.absentDot : ink.absent;
        } else if (unknown[x]) {
          colour = isDot(x, y, 2 * mark, mark) ? ink.unknownDot : ink.unknown;
        } else if (share >= SICK_SHARE && isHatch(x, y, mark)) {
          colour = ink.hatch;
        } else {
          colour = (held[x] ? ink.held : ink.colours)[shareLevel(share)];
        }
        out[y * width + x] = colour;
      }
    }
  });
}

function reduce(
  known: DeadShares,
  first: Int32Array,
  last: Int32Array,
  shares: Float64Array,
  unknown: Uint8Array,
): void {
  for (let x = 0; x < shares.length; x++) {
    let most = Number.NaN;
    let odd = 0;
    for (let i = first[x]; i >= 0 && i <= last[x]; i++) {
      const share = known.shares[i];
      if (Number.isNaN(most) || share > most) most = share;
      odd |= known.unknown[i];
    }
    shares[x] = most;
    unknown[x] = most > 0 ? 0 : odd;
  }
}

/** Draws on a canvas whose size is in device pixels already, `rowHeight` being so too. */
export function drawStrip(
  canvas: HTMLCanvasElement,
  rows: readonly StripRow[],
  columns: PixelBlocks,
  rowHeight: number,
  ink: StripInk,
  mark: number,
): void {
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || !width || !height) return;
  const image = context.createImageData(width, height);
  paintStrip(new Uint32Array(image.data.buffer), width, rowHeight, rows, columns, ink, mark);
  context.putImageData(image, 0, 0);
}
