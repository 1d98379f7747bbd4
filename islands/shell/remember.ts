import { onContent } from "./page";

/** One report that its reporter asked this device to remember. Nothing of it is sent anywhere. */
interface Remembered {
  number: string;
  grouped: string;
  kind: string;
  on: string;
  path: string;
  kept: number;
}

const KEY = "liandong:my-reports";
const KEPT_MS = 180 * 24 * 3600 * 1000;
const AT_MOST = 100;
const OF_A_RECEIPT = /^\/r\/[^/]+\/[^/]+\/$/;

function isWhole(row: unknown): row is Remembered {
  const { number, grouped, kind, on, path, kept } = (row ?? {}) as Partial<Record<keyof Remembered, unknown>>;
  const texts = [number, grouped, kind, on].every((each) => typeof each === "string");
  return texts && typeof path === "string" && OF_A_RECEIPT.test(path) && typeof kept === "number" && Date.now() - kept < KEPT_MS;
}

/** The newest first; without those whose time is over. */
function remembered(): Remembered[] {
  try {
    const rows: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(rows) ? rows.filter(isWhole) : [];
  } catch {
    return [];
  }
}

/** False where the browser keeps nothing. */
function put(rows: Remembered[]): boolean {
  try {
    if (rows.length > 0) localStorage.setItem(KEY, JSON.stringify(rows.slice(0, AT_MOST)));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

function without(path: string): Remembered[] {
  return remembered().filter((row) => row.path !== path);
}

/** The box on the page of a receipt. */
export function showBoxes(): void {
  onContent(() => document.querySelectorAll<HTMLElement>("[data-remember]").forEach(showBox));
}

function showBox(root: HTMLElement): void {
  const box = root.querySelector<HTMLInputElement>("input");
  if (!box || root.dataset.ready) return;
  root.dataset.ready = "1";
  const { number = "", grouped = "", kind = "", on = "", path = "" } = root.dataset;
  box.checked = remembered().some((row) => row.path === path);
  box.addEventListener("change", () => {
    const others = without(path);
    const rows = box.checked ? [{ number, grouped, kind, on, path, kept: Date.now() }, ...others] : others;
    if (!put(rows)) box.checked = false;
  });
}

/** 我的上报 on home and status. */
export function showList(): void {
  put(remembered());
  onContent(() => document.querySelectorAll<HTMLElement>("[data-my-reports]").forEach(fillList));
  window.addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) document.querySelectorAll<HTMLElement>("[data-my-reports]").forEach(draw);
  });
}

function fillList(root: HTMLElement): void {
  if (root.dataset.ready) return;
  root.dataset.ready = "1";
  root.querySelector("[data-remove-all]")?.addEventListener("click", () => {
    put([]);
    draw(root);
    document.getElementById("main")?.focus();
  });
  draw(root);
}

function draw(root: HTMLElement): void {
  const rows = remembered();
  root.hidden = rows.length === 0;
  root.querySelector("ul")?.replaceChildren(...rows.map((row) => drawn(root, row)));
}

function drawn(root: HTMLElement, row: Remembered): Node {
  const item = root.querySelector("template")!.content.firstElementChild!.cloneNode(true) as HTMLElement;
  const [kind, detail] = item.querySelectorAll("span");
  item.querySelector("a")!.href = row.path;
  kind!.textContent = row.kind;
  detail!.textContent = `${row.grouped} · ${row.on}`;
  const button = item.querySelector("button")!;
  button.setAttribute("aria-label", `${button.textContent} ${row.grouped}`);
  button.addEventListener("click", () => {
    put(without(row.path));
    draw(root);
    (root.hidden ? document.getElementById("main") : root.querySelector<HTMLElement>("h2"))?.focus();
  });
  return item;
}
