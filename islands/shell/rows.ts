import { onContent } from "./page";

const INTERACTIVE = "a, button, input, select, textarea, label, summary, [contenteditable]";

export function watchRows(): void {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("change", onChange);
  document.addEventListener("focusin", (event) => {
    const row = (event.target as Element).closest?.<HTMLElement>("table[data-rows] tbody tr");
    if (row) mark(row);
  });
  onContent(() => {
    document.querySelectorAll<HTMLElement>("table[data-rows] tbody tr:not([tabindex])").forEach((row) => (row.tabIndex = -1));
    showSelection();
  });
}

function isTyping(target: EventTarget | null): boolean {
  const field = target as HTMLElement | null;
  return Boolean(field?.matches?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]"));
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape" && (event.target as HTMLElement).matches("[data-search]")) (event.target as HTMLElement).blur();
    return;
  }
  const act = KEYS[event.key];
  if (act?.(event.target as HTMLElement)) event.preventDefault();
}

/** Each answers whether it did something. */
const KEYS: Record<string, (target: HTMLElement) => boolean> = {
  j: () => step(1),
  k: () => step(-1),
  x: () => toggle(),
  b: () => {
    const field = document.querySelector<HTMLElement>("[data-bulk]:not([hidden]) select");
    field?.focus();
    return Boolean(field?.offsetParent);
  },
  Enter: (target) => !target.matches(INTERACTIVE) && open(current()),
  Escape: () => clear(),
  "/": () => {
    const search = document.querySelector<HTMLInputElement>("[data-search]");
    search?.focus();
    search?.select();
    return Boolean(search);
  },
  "?": () => {
    const help = document.querySelector<HTMLDialogElement>("#keys");
    help?.showModal();
    return Boolean(help);
  },
};

function rows(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>("table[data-rows] tbody tr")).filter((row) => row.offsetParent !== null);
}

let lastId = "";
let lastIndex = -1;

function current(): HTMLElement | null {
  return document.querySelector<HTMLElement>("table[data-rows] tbody tr.is-current");
}

function mark(row: HTMLElement): void {
  current()?.classList.remove("is-current");
  row.classList.add("is-current");
  lastId = row.dataset.id ?? "";
  lastIndex = rows().indexOf(row);
}

/** After a swap the row is found again by its id, or else by its place. */
function step(by: number): boolean {
  const all = rows();
  if (all.length === 0) return false;
  const here = current();
  let index = here ? all.indexOf(here) : all.findIndex((row) => lastId !== "" && row.dataset.id === lastId);
  if (!here && index < 0 && lastIndex >= 0) index = Math.min(lastIndex, all.length) - by;
  const next = all[Math.max(0, Math.min(all.length - 1, index < 0 ? 0 : index + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return true;
}

function open(row: HTMLElement | null): boolean {
  const url = row?.dataset.href;
  if (url) location.assign(url);
  return Boolean(url);
}

function box(row: HTMLElement | null): HTMLInputElement | null {
  return row?.querySelector<HTMLInputElement>("input[data-select]") ?? null;
}

function toggle(): boolean {
  const checkbox = box(current());
  checkbox?.click();
  return Boolean(checkbox);
}

function clear(): boolean {
  const checked = document.querySelectorAll<HTMLInputElement>("input[data-select]:checked");
  checked.forEach((each) => (each.checked = false));
  showSelection();
  return checked.length > 0;
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  const row = target.closest<HTMLElement>("table[data-rows] tr[data-href]");
  if (!row || target.closest(INTERACTIVE) || window.getSelection()?.toString()) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else open(row);
}

function onChange(event: Event): void {
  const field = event.target as HTMLInputElement;
  if (field.matches("[data-select-all]")) {
    for (const row of rows()) {
      const checkbox = box(row);
      if (checkbox && !checkbox.disabled) checkbox.checked = field.checked;
    }
  } else if (!field.matches("input[data-select]")) return;
  showSelection();
}

function showSelection(): void {
  const boxes = Array.from(document.querySelectorAll<HTMLInputElement>("input[data-select]"));
  const count = boxes.filter((each) => each.checked).length;
  for (const each of boxes) each.closest("tr")?.classList.toggle("is-selected", each.checked);
  for (const bar of document.querySelectorAll<HTMLElement>("[data-bulk]")) {
    bar.hidden = count === 0;
    bar.querySelectorAll("[data-bulk-count]").forEach((place) => (place.textContent = String(count)));
  }
  const all = document.querySelector<HTMLInputElement>("[data-select-all]");
  if (all) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
}
