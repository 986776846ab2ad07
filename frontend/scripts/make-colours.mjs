// Writes src/render/cividis.ts: the colours the page uses of d3-scale-chromatic, as a table, so that the page
// doesn't carry a colour library. Between its colours the scale is straight, to within 1 of 255.
import { writeFileSync } from "node:fs";
import { interpolateCividis } from "d3-scale-chromatic";

const COUNT = 33;
const PER_LINE = 16;
const hex = Array.from({ length: COUNT }, (_, i) => {
  const [r, g, b] = interpolateCividis(i / (COUNT - 1))
    .match(/\d+/g)
    .map(Number);
  return [r, g, b].map((c) => c.toString(16).padStart(2, "0")).join("");
});
const lines = [];
for (let i = 0; i < COUNT; i += PER_LINE) lines.push(`  "${hex.slice(i, i + PER_LINE).join("")}",`);
writeFileSync(
  new URL("../src/render/cividis.ts", import.meta.url),
  `// Written by scripts/make-colours.mjs from d3-scale-chromatic's interpolateCividis; don't edit by hand.\n\n` +
    `const HEX = [\n${lines.join("\n")}\n].join("");\n\n` +
    `/** ${COUNT} colours from dark blue to yellow, to be interpolated: red, green and blue of each. */\n` +
    `export const CIVIDIS = Array.from({ length: ${COUNT} }, (_, i): [number, number, number] => {\n` +
    `  const channel = (c: number) => Number.parseInt(HEX.slice(6 * i + 2 * c, 6 * i + 2 * c + 2), 16);\n` +
    `  return [channel(0), channel(1), channel(2)];\n});\n`,
);
