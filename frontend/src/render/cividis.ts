// Written by scripts/make-colours.mjs from d3-scale-chromatic's interpolateCividis; don't edit by hand.

const HEX = [
  "00205100265d012b6508316911366c1c3c6e26426e31476e3c4d6e47536d51586e5a5e6e62646f6a6a70727071797673",
  "7f7c758682768c8877938e789a9478a19b78a9a177b2a874bbaf71c5b66dcebd68d8c462e2cb5cebd355f3da4ffae249",
  "fdea45",
].join("");

/** 33 colours from dark blue to yellow, to be interpolated: red, green and blue of each. */
export const CIVIDIS = Array.from({ length: 33 }, (_, i): [number, number, number] => {
  const channel = (c: number) => Number.parseInt(HEX.slice(6 * i + 2 * c, 6 * i + 2 * c + 2), 16);
  return [channel(0), channel(1), channel(2)];
});
