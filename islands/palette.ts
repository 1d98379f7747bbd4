import "./palette/palette.css";
import { openAction, watchAddress } from "./palette/action";

const dialog = document.querySelector<HTMLDialogElement>("#palette");
const form = dialog?.querySelector<HTMLFormElement>("form");
const input = dialog?.querySelector<HTMLInputElement>("[role=combobox]");

function options(): HTMLElement[] {
  return Array.from(dialog?.querySelectorAll<HTMLElement>("[role=option]") ?? []);
}

function active(): HTMLElement | undefined {
  return options().find((option) => option.getAttribute("aria-selected") === "true");
}

/** The reader hears it by `aria-activedescendant`; the cursor stays in the field. */
function choose(option: HTMLElement | undefined): void {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    input?.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input?.removeAttribute("aria-activedescendant");
}

function step(by: number): void {
  const all = options();
  const here = active();
  if (all.length > 0) choose(all[((here ? all.indexOf(here) : -1) + by + all.length) % all.length]);
}

function go(option: HTMLElement | undefined, inNewTab = false): void {
  const address = option?.dataset.href;
  if (!address) return;
  if (inNewTab) {
    window.open(address, "_blank", "noopener");
    return;
  }
  dialog?.close();
  const to = new URL(address, location.href);
  if (to.hash && to.pathname === location.pathname && openAction(to.hash)) return;
  location.assign(to);
}

function open(): void {
  if (!dialog || !form || !input || document.querySelector("dialog[open]")) return;
  input.value = "";
  dialog.showModal();
  input.focus();
  form.dispatchEvent(new Event("palette"));
}

function onKey(event: KeyboardEvent): void {
  if (event.isComposing) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act(event);
}

const KEYS: Record<string, (event: KeyboardEvent) => void> = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: (event) => go(active(), event.ctrlKey || event.metaKey),
};

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  open();
});
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  if (target.closest("[data-palette]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open();
  }
  const option = target.closest<HTMLElement>("#palette [role=option]");
  if (option) go(option, event.ctrlKey || event.metaKey);
});
input?.addEventListener("keydown", onKey);
form?.addEventListener("submit", (event) => event.preventDefault());
dialog?.addEventListener("pointermove", (event) => {
  const option = (event.target as Element).closest<HTMLElement>("[role=option]");
  if (option && option !== active()) choose(option);
});

const found = dialog?.querySelector("#palette-found");
const trouble = dialog?.querySelector<HTMLElement>("#palette-unreached");
if (found) {
  // htmx gives elements back their attributes after a swap: then nothing stands ready any more.
  new MutationObserver((changes) => {
    if (changes.some((change) => change.type === "childList") || !active()) tell(false);
  }).observe(found, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-selected"] });
}
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx?.sourceElement === form && event.detail.ctx?.request.signal.aborted !== true) tell(true);
});

/** The first match stands ready after each answer. */
function tell(isUnreachable: boolean): void {
  if (!isUnreachable) choose(options()[0]);
  if (trouble) trouble.textContent = isUnreachable ? (trouble.dataset.words ?? "") : "";
}

watchAddress();
