import { defineConfig } from "vite";
import { subset } from "./islands/styles/subset.ts";

export default defineConfig({
  root: "islands",
  base: "./",
  publicDir: false,
  css: { postcss: { plugins: [subset()] } },
  worker: { format: "es" },
  build: {
    outDir: "../src/liandong/foundation/ui/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome109", "firefox115", "safari16"],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: ["shell.ts", "map.ts", "photos.ts", "styles/main.css"].map((entry) => `islands/${entry}`),
    },
  },
});
