import type { RecordSpans } from "../lib/axis";
import { columnBlocks, type PixelBlocks } from "../lib/pixels";
import { type Domain, toPixel } from "../lib/scale";
import { type DeadShares, worstRecord } from "../lib/shares";
import { SICK_SHARE } from "../lib/words";
import { mix, word } from "./ink";
import { cividis } from "./palettes";
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

/** One line of a row: its colours, and where a pattern lies over them. */
interface Line {
  readonly colours: Uint32Array;
  readonly patterns: Uint8Array;
}

const PLAIN = 0;
const SICK = 1;
const ABSENT = 2;
const UNKNOWN = 3;
const IMMORTAL = 4;

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
  columns: PixelBlocks,
  ink: StripInk,
  mark: number,
): void {
  const gap = rowHeight >= LEAST_WITH_GAP * mark ? mark : 0;
  const line = { colours: new Uint32Array(width), patterns: new Uint8Array(width) };
  rows.forEach((row, index) => {
    const top = index * rowHeight;
    fillLine(line, row, columns, ink);
    const plain = line.patterns.every((pattern) => pattern === PLAIN);
    for (let y = top; y < top + rowHeight - gap; y++) {
      const pixels = out.subarray(y * width, (y + 1) * width);
      pixels.set(line.colours);
      if (!plain) overlay(pixels, y, line.patterns, ink, mark);
    }
  });
}

function fillLine({ colours, patterns }: Line, row: StripRow, columns: PixelBlocks, ink: StripInk): void {
  const { first, last, held } = columns;
  for (let x = 0; x < colours.length; x++) {
    if (x > 0 && first[x] === first[x - 1] && last[x] === last[x - 1] && held[x] === held[x - 1]) {
      colours[x] = colours[x - 1];
      patterns[x] = patterns[x - 1];
      continue;
    }
    colours[x] = ink.absent;
    patterns[x] = ABSENT;
    if (row === null || first[x] < 0) continue;
    if (row === "immortal") {
      colours[x] = ink.immortal;
      patterns[x] = IMMORTAL;
      continue;
    }
    const share = row.shares[worstRecord(row, first[x], last[x])];
    if (Number.isNaN(share)) continue;
    if (share === 0 && row.unknown.subarray(first[x], last[x] + 1).includes(1)) {
      colours[x] = ink.unknown;
      patterns[x] = UNKNOWN;
    } else {
      colours[x] = (held[x] ? ink.held : ink.colours)[shareLevel(share)];
      patterns[x] = share >= SICK_SHARE ? SICK : PLAIN;
    }
  }
}

function overlay(pixels: Uint32Array, y: number, patterns: Uint8Array, ink: StripInk, mark: number): void {
  for (let x = 0; x < pixels.length; x++) {
    switch (patterns[x]) {
      case SICK:
        if (isHatch(x, y, mark)) pixels[x] = ink.hatch;
        break;
      case ABSENT:
        if (isDot(x, y, 5 * mark, mark / 2)) pixels[x] = ink.absentDot;
        break;
      case UNKNOWN:
        if (isDot(x, y, 2 * mark, mark)) pixels[x] = ink.unknownDot;
        break;
      case IMMORTAL:
        if (isBackHatch(x, y, mark)) pixels[x] = ink.immortalLine;
        break;
    }
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
