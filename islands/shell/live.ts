import htmx from "htmx.org";
import { announce, onContent } from "./page";

type Words = { one: string; many: string; stale: string };

const EVERY_MS = 2_000;
const LONGEST_MS = 60_000;
const ANSWER_MS = 10_000;
const STALE_AFTER = 2;
const ready = new WeakSet<HTMLElement>();

export function watchLiveBars(): void {
  onContent(() => document.querySelectorAll<HTMLElement>("[data-live-url]").forEach(start));
}

function start(bar: HTMLElement): void {
  if (ready.has(bar)) return;
  ready.add(bar);
  new LiveBar(bar).wait();
}

class LiveBar {
  private readonly words: Words;
  private readonly button: HTMLButtonElement;
  private readonly staleNote: HTMLElement;
  private failures = 0;
  private timer = 0;
  private latest: string;

  constructor(private readonly bar: HTMLElement) {
    this.words = JSON.parse(bar.dataset.words ?? "{}") as Words;
    this.button = bar.querySelector<HTMLButtonElement>(".live-fresh")!;
    this.staleNote = bar.querySelector<HTMLElement>(".live-stale")!;
    this.latest = bar.dataset.liveCursor ?? "";
    this.button.addEventListener("click", () => this.refresh());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) void this.ask();
    });
  }

  wait(): void {
    window.clearTimeout(this.timer);
    const pause = Math.min(EVERY_MS * 2 ** this.failures, LONGEST_MS);
    this.timer = window.setTimeout(() => void this.ask(), pause);
  }

  private async ask(): Promise<void> {
    window.clearTimeout(this.timer);
    if (!this.bar.isConnected || document.hidden) return;
    try {
      const since = this.bar.dataset.liveCursor;
      const url = new URL(this.bar.dataset.liveUrl ?? "", location.href);
      url.searchParams.set("cursor", this.bar.dataset.liveCursor ?? "");
      const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(ANSWER_MS) });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const { cursor, fresh } = (await answer.json()) as { cursor: string | number; fresh: number };
      this.failures = 0;
      if (since !== this.bar.dataset.liveCursor) return this.wait();
      this.latest = String(cursor);
      this.show(fresh);
    } catch {
      this.failures = Math.min(this.failures + 1, 8);
      if (this.failures >= STALE_AFTER) this.showStale();
    }
    this.wait();
  }

  private show(fresh: number): void {
    const text = (fresh === 1 ? this.words.one : this.words.many).replace("%(count)d", String(fresh));
    const place = this.button.querySelector("[data-live-count]")!;
    if (fresh > 0 && place.textContent !== text) announce(text);
    place.textContent = text;
    this.button.hidden = fresh === 0;
    this.staleNote.hidden = true;
    this.bar.hidden = fresh === 0;
  }

  private showStale(): void {
    if (this.staleNote.hidden) announce(this.words.stale);
    this.staleNote.textContent = this.words.stale;
    this.staleNote.hidden = false;
    this.button.hidden = true;
    this.bar.hidden = false;
  }

  private refresh(): void {
    const { liveRefresh, liveInto } = this.bar.dataset;
    if (!liveRefresh || !liveInto) {
      location.reload();
      return;
    }
    const cursor = this.latest;
    this.button.setAttribute("aria-busy", "true");
    void htmx.ajax("GET", liveRefresh, { target: liveInto, swap: "innerHTML" }).then(() => {
      this.button.removeAttribute("aria-busy");
      this.bar.dataset.liveCursor = cursor;
      this.show(0);
      void this.ask();
    });
  }
}
