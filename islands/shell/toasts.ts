import { csrfToken, element, onContent, words } from "./page";

export interface Toast {
  text: string;
  level?: string;
  undo_url?: string;
  retry?: () => void;
}

const READ_MS = 8_000;
const UNDO_MS = 20_000;

/** Shows a note at the foot of the page. Errors stay until they are closed. */
export function showToast({ text, level = "success", undo_url = "", retry }: Toast): void {
  const note = element("div", { class: `toast-note is-${level}`, role: level === "error" ? "alert" : "status" });
  note.dataset.toast = "";
  note.append(element("p", {}, text));
  if (undo_url) note.append(undoForm(undo_url));
  if (retry) note.append(retryButton(note, retry));
  note.append(element("button", { type: "button", class: "btn-plain", "data-toast-close": "", "aria-label": words.close }, "×"));
  document.getElementById("toasts")?.append(note);
  leaveLater(note);
}

function undoForm(url: string): HTMLFormElement {
  return element(
    "form",
    { method: "post", action: url },
    element("input", { type: "hidden", name: "csrfmiddlewaretoken", value: csrfToken() }),
    element("button", { type: "submit", class: "btn-plain" }, words.undo),
  );
}

function retryButton(note: HTMLElement, retry: () => void): HTMLButtonElement {
  const button = element("button", { type: "button", class: "btn-plain" }, words.retry);
  button.addEventListener("click", () => {
    note.remove();
    retry();
  });
  return button;
}

const leaving = new WeakSet<HTMLElement>();

function leaveLater(note: HTMLElement): void {
  if (leaving.has(note)) return;
  leaving.add(note);
  if (note.getAttribute("role") === "alert") return;
  let timer = 0;
  const wait = (): void => {
    timer = window.setTimeout(() => note.remove(), note.querySelector("form") ? UNDO_MS : READ_MS);
  };
  for (const event of ["mouseenter", "focusin"]) note.addEventListener(event, () => window.clearTimeout(timer));
  for (const event of ["mouseleave", "focusout"]) note.addEventListener(event, wait);
  wait();
}

export function watchToasts(): void {
  onContent(() => document.querySelectorAll<HTMLElement>("[data-toast]").forEach(leaveLater));
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest?.("[data-toast-close]");
    button?.closest("[data-toast]")?.remove();
  });
}
