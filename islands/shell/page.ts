/** Texts of the page, in its language; the template puts them there. */
export interface ShellWords {
  now: string;
  minutes: [string, string];
  today: string;
  yesterday: string;
  tomorrow: string;
  unreachable: string;
  offline: string;
  slow: string;
  failed: string;
  busy: string;
  retry: string;
  undo: string;
  undone: string;
  close: string;
  copied: string;
  draft: string;
  discard: string;
  yes: string;
}

export const words = JSON.parse(document.getElementById("shell-words")?.textContent ?? "{}") as ShellWords;

/** Fills `{name}` places. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Says something to those who listen to the page instead of looking at it. */
export function announce(text: string): void {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = text;
}

/** Runs now and after every swap; `run` must bear being called again for the same elements. */
export function onContent(run: () => void): void {
  run();
  document.addEventListener("htmx:after:process", run);
  document.addEventListener("liandong:content", run);
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A random UUID; also where the page came over http from another machine, which hides `crypto.randomUUID`. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
