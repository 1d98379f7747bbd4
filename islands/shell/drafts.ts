import { element, onContent, words } from "./page";

type Draft = { at: number; values: Record<string, string[]> };

const PREFIX = "liandong:draft:";
const SENT = "liandong:draft-sent";
const KEPT_MS = 7 * 24 * 3600 * 1000;
const NEVER = "[type=password], [type=file], [type=hidden], [type=submit], [type=button], [data-private], [data-private] *";
const ready = new WeakSet<HTMLFormElement>();

/** Only a form that has been sent itself is done with; what its fields ask on the way leaves the draft alone. */
export function watchDrafts(): void {
  forgetOld();
  closeSent();
  document.addEventListener("submit", rememberSent);
  if (document.readyState === "complete") window.setTimeout(askAgain);
  else window.addEventListener("load", () => window.setTimeout(askAgain));
  onContent(() => {
    document.querySelectorAll<HTMLElement>("[data-draft-clear]").forEach((mark) => forgetDraft(mark.dataset.draftClear ?? ""));
    document.querySelectorAll<HTMLFormElement>("form[data-draft]").forEach(prepare);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    const form = ctx.sourceElement;
    if (!(form instanceof HTMLFormElement) || form.dataset.draft === undefined) return;
    if (ctx.response && ctx.response.status < 300 && !/^GET$/i.test(ctx.request.method)) forgetDraft(form.dataset.draft);
  });
}

/** Removes what was kept under `key`; islands that keep more listen to the event. */
export function forgetDraft(key: string): void {
  store((storage) => storage.removeItem(PREFIX + key));
  document.dispatchEvent(new CustomEvent("liandong:draft-forgotten", { detail: { key } }));
}

/** A form that the browser sends itself is answered by another page, and only that page tells whether it went well. */
function rememberSent(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post") return;
  store((storage) => {
    if (form.dataset.draft === undefined) storage.removeItem(SENT);
    else storage.setItem(SENT, form.dataset.draft);
  }, "sessionStorage");
}

function closeSent(): void {
  if (!document.querySelector("#toasts .is-success, [data-said-here]")) return;
  store((storage) => {
    const key = storage.getItem(SENT);
    storage.removeItem(SENT);
    if (key !== null) forgetDraft(key);
  }, "sessionStorage");
}

function store(act: (storage: Storage) => void, kind: "localStorage" | "sessionStorage" = "localStorage"): void {
  try {
    act(window[kind]);
  } catch {
    // Without storage there are no drafts; the form works all the same.
  }
}

function forgetOld(): void {
  store((storage) => {
    for (const key of Object.keys(storage).filter((each) => each.startsWith(PREFIX))) {
      const draft = JSON.parse(storage.getItem(key) ?? "null") as Draft | null;
      if (!draft || Date.now() - draft.at > KEPT_MS) storage.removeItem(key);
    }
  });
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function fields(form: HTMLFormElement): Field[] {
  return (Array.from(form.elements) as Field[]).filter((each) => each.name && !each.matches(NEVER) && !each.matches("fieldset, button, output"));
}

function isChoice(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio");
}

function valuesOf(form: HTMLFormElement): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const field of fields(form)) {
    const list = (values[field.name] ??= []);
    if (field instanceof HTMLSelectElement) list.push(...Array.from(field.selectedOptions, (option) => option.value));
    else if (!isChoice(field) || field.checked) list.push(field.value);
  }
  return values;
}

function prepare(form: HTMLFormElement): void {
  if (ready.has(form)) return;
  ready.add(form);
  const key = PREFIX + (form.dataset.draft ?? "");
  const fresh = JSON.stringify(valuesOf(form));
  if (!form.querySelector("[data-error-summary]")) restore(form, key);
  let timer = 0;
  const keep = (): void => {
    window.clearTimeout(timer);
    timer = 0;
    save(form, key, fresh);
  };
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 300);
  });
  form.addEventListener("change", keep);
  // Whoever is led away in the middle of a word finds it again.
  window.addEventListener("pagehide", () => {
    if (timer && form.isConnected) keep();
  });
}

function save(form: HTMLFormElement, key: string, fresh: string): void {
  const values = valuesOf(form);
  store((storage) => {
    if (JSON.stringify(values) === fresh) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify({ at: Date.now(), values } satisfies Draft));
  });
}

function restore(form: HTMLFormElement, key: string): void {
  store((storage) => {
    const draft = JSON.parse(storage.getItem(key) ?? "null") as Draft | null;
    if (!draft) return;
    const before = JSON.stringify(valuesOf(form));
    const rest = structuredClone(draft.values);
    for (const field of fields(form)) if (rest[field.name]) put(field, rest[field.name] ?? []);
    if (JSON.stringify(valuesOf(form)) === before) return;
    form.prepend(note(form));
    // What asks the server on a change listens from the next turn on.
    window.setTimeout(() => tell(form));
  });
}

function tell(form: HTMLFormElement): void {
  for (const field of fields(form)) field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** What the browser itself put back, as after Back from the page that a form was sent to, has its advice again; it is no
 *  draft: only the field that asks for the advice (`data-asks-again`) is told. */
function askAgain(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    if (form.querySelector(".draft-note, [data-error-summary]")) continue;
    const isBack = fields(form).some((field) => field instanceof HTMLTextAreaElement && field.value !== field.defaultValue);
    if (isBack) form.querySelector("[data-asks-again]")?.dispatchEvent(new Event("change"));
  }
}

function put(field: Field, values: string[]): void {
  if (field instanceof HTMLSelectElement) for (const option of field.options) option.selected = values.includes(option.value);
  else if (isChoice(field)) field.checked = values.includes(field.value);
  else field.value = values.shift() ?? field.value;
}

function note(form: HTMLFormElement): HTMLElement {
  const button = element("button", { type: "button", class: "btn-plain" }, words.discard);
  const made = element("div", { class: "draft-note", role: "status" }, element("p", {}, words.draft), button);
  button.addEventListener("click", () => {
    form.reset();
    made.remove();
    tell(form);
    forgetDraft(form.dataset.draft ?? "");
    fields(form)[0]?.focus();
  });
  return made;
}
