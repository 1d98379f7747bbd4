import { readdirSync, rmSync, statSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";
import { subset } from "./islands/styles/subset.ts";

const KEPT_MS = 7 * 24 * 3600 * 1000;

/** Files of earlier builds go after a week: a server that was started on them keeps serving its pages. */
function prune(): Plugin {
  return {
    name: "liandong-prune",
    writeBundle({ dir }, bundle) {
      for (const file of readdirSync(`${dir}/assets`)) {
        const path = `${dir}/assets/${file}`;
        if (!bundle[`assets/${file}`] && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
      }
    },
  };
}

export default defineConfig({
  root: "islands",
  base: "./",
  publicDir: false,
  css: { postcss: { plugins: [subset()] } },
  plugins: [prune()],
  worker: { format: "es" },
  build: {
    outDir: "../src/liandong/foundation/ui/static/built",
    emptyOutDir: false,
    manifest: "manifest.json",
    target: ["chrome109", "firefox115", "safari16"],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: ["shell.ts", "map.ts", "photos.ts", "bpmn.ts", "busy.ts", "styles/main.css"].map((entry) => `islands/${entry}`),
    },
  },
});
