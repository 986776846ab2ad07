// Writes src/render/cividis.ts: d3-scale-chromatic's cividis as polynomials, to within 1 of 255, so that the page
// doesn't carry a colour library.
import { writeFileSync } from "node:fs";
import { interpolateCividis } from "d3-scale-chromatic";

const DEGREE = 5;
const SAMPLES = 1024;

const places = Array.from({ length: SAMPLES }, (_, i) => i / (SAMPLES - 1));
const colours = places.map((place) => interpolateCividis(place).match(/\d+/g).map(Number));
const polynomials = [0, 1, 2].map((channel) => {
  // What lies at an end of the range was cut off there.
  const points = places.map((x, i) => [x, colours[i][channel]]).filter(([, y]) => y > 0 && y < 255);
  return leastSquares(points).map((coefficient) => coefficient.toFixed(1));
});

/** Coefficients from the constant one on. */
function leastSquares(points) {
  const size = DEGREE + 1;
  const rows = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_, j) => points.reduce((sum, [x]) => sum + x ** (i + j), 0)),
    points.reduce((sum, [x, y]) => sum + y * x ** i, 0),
  ]);
  for (let i = 0; i < size; i++) {
    const pivot = rows.slice(i).reduce((a, b) => (Math.abs(b[i]) > Math.abs(a[i]) ? b : a));
    rows[rows.indexOf(pivot)] = rows[i];
    rows[i] = pivot.map((value) => value / pivot[i]);
    rows.forEach((row, k) => {
      if (k !== i) rows[k] = row.map((value, j) => value - row[i] * rows[i][j]);
    });
  }
  return rows.map((row) => row[size]);
}

writeFileSync(
  new URL("../src/render/cividis.ts", import.meta.url),
  `// Written by scripts/make-colours.mjs from d3-scale-chromatic's interpolateCividis; don't edit by hand.\n\n` +
    `/** From dark blue at 0 to yellow at 1: red, green and blue as polynomials, from the constant coefficient on. */\n` +
    `export const CIVIDIS = [\n${polynomials.map((one) => `  [${one.map(Number).join(", ")}],\n`).join("")}];\n`,
);
