import { globSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { access, readFile, rename, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { subset } from "./islands/styles/subset.ts";

const KEPT_MS = 7 * 24 * 3600 * 1000;
/** From here on the last step of quality costs seconds and gains a hundredth. */
const LARGE_BYTES = 256 * 1024;
const PACKED = /\.(?:br|gz)$/;
/** Where markup comes from; `launch/assets.py` watches the same files. */
const MARKUP = ["src/liandong/**/templates/**/*.html", "src/liandong/foundation/ui/**/*.py", "src/liandong/contexts/console/rows.py", "islands/**/*.ts"];
const STYLES = ["islands/**/*.css"];

/** Files of earlier builds go after a week: a server that was started on them keeps serving its pages. */
function prune(): Plugin {
  return {
    name: "liandong-prune",
    writeBundle({ dir }, bundle) {
      for (const file of readdirSync(`${dir}/assets`)) {
        const path = `${dir}/assets/${file}`;
        if (!bundle[`assets/${file.replace(PACKED, "")}`] && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
      }
    },
  };
}

/** A `.br` and a `.gz` beside each file, for the server to choose from. A name stands for its content: what is there
 *  already is right. */
function compress(): Plugin {
  return {
    name: "liandong-compress",
    async writeBundle({ dir }, bundle) {
      const files = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
      await Promise.all(files.map((name) => pack(`${dir}/${name}`)));
    },
  };
}

async function pack(path: string): Promise<void> {
  const content = await readFile(path);
  const quality = content.length > LARGE_BYTES ? 10 : 11;
  const most = { params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
  await Promise.all([
    leave(`${path}.br`, () => promisify(brotliCompress)(content, most)),
    leave(`${path}.gz`, () => promisify(gzip)(content, { level: 9 })),
  ]);
}

/** Whole or not at all: a build may be ended at any moment. */
async function leave(path: string, make: () => Promise<Buffer>): Promise<void> {
  if (await access(path).then(() => true, () => false)) return;
  await writeFile(`${path}.new`, await make());
  await rename(`${path}.new`, path);
}

function texts(patterns: string[]): string[] {
  return globSync(patterns).map((path) => readFileSync(path, "utf8"));
}

export default defineConfig({
  root: "islands",
  base: "./",
  publicDir: false,
  css: { postcss: { plugins: [subset(texts(MARKUP), texts(STYLES))] } },
  plugins: [prune(), compress()],
  build: {
    outDir: "../src/liandong/foundation/ui/static/built",
    emptyOutDir: false,
    manifest: "manifest.json",
    target: ["chrome109", "firefox115", "safari16"],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: ["shell.ts", "map.ts", "square.ts", "photos.ts", "palette.ts", "bpmn.ts", "busy.ts", "receipt.ts", "mine.ts", "styles/main.css"].map((entry) => `islands/${entry}`),
    },
  },
});
