const FIELDS = "select, textarea, input:not([type=hidden])";

/** Opens the form of an action and puts the cursor into its first field; answers whether the page has it. */
export function openAction(hash: string): boolean {
  const place = document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!place?.matches(".action, .action-now")) return false;
  for (const fold of [place.closest<HTMLDetailsElement>("details.action-more"), place]) {
    if (fold instanceof HTMLDetailsElement) fold.open = true;
  }
  const form = place.matches("form") ? place : place.querySelector("form");
  place.scrollIntoView({ block: "center" });
  const first = form?.querySelector<HTMLElement>(FIELDS) ?? form?.querySelector<HTMLElement>("button");
  first?.focus({ preventScroll: true });
  return true;
}

/** An address that names an action opens its form. */
export function watchAddress(): void {
  if (location.hash) openAction(location.hash);
  window.addEventListener("hashchange", () => openAction(location.hash));
}
