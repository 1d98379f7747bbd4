export {};

/** The map of the square: beside the list on a wide screen, where the browser remembers that it was hidden, and a drawer
 *  on a small one. And what is loading says so. */

const WIDE = window.matchMedia("(min-width: 70rem)");
const COOKIE = "liandong_map";
const A_YEAR_S = 365 * 24 * 3600;

let opener: HTMLElement | null = null;

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const button = target.closest<HTMLElement>("[data-map-toggle]");
  const split = button && document.querySelector<HTMLElement>(button.dataset.mapToggle ?? "");
  if (split) toggle(split, button);
  const link = target.closest<HTMLAnchorElement>("[data-loads] a.chip, [data-loads] .pager a");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.defaultPrevented) busy(true);
});
document.addEventListener("submit", (event) => {
  if ((event.target as Element).matches("form[data-loads]") && !event.defaultPrevented) busy(true);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !WIDE.matches) closeDrawer();
});
window.addEventListener("pageshow", () => busy(false));
WIDE.addEventListener("change", tell);
tell();

function splits(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>(".split:has(> .split-side [data-map])"));
}

function isShown(split: HTMLElement): boolean {
  return WIDE.matches ? !split.classList.contains("is-map-hidden") : split.classList.contains("is-map-open");
}

function toggle(split: HTMLElement, button: HTMLElement): void {
  if (WIDE.matches) {
    const isHidden = split.classList.toggle("is-map-hidden");
    document.cookie = `${COOKIE}=${isHidden ? "hidden" : ""}; path=/console/; max-age=${isHidden ? A_YEAR_S : 0}; samesite=lax`;
  } else if (split.classList.contains("is-map-open")) closeDrawer();
  else {
    opener = button;
    split.classList.add("is-map-open");
    split.querySelector<HTMLElement>(".split-side [data-map-toggle]")?.focus();
  }
  tell();
}

function closeDrawer(): void {
  for (const split of document.querySelectorAll(".split.is-map-open")) {
    split.classList.remove("is-map-open");
    opener?.focus();
  }
  tell();
}

function tell(): void {
  for (const split of splits()) {
    const buttons = document.querySelectorAll(`[data-map-toggle="#${split.id}"][aria-expanded]`);
    buttons.forEach((button) => button.setAttribute("aria-expanded", String(isShown(split))));
  }
}

function busy(isBusy: boolean): void {
  const list = document.querySelector("#square-list");
  if (isBusy) list?.setAttribute("aria-busy", "true");
  else list?.removeAttribute("aria-busy");
}
