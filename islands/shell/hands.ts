/** Where the hands were on the keyboard when a form was sent. */
interface Place {
  path: string;
  field: string;
  heading: string;
  at: number;
}

const KEPT = "liandong:hands";
const FRESH_MS = 30_000;

let isByKeys = false;

/** Who works by keys goes on where he was when the page comes back after a form: in the field that sent it by itself, or
 *  at the heading of the part in which it stood. Comes after those who put the focus on what went wrong.
 */
export function watchHands(): void {
  goBack();
  document.addEventListener("keydown", () => (isByKeys = true), true);
  document.addEventListener("pointerdown", () => (isByKeys = false), true);
  document.addEventListener("submit", (event) => {
    if (isByKeys && !event.defaultPrevented) keep(event.target as HTMLFormElement);
  });
}

function keep(form: HTMLFormElement): void {
  const active = document.activeElement;
  const field = form.hasAttribute("data-auto-submit") && active && form.contains(active) ? (active.getAttribute("name") ?? "") : "";
  const heading = form.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby") ?? "";
  const place: Place = { path: location.pathname, field, heading, at: Date.now() };
  try {
    if (field || heading) sessionStorage.setItem(KEPT, JSON.stringify(place));
  } catch {
    // A browser that keeps nothing begins at the top.
  }
}

function goBack(): void {
  const place = taken();
  if (!place || place.path !== location.pathname || Date.now() - place.at > FRESH_MS) return;
  if (document.activeElement !== document.body || document.querySelector("[autofocus], main [role=alert]")) return;
  const field = place.field && document.querySelector<HTMLElement>(`form[data-auto-submit] [name="${CSS.escape(place.field)}"]`);
  const heading = place.heading && document.getElementById(place.heading);
  if (field) field.focus();
  else if (heading) {
    heading.tabIndex = -1;
    heading.focus();
  }
}

function taken(): Place | null {
  try {
    const kept = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    return JSON.parse(kept ?? "null") as Place | null;
  } catch {
    return null;
  }
}
