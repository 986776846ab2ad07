/** What the colours of a picture stand for. */

export type ColourScale =
  /** From 0 to 1. */
  | { readonly kind: "fraction" }
  | {
      readonly kind: "log";
      readonly low: number;
      readonly high: number;
      /** Whether some values lie below `low` and get its colour. */
      readonly clipped: boolean;
    }
  /** From 0. */
  | { readonly kind: "linear"; readonly high: number }
  /** From -most to most; `decades` where that is of powers of ten. */
  | { readonly kind: "difference"; readonly most: number; readonly decades: boolean }
  /** Numbers of units, on a log scale from 1. */
  | { readonly kind: "count"; readonly most: number }
  | { readonly kind: "state" };

/** Where a value lies on its colour scale, 0 to 1; what lies beyond the ends is at them. */
export function placeOf(scale: ColourScale, value: number): number {
  return Math.min(Math.max(unbounded(scale, value), 0), 1);
}

function unbounded(scale: ColourScale, value: number): number {
  switch (scale.kind) {
    case "fraction":
    case "state":
      return value;
    case "log":
      return value > 0 ? Math.log(value / scale.low) / Math.log(scale.high / scale.low) : 0;
    case "linear":
      return value / scale.high;
    case "difference":
      return 0.5 + value / (2 * scale.most);
    case "count":
      return scale.most > 1 ? Math.log(value) / Math.log(scale.most) : 1;
  }
}

/** The inverse of `placeOf`, within the ends. */
export function valueAt(scale: ColourScale, place: number): number {
  switch (scale.kind) {
    case "fraction":
    case "state":
      return place;
    case "log":
      return scale.low * (scale.high / scale.low) ** place;
    case "linear":
      return place * scale.high;
    case "difference":
      return (place - 0.5) * 2 * scale.most;
    case "count":
      return scale.most ** place;
  }
}

/** The smallest round number, 1, 2 or 5 times a power of ten, that is no less than the value. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const times = [1, 2, 5, 10].find((m) => m * power >= value * (1 - 1e-3)) ?? 10;
  return Number((times * power).toPrecision(3));
}
