import { onContent, words } from "./page";

const MINUTE_MS = 60_000;
const zone = document.documentElement.dataset.zone || undefined;
const parts = new Intl.DateTimeFormat("en-CA", {
  timeZone: zone,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
});

type Local = { date: string; time: string; day: number };

function local(at: Date): Local {
  const found = Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, part.value]));
  const date = `${found.year}-${found.month}-${found.day}`;
  return { date, time: `${found.hour}:${found.minute}`, day: Math.round(Date.parse(date) / 86_400_000) };
}

/** The same words as the server's; an empty text leaves what the server wrote, for it changes once a day at most. */
function relative(at: Date, now: Date): string {
  const agoMs = now.getTime() - at.getTime();
  const here = local(at);
  const days = local(now).day - here.day;
  if (Math.abs(agoMs) < MINUTE_MS) return words.now;
  if (agoMs > 0 && agoMs < 60 * MINUTE_MS) {
    const minutes = Math.floor(agoMs / MINUTE_MS);
    return words.minutes[minutes === 1 ? 0 : 1].replace("%(count)d", String(minutes));
  }
  const pattern = { "0": words.today, "1": words.yesterday, "-1": words.tomorrow }[String(days)];
  return pattern ? pattern.replace("%(time)s", here.time) : "";
}

function refresh(): void {
  const now = new Date();
  for (const place of document.querySelectorAll<HTMLTimeElement>("time[data-moment]")) {
    const at = new Date(place.dateTime);
    const text = relative(at, now);
    if (!text) continue;
    const { date, time } = local(at);
    const exact = text.includes(time) ? date : `${date} ${time}`;
    const whole = place.dataset.moment === "relative" ? text : `${text} · ${exact}`;
    if (place.textContent !== whole) place.textContent = whole;
  }
}

export function watchMoments(): void {
  onContent(refresh);
  window.setInterval(() => {
    if (!document.hidden) refresh();
  }, MINUTE_MS / 2);
}
