import { announce, element, words } from "./page";
import { showToast } from "./toasts";

/** Asks in the page's own dialog; answers false where the page has none. */
function ask(text: string, yes: string): Promise<boolean> {
  const dialog = document.querySelector<HTMLDialogElement>("#confirm");
  if (!dialog) return Promise.resolve(window.confirm(text));
  dialog.querySelector("#confirm-text")!.textContent = text;
  dialog.querySelector<HTMLButtonElement>("[value=yes]")!.textContent = yes || words.yes;
  dialog.returnValue = "no";
  dialog.showModal();
  dialog.querySelector<HTMLButtonElement>("[value=no]")?.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

/** Holds back a press or a form until it is confirmed, then lets the same thing happen again. */
function holdBack(event: Event, holder: HTMLElement, again: () => void): void {
  if (holder.dataset.confirmed === "1") {
    delete holder.dataset.confirmed;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  void ask(holder.dataset.confirm ?? "", holder.dataset.confirmYes ?? "").then((yes) => {
    if (!yes) return;
    holder.dataset.confirmed = "1";
    again();
  });
}

export function watchDialogs(): void {
  document.addEventListener("click", onConfirmClick, true);
  document.addEventListener("submit", onConfirmSubmit, true);
  document.addEventListener("htmx:confirm", (event) => {
    const { ctx, issueRequest, dropRequest } = event.detail;
    event.preventDefault();
    const text = ctx.sourceElement.getAttribute("hx-confirm") ?? "";
    void ask(text, "").then((yes) => (yes ? issueRequest() : dropRequest()));
  });
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
  });
  document.querySelector<HTMLElement>("[data-error-summary]")?.focus();
}

function onConfirmClick(event: MouseEvent): void {
  const holder = (event.target as Element).closest<HTMLElement>("[data-confirm]:not(form)");
  if (holder) holdBack(event, holder, () => holder.click());
}

function onConfirmSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (form.dataset.confirm !== undefined) holdBack(event, form, () => form.requestSubmit(event.submitter));
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  closeMenus(target);
  const opener = target.closest<HTMLElement>("[data-dialog]");
  if (opener) document.querySelector<HTMLDialogElement>(opener.dataset.dialog ?? "")?.showModal();
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  if (target instanceof HTMLDialogElement && isOutside(event, target)) target.close();
  if (target.closest("[data-back]") && history.length > 1) {
    event.preventDefault();
    history.back();
  }
  if (target.closest("[data-print]")) window.print();
  const copier = target.closest<HTMLElement>("[data-copy]");
  if (copier) void copy(copier.dataset.copy ?? "");
  const photo = target.closest<HTMLAnchorElement>("a[data-photo]");
  if (photo && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    showPhoto(photo);
  }
}

function isOutside(event: MouseEvent, dialog: HTMLDialogElement): boolean {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

function closeMenus(target: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (target && menu.contains(target)) continue;
    if (!target && menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
    menu.open = false;
  }
}

/** The clipboard of the browser exists only on https and localhost; elsewhere a selected field does the same. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = element("textarea", { class: "visually-hidden" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  showToast({ text: words.copied });
}

function showPhoto(link: HTMLAnchorElement): void {
  const alt = link.querySelector("img")?.alt ?? "";
  const close = element("button", { class: "btn", "data-close": "", type: "button" }, words.close);
  const dialog = element("dialog", { class: "dialog photo-large", "aria-label": alt }, element("img", { src: link.href, alt }), element("p", {}, alt), close);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  announce(alt);
}
