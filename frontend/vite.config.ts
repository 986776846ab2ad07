import { defineConfig } from "vitest/config";

// TensorBoard imports one ES module, so everything, styles included, goes into one file with a fixed name.
export default defineConfig({
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
