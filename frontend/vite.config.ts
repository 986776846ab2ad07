import { readdirSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The packages whose code or data ends up in the page; their licences ask to be named with it. */
const BUNDLED = [
  "@lit/reactive-element",
  "@preact/signals-core",
  "d3-scale-chromatic",
  "lit",
  "lit-element",
  "lit-html",
];

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

/** Templates are text to the minifier: takes what is of no use to a browser out of them. */
function compactTemplates(): Plugin {
  const style = (text: string) =>
    text
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/\s+/g, " ")
      .replace(/ ?([{};,>]) ?/g, "$1")
      .replaceAll(": ", ":")
      .replaceAll(";}", "}");
  // White space around blocks is seen no more than quotes around plain words.
  const block =
    "(?:article|details|dl|div|fieldset|header|main|ol|p|section|summary|table|tbody|thead|tr|ul)";
  const marked = (text: string) =>
    text
      .replace(new RegExp(`\\n(</${block}>)`, "g"), "$1")
      .replace(new RegExp(`(<${block}(?: [\\w-]+(?:="[^"<>]*")?)*>)\\n`, "g"), "$1")
      .replace(/(<[a-z][^<>]*)/g, (tag) => tag.replace(/([ \n][\w-]+)="([\w-]+)"(?=\s|$)/g, "$1=$2"));
  return {
    name: "compact-templates",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("/src/")) return null;
      const styled = code.replace(/\bcss`([^`]*)`/g, (_, text) => `css\`${style(text)}\``);
      // Only there is indentation seen.
      return code.includes("<pre") ? styled : marked(styled.replace(/\n\s+/g, "\n"));
    },
    // What minifiers tell each other.
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk") file.code = file.code.replaceAll("/* @__PURE__ */ ", "");
      }
    },
  };
}

// TensorBoard imports one ES module, so everything, styles included, goes into one file with a fixed name.
export default defineConfig({
  plugins: [licences(), compactTemplates()],
  define: { "process.env.NODE_ENV": '"production"' },
  test: { include: ["src/**/*.test.ts"] },
  build: {
    target: "es2022",
    outDir: "../tb_deadrelu_plugin/static",
    emptyOutDir: true,
    sourcemap: false,
    minify: true,
    lib: { entry: "src/index.ts", formats: ["es"], fileName: () => "index.js" },
    rollupOptions: { output: { codeSplitting: false, minify: true } },
  },
});
