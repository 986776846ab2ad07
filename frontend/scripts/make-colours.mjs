// Writes src/render/cividis.ts: the colours the page uses of d3-scale-chromatic, as a table, so that the page
// doesn't carry a colour library.
import { writeFileSync } from "node:fs";
import { interpolateCividis } from "d3-scale-chromatic";

const COUNT = 256;
const hex = Array.from({ length: COUNT }, (_, i) => {
  const [r, g, b] = interpolateCividis(i / (COUNT - 1))
    .match(/\d+/g)
    .map(Number);
  return [r, g, b].map((c) => c.toString(16).padStart(2, "0")).join("");
});
const lines = [];
for (let i = 0; i < COUNT; i += 16) lines.push(`  "${hex.slice(i, i + 16).join("")}",`);
writeFileSync(
  new URL("../src/render/cividis.ts", import.meta.url),
  `// Written by scripts/make-colours.mjs from d3-scale-chromatic's interpolateCividis; don't edit by hand.\n\n` +
    `const HEX = [\n${lines.join("\n")}\n].join("");\n\n` +
    `/** ${COUNT} colours from dark blue to yellow, red, green and blue of each in turn. */\n` +
    `export const CIVIDIS: Uint8Array = Uint8Array.from({ length: ${COUNT * 3} }, (_, i) =>\n` +
    `  Number.parseInt(HEX.slice(2 * i, 2 * i + 2), 16),\n);\n`,
);
