import { Place } from "./map/place";
import type { MapWords, Say } from "./map/words";
import { onContent } from "./shell/page";

const NEAR_BY = "200px";

const started = new WeakSet<HTMLElement>();
/** Who has opened one map of this page wants the next one too: a part of the page that is swapped brings a fresh one. */
let isWanted = false;

onContent(() => document.querySelectorAll<HTMLElement>("[data-map]").forEach(start));

/** The map itself comes when it is wanted. What needs none, such as the device's position, works before and without it. */
function start(root: HTMLElement): void {
  if (started.has(root)) return;
  started.add(root);
  const words = JSON.parse(root.dataset.words ?? "{}") as MapWords;
  const say = sayer(root);
  const place = root.dataset.map === "pick" ? new Place(root, words, say) : null;
  if (place) whenReady(() => place.start());
  const open = opener(root, words, say, place);
  const button = root.querySelector<HTMLElement>("[data-map-open]");
  button?.addEventListener("click", () => {
    isWanted = true;
    void open(true);
  });
  root.querySelector("[data-locate]")?.addEventListener("click", () => {
    isWanted = true;
    void open(false);
  });
  if (isWanted || !("WebGL2RenderingContext" in window)) void open(false);
  else if (button && (root.dataset.opens === "touch" || isSaving())) wait(root, button);
  else whenSeen(root, () => void open(false));
}

function wait(root: HTMLElement, button: HTMLElement): void {
  root.classList.add("is-waiting");
  button.hidden = false;
}

/** Opens once; after a failure of the network the button stands there again. `byHand`: the keys go on in the map. */
function opener(root: HTMLElement, words: MapWords, say: Say, place: Place | null): (byHand: boolean) => Promise<void> {
  const button = root.querySelector<HTMLElement>("[data-map-open]");
  let isOpen = false;
  return async (byHand) => {
    if (isOpen) return;
    isOpen = true;
    try {
      if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL 2");
      button?.setAttribute("aria-busy", "true");
      void place?.outlines();
      const opened = await load(root, words, say, byHand);
      if (!opened) {
        isOpen = false;
        return;
      }
      button?.remove();
      root.classList.remove("is-waiting");
      await opened.openMap(root, words, say, place);
      if (byHand) root.querySelector<HTMLElement>(".map-canvas canvas")?.focus();
    } catch (error) {
      console.warn(error);
      root.dataset.mapFailed = "";
      root.classList.remove("is-waiting");
      root.querySelectorAll(".map-canvas, [data-map-open]").forEach((part) => part.remove());
      say(words.no_webgl);
    } finally {
      button?.removeAttribute("aria-busy");
    }
  };
}

async function load(root: HTMLElement, words: MapWords, say: Say, byHand: boolean): Promise<typeof import("./map/open") | null> {
  const button = root.querySelector<HTMLElement>("[data-map-open]");
  const before = root.querySelector(".map-status")?.textContent ?? "";
  if (byHand) say(words.opening);
  try {
    await fetchParts(root.dataset.parts ?? "");
    const opened = await import("./map/open");
    if (byHand) say(before);
    return opened;
  } catch (error) {
    console.warn(error);
    say(words.not_opened, true);
    if (button) wait(root, button);
    return null;
  }
}

/** Into the browser's store, all at once. A script whose import failed is never asked for again; a fetch is. */
async function fetchParts(parts: string): Promise<void> {
  const answers = await Promise.all(parts.split(" ").filter(Boolean).map((part) => fetch(part)));
  const missing = answers.find((answer) => !answer.ok);
  if (missing) throw new Error(`${missing.url}: ${missing.status}`);
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
}

function whenSeen(root: HTMLElement, run: () => void): void {
  const watcher = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      run();
    },
    { rootMargin: NEAR_BY },
  );
  whenLoaded(() => watcher.observe(root));
}

/** After all scripts of the page have taken hold of it: others listen to what is chosen. */
function whenReady(run: () => void): void {
  const soon = (): void => void window.setTimeout(run);
  if (document.readyState === "complete") soon();
  else document.addEventListener("DOMContentLoaded", soon, { once: true });
}

/** What the page shows at first goes before the map. */
function whenLoaded(run: () => void): void {
  if (document.readyState === "complete") run();
  else window.addEventListener("load", run, { once: true });
}

function isSaving(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

function sayer(root: HTMLElement): Say {
  return (text, problem = false) => {
    const status = root.querySelector<HTMLElement>(".map-status");
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("is-problem", problem);
  };
}
