// Holds the committed page against its source: builds it anew and compares, and weighs it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

// What an analysis tool may weigh that is opened over slow lines, too.
const MOST_BYTES = 60_000;

const committed = fileURLToPath(new URL("../../tb_deadrelu_plugin/static/", import.meta.url));
const fresh = mkdtempSync(join(tmpdir(), "page-"));
const root = fileURLToPath(new URL("..", import.meta.url));
await build({ root, logLevel: "warn", build: { outDir: fresh, emptyOutDir: true } });

const names = [...new Set([...readdirSync(fresh), ...readdirSync(committed)])];
const read = (folder, name) => (readdirSync(folder).includes(name) ? readFileSync(join(folder, name)) : null);
const differing = names.filter((name) => {
  const [a, b] = [read(fresh, name), read(committed, name)];
  return !a || !b || !a.equals(b);
});
rmSync(fresh, { recursive: true });
const sizeOf = (name) => gzipSync(readFileSync(join(committed, name)), { level: 9 }).length;
const size = sizeOf("index.js");
const later = readdirSync(committed).filter((name) => name.endsWith(".js") && name !== "index.js");
if (differing.length) console.error(`Not what the source gives; run npm run build: ${differing.join(", ")}`);
if (size > MOST_BYTES) console.error(`index.js is ${size} bytes gzipped, at most ${MOST_BYTES} are allowed`);
else
  console.log(
    `index.js: ${size} bytes gzipped`,
    ...later.map((name) => `; on demand ${name}: ${sizeOf(name)}`),
  );
process.exit(differing.length || size > MOST_BYTES ? 1 : 0);
