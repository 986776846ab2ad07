import type { Domain } from "./scale";

/** Parts of an axis: zooming about a place, panning, dragging, and which part is worth fetching. */

/** The span within the whole and at least `least` wide: moved rather than cut where that is enough. */
export function fitted(span: Domain, whole: Domain, least: number): Domain {
  const [low, high] = span;
  const room = whole[1] - whole[0];
  const width = Math.max(high - low, least);
  if (!(width < room)) return whole;
  if (width === high - low && low >= whole[0] && high <= whole[1]) return span;
  const wanted = low - (width - (high - low)) / 2;
  const first = Math.min(Math.max(wanted, whole[0]), whole[1] - width);
  return [first, Math.min(first + width, whole[1])];
}

/** Zooms so that `about` stays where it is; a factor below 1 narrows. */
export function zoomedAbout(
  [low, high]: Domain,
  whole: Domain,
  factor: number,
  about: number,
  least: number,
): Domain {
  const by = Math.max(factor, least / (high - low));
  return fitted([about - (about - low) * by, about + (high - about) * by], whole, least * (1 - 1e-9));
}

export function panned([low, high]: Domain, whole: Domain, by: number): Domain {
  return fitted([low + by, high + by], whole, 0);
}

/** The same for whole positions of `count`: a row is shown or it is not. */
export function rowsAbout([low, high]: Domain, count: number, factor: number, about: number): Domain {
  const size = Math.min(Math.max(Math.round((high - low) * factor), 1), count);
  const first = Math.round(about - ((about - low) / (high - low)) * size);
  return wholeRows([first, first + size], count);
}

/** Whole positions that a span touches, at least one, of `count`; moved rather than cut. */
export function wholeRows([low, high]: Domain, count: number): Domain {
  const [first, end] = [Math.floor(low + 1e-9), Math.ceil(high - 1e-9)];
  return fitted([first, Math.max(end, first + 1)], [0, count], 1);
}

/** Which part of a length two places on it mark, as shares; null where they are too close to mean one. */
export function dragged(from: number, to: number, length: number, least: number): Domain | null {
  if (Math.abs(to - from) < least || !(length > 0)) return null;
  const share = (place: number) => Math.min(Math.max(place / length, 0), 1);
  const [low, high] = [share(Math.min(from, to)), share(Math.max(from, to))];
  return low < high ? [low, high] : null;
}

/** The place that is some share of the way through a span. */
export function placeAt([low, high]: Domain, share: number): number {
  return low + share * (high - low);
}

/** The same span to a small part of its width, so that it can be read, and within the whole. */
export function legible([low, high]: Domain, whole: Domain): Domain {
  const unit = 10 ** (Math.floor(Math.log10(high - low)) - 4);
  const round = (x: number) => Number((Math.round(x / unit) * unit).toPrecision(15));
  // The width by itself: it must not change as one pans.
  const first = round(low);
  return [Math.max(first, whole[0]), Math.min(round(first + round(high - low)), whole[1])];
}

/** A part of `count` neighbours, and in how many blocks it comes. */
export interface Part {
  readonly range: Domain;
  readonly blocks: number;
}

/**
 * The part that is worth fetching when some neighbours are shown: more on both sides, and on a grid of powers of two,
 * so that a little panning or zooming needs no other one. Its blocks are as fine as the screen wherever it is shown.
 */
export function partAround([low, high]: Domain, count: number, pixels: number): Part {
  const grid = 2 ** Math.max(0, Math.floor(Math.log2((high - low) / 4)));
  const first = Math.max(0, (Math.floor(low / grid) - 1) * grid);
  const end = Math.min(count, (Math.ceil(high / grid) + 1) * grid);
  return { range: [first, end], blocks: Math.ceil((end - first) / grid) * Math.ceil(pixels / 4) };
}
