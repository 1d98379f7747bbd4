import "maplibre-gl/dist/maplibre-gl.css";
import type { MapWords } from "./map/words";
import { onContent } from "./shell/page";

const started = new WeakSet<HTMLElement>();

/** A map is an extra: whatever goes wrong here, a sentence says so and the page keeps working without it. */
async function start(root: HTMLElement): Promise<void> {
  if (started.has(root)) return;
  started.add(root);
  const words = JSON.parse(root.dataset.words ?? "{}") as MapWords;
  try {
    if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL 2");
    const { openMap } = await import("./map/open");
    await openMap(root, words);
  } catch (error) {
    console.warn(error);
    root.dataset.mapFailed = "";
    root.querySelectorAll(".map-canvas, .map-tools").forEach((part) => part.remove());
    const status = root.querySelector(".map-status");
    if (status) status.textContent = words.no_webgl;
  }
}

onContent(() => document.querySelectorAll<HTMLElement>("[data-map]").forEach((root) => void start(root)));
