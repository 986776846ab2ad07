// Written by scripts/make-colours.mjs from d3-scale-chromatic's interpolateCividis; don't edit by hand.

/** From dark blue at 0 to yellow at 1: red, green and blue as polynomials, from the constant coefficient on. */
export const CIVIDIS = [
  [-4.6, -34.8, 2380, -6400.7, 7024.1, -2710.8],
  [32.5, 170.9, 51.9, -128.9, 173.5, -66],
  [81.2, 442.3, -2476.7, 6142.2, -6579.8, 2459.9],
];
