import { randomId } from "./page";

const LOCK_MS = 20_000;
const SENT = "liandong:sent";

/** Comes after the confirmation of a form. One press sends once: a form that is on its way takes no second press, and the same content keeps its id. */
export function watchSubmits(): void {
  document.addEventListener("submit", guard, true);
  document.addEventListener("liandong:draft-forgotten", (event) => forgetSent((event as CustomEvent<{ key: string }>).detail.key));
  document.addEventListener("htmx:finally:request", (event) => release(event.detail.ctx.sourceElement));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && (event.target as Element).matches("input[data-finds]")) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    const form = field.closest<HTMLFormElement>("form[data-auto-submit]");
    if (form && field.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
  });
}

function guard(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (form.method !== "post" && !form.matches("[hx-post], [data-hx-post]")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  nameContent(form);
  form.dataset.sending = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  window.setTimeout(() => {
    if (event.defaultPrevented && !isHtmx(form) && !form.hasAttribute("data-keeps-sending")) release(form);
  });
  window.setTimeout(() => {
    if (!form.hasAttribute("data-keeps-sending")) release(form);
  }, LOCK_MS);
}

function isHtmx(form: HTMLFormElement): boolean {
  return form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete], [data-hx-post]");
}

export function release(form: Element): void {
  if (!(form instanceof HTMLFormElement)) return;
  delete form.dataset.sending;
  form.querySelectorAll("[aria-busy]").forEach((each) => each.removeAttribute("aria-busy"));
}

/** The form's id stands for its content: changed content must not look like a repetition, and the same content that was
 *  sent from an earlier load of the page, whose answer got lost, must. */
function nameContent(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[name=idempotency_key]");
  if (!input) return;
  const content = `${draftOf(form)}:${fingerprint(form)}`;
  const sent = readSent();
  const before = Object.keys(sent).find((id) => sent[id] === content);
  if (before) input.value = before;
  else if (sent[input.value] !== undefined) input.value = randomId();
  sent[input.value] = content;
  writeSent(Object.entries(sent).slice(-20));
}

function draftOf(form: HTMLFormElement): string {
  return form.dataset.draft ?? form.action;
}

/** After success the same words are another matter. */
function forgetSent(draft: string): void {
  writeSent(Object.entries(readSent()).filter(([, content]) => !content.startsWith(`${draft}:`)));
}

function writeSent(sent: [string, string][]): void {
  try {
    sessionStorage.setItem(SENT, JSON.stringify(Object.fromEntries(sent)));
  } catch {
    // A browser that keeps nothing still sends.
  }
}

function readSent(): Record<string, string> {
  try {
    return JSON.parse(sessionStorage.getItem(SENT) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

function fingerprint(form: HTMLFormElement): string {
  let hash = 0x811c9dc5;
  for (const [name, value] of new FormData(form)) {
    if (name === "idempotency_key" || name === "csrfmiddlewaretoken") continue;
    const text = `${name}=${value instanceof File ? `${value.name}:${value.size}` : value}\n`;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
