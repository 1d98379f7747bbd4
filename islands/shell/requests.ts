import htmx, { type HtmxRequestCtx } from "htmx.org";
import { csrfToken, fill, words } from "./page";
import { showToast, type Toast } from "./toasts";

/** Statuses whose fragment is shown: a form with its errors, or the present state after a conflict. */
const SHOWN = new Set([400, 409, 422]);

let hadNumbers = false;

export function watchRequests(): void {
  document.addEventListener("htmx:config:request", (event) => {
    const { request } = event.detail.ctx;
    if (!/^(GET|HEAD|OPTIONS)$/i.test(request.method)) request.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:config:request", (event) => {
    if (document.hidden && isQuiet(event.detail.ctx)) event.preventDefault();
  });
  document.addEventListener("htmx:before:request", (event) => setBusy(event.detail.ctx, true));
  document.addEventListener("htmx:finally:request", (event) => setBusy(event.detail.ctx, false));
  document.addEventListener("htmx:before:swap", () => (hadNumbers = document.querySelector(".category-advice .urgent") !== null));
  document.addEventListener("htmx:after:swap", () => showNumbers(hadNumbers));
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    showToastOf(ctx);
    if (leadsToAnotherPage(ctx)) {
      event.preventDefault();
      location.assign(ctx.response?.raw.url ?? location.href);
    }
  });
  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = event.detail;
    if (isFragment(ctx)) return;
    ctx.swap = "none";
    if (isQuiet(ctx) || sendsAgain(ctx)) return;
    showToast({ text: reason(ctx), level: "error", ...retry(ctx) });
  });
  document.addEventListener("htmx:error", (event) => {
    const { ctx, error } = event.detail;
    if (!ctx || ctx.response || isQuiet(ctx)) return;
    const slow = ctx.request.signal.aborted || (error as Error | undefined)?.name === "AbortError";
    showToast({ text: slow ? words.slow : words.unreachable, level: "error", ...retry(ctx) });
  });
}

/** What asks by itself, again and again: it rests in hidden tabs, and its failures are told to nobody. */
function isQuiet(ctx: HtmxRequestCtx): boolean {
  return ctx.sourceElement.matches("[data-quiet]");
}

function setBusy(ctx: HtmxRequestCtx, busy: boolean): void {
  const pressed = (ctx.request.submitter as Element | null | undefined) ?? ctx.sourceElement;
  if (!pressed.matches("button, a")) return;
  if (busy) pressed.setAttribute("aria-busy", "true");
  else pressed.removeAttribute("aria-busy");
}

function showToastOf(ctx: HtmxRequestCtx): void {
  const header = ctx.response?.headers.get("HX-Trigger") ?? "";
  if (!header.startsWith("{")) return;
  const { toast } = JSON.parse(header) as { toast?: Toast };
  if (toast) showToast(toast);
}

/** Numbers to call that weren't there before come into view while somebody writes: below a bar nobody reads them. */
function showNumbers(had: boolean): void {
  if (!had && document.activeElement instanceof HTMLTextAreaElement) document.querySelector(".category-advice .urgent")?.scrollIntoView({ block: "nearest" });
}

function isPage(ctx: HtmxRequestCtx): boolean {
  return /<html[\s>]/i.test(ctx.text ?? "");
}

/** A redirect to a whole page, such as the sign-in page, is followed by the window instead of being put into a part. */
function leadsToAnotherPage(ctx: HtmxRequestCtx): boolean {
  return Boolean(ctx.response?.raw.redirected) && isPage(ctx) && ctx.target !== document.body && !ctx.select;
}

function isFragment(ctx: HtmxRequestCtx): boolean {
  const type = ctx.response?.headers.get("Content-Type") ?? "";
  return SHOWN.has(ctx.response?.status ?? 0) && type.startsWith("text/html") && !isPage(ctx);
}

/** What the server says is wrong: problem+json, an error page, or else the bare status. */
function reason(ctx: HtmxRequestCtx): string {
  return reasonIn(ctx.text ?? "", ctx.response?.headers.get("Content-Type") ?? "") || fill(words.failed, { status: ctx.response?.status ?? "" });
}

export function reasonIn(text: string, type: string): string {
  if (type.includes("json")) {
    try {
      const problem = JSON.parse(text) as { detail?: string; title?: string };
      return problem.detail || problem.title || "";
    } catch {
      return "";
    }
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.querySelector("[data-error-message]")?.textContent?.trim() ?? "";
}

const AGAIN_AT_MOST = 5;
const SPREAD_MS = 3_000;
const sentAgain = new WeakMap<Element, number>();

/** A busy installation says when it's worth trying again: what cannot act twice is sent again then, by itself. */
function sendsAgain(ctx: HtmxRequestCtx): boolean {
  const seconds = Number(ctx.response?.headers.get("Retry-After"));
  const again = retry(ctx).retry;
  const times = sentAgain.get(ctx.sourceElement) ?? 0;
  if (ctx.response?.status !== 503 || !(seconds > 0) || !again || times >= AGAIN_AT_MOST) {
    sentAgain.delete(ctx.sourceElement);
    return false;
  }
  sentAgain.set(ctx.sourceElement, times + 1);
  showToast({ text: fill(words.busy, { seconds }), level: "warning" });
  window.setTimeout(again, seconds * 1_000 + Math.random() * SPREAD_MS);
  return true;
}

/** Trying again is offered where it cannot act twice: reads, and forms that carry their own id. */
function retry(ctx: HtmxRequestCtx): Pick<Toast, "retry"> {
  const source = ctx.sourceElement;
  const form = source instanceof HTMLFormElement ? source : null;
  const isRead = /^GET$/i.test(ctx.request.method);
  if (!isRead && !form?.querySelector("[name=idempotency_key]")) return {};
  return {
    retry: () => {
      if (form) form.requestSubmit();
      else if (source.isConnected) void htmx.ajax("GET", ctx.request.action, { source, target: ctx.target, swap: ctx.swap });
    },
  };
}
