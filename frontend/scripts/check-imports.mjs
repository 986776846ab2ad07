// Holds the direction of imports between the folders of src: wire, lib <- state <- render, views.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ALLOWED = {
  lib: [],
  wire: ["lib"],
  state: ["lib", "wire"],
  render: ["lib", "wire", "state"],
  views: ["lib", "wire", "state", "render"],
  ".": ["lib", "wire", "state", "render", "views"],
};
const MAX_LINES = 250;

const src = fileURLToPath(new URL("../src", import.meta.url));
const folderOf = (path) => (relative(src, path).includes(sep) ? relative(src, path).split(sep)[0] : ".");
const problems = [];
for (const entry of readdirSync(src, { recursive: true })) {
  if (!entry.endsWith(".ts")) continue;
  const path = join(src, entry);
  const text = readFileSync(path, "utf8");
  const from = folderOf(path);
  const lines = text.split("\n").length;
  if (lines > MAX_LINES && !entry.endsWith(".test.ts")) {
    problems.push(`${entry}: ${lines} lines, at most ${MAX_LINES} are allowed`);
  }
  for (const match of text.matchAll(/(?:from|import)\s+"(\.[^"]+)"/g)) {
    const to = folderOf(resolve(path, "..", match[1]));
    if (to !== from && !ALLOWED[from]?.includes(to))
      problems.push(`${entry}: ${from}/ must not import ${to}/ (${match[1]})`);
  }
}
for (const problem of problems) console.error(problem);
process.exit(problems.length ? 1 : 0);
