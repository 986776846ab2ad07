import { readdirSync, readFileSync } from "node:fs";
import { type MinifyOptions, minify } from "terser";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The packages whose code or data ends up in the page; their licences ask to be named with it. */
const BUNDLED = ["@preact/signals-core", "d3-scale-chromatic", "lit-html"];

function licences(): Plugin {
  const root = new URL("node_modules/", import.meta.url);
  const textOf = (name: string) => {
    const folder = new URL(`${name}/`, root);
    const { version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as {
      version: string;
    };
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no licence file`);
    const text = readFileSync(new URL(file, folder), "utf8").replaceAll("\r\n", "\n");
    return `${name} ${version}\n\n${text.trim()}\n`;
  };
  return {
    name: "licences",
    generateBundle() {
      this.emitFile({
        type: "asset",
        fileName: "licences.txt",
        source: BUNDLED.map(textOf).join(`\n${"-".repeat(80)}\n\n`),
      });
    },
  };
}

/** A style sheet without what a browser has no use for. */
function compactStyle(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,>]) ?/g, "$1")
    .replaceAll(": ", ":")
    .replaceAll(";}", "}")
    .replace(/="([\w-]+)"]/g, "=$1]");
}

const BLOCK =
  "(?:details|dialog|div|dl|fieldset|form|h\\d|header|main|p|section|summary|t(?:able|body|d|h|head|r)|ul|li)";

/** The same for HTML: ends of lines with what indents the next one, and quotes around plain words. */
function compactMarkup(text: string): string {
  return text
    .replace(/\s*\n\s*>/g, ">")
    .replace(/\s*\n\s*/g, " ")
    .replace(new RegExp(` (</?${BLOCK}\\b)`, "g"), "$1")
    .replace(new RegExp(`(<${BLOCK}(?: [\\w-]+(?:="[^"<>]*")?)*>|</${BLOCK}>) `, "g"), "$1")
    .replace(/( [\w-]+)="([\w-]+)"(?=[ >])/g, "$1=$2");
}

interface Node {
  readonly type?: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Templates are text to the minifier: takes what is of no use to a browser out of them. */
function compactTemplates(): Plugin {
  const compact: Record<string, ((text: string) => string) | undefined> = {
    css: compactStyle,
    html: compactMarkup,
    svg: (text) => compactMarkup(text).replaceAll("> <", "><"),
  };
  return {
    name: "compact-templates",
    apply: "build",
    transform(code, id) {
      if (!id.includes("/src/")) return null;
      const edits: [number, number, string][] = [];
      const visit = (node: Node) => {
        if (node.type === "TaggedTemplateExpression") {
          const change = compact[(node.tag as { name?: string }).name ?? ""];
          for (const { start, end } of (node.quasi as { quasis: Node[] }).quasis) {
            if (change) edits.push([start, end, change(code.slice(start, end))]);
          }
        }
        for (const child of Object.values(node)) if (child instanceof Object) visit(child as Node);
      };
      visit(this.parse(code) as unknown as Node);
      return edits
        .sort((a, b) => b[0] - a[0])
        .reduce((text, [start, end, by]) => text.slice(0, start) + by + text.slice(end), code);
    },
  };
}

const AGAIN: MinifyOptions = { module: true, ecma: 2020, compress: { passes: 3, unsafe_arrows: true } };

/** A second minifier finds 2 % more to leave out. */
function minifyAgain(): Plugin {
  return {
    name: "minify-again",
    apply: "build",
    async generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk") file.code = (await minify(file.code, AGAIN)).code ?? file.code;
      }
    },
  };
}

// TensorBoard imports one ES module with a fixed name: everything is in it, styles included, but what is loaded on demand.
export default defineConfig({
  plugins: [licences(), compactTemplates(), minifyAgain()],
  define: { "process.env.NODE_ENV": '"production"' },
  test: { include: ["src/**/*.test.ts"] },
  build: {
    target: "es2022",
    outDir: "../tb_deadrelu_plugin/static",
    emptyOutDir: true,
    sourcemap: false,
    minify: true,
    lib: { entry: "src/index.ts", formats: ["es"], fileName: () => "index.js" },
    rollupOptions: {
      preserveEntrySignatures: "allow-extension",
      output: { minify: true, chunkFileNames: "[name].js" },
    },
  },
});
