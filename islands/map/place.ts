import { fill } from "../shell/page";
import { fetchGround, type Ground, isTaken } from "./ground";
import type { MapWords, Say } from "./words";

export type Source = "map" | "gps" | "keys" | "typed";
export interface Chosen {
  lon: number;
  lat: number;
  source: Source;
}
type Follower = (chosen: Chosen | null) => void;

const LOCATE_MS = 15_000;

/** The place that two inputs hold: typed, by the device's position or on the map. It needs no map. */
export class Place {
  chosen: Chosen | null = null;
  private readonly lon: HTMLInputElement | null;
  private readonly lat: HTMLInputElement | null;
  private readonly followers: Follower[] = [];
  private isWriting = false;
  private ground: Promise<Ground | null> | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly words: MapWords,
    private readonly say: Say,
  ) {
    this.lon = root.dataset.lon ? document.querySelector(root.dataset.lon) : null;
    this.lat = root.dataset.lat ? document.querySelector(root.dataset.lat) : null;
  }

  start(): void {
    this.root.querySelector("[data-locate]")?.addEventListener("click", () => this.locate());
    for (const input of [this.lon, this.lat]) input?.addEventListener("change", () => this.readInputs());
    this.readInputs();
    if (this.root.dataset.locateAtOnce !== undefined && !this.chosen) this.locate();
  }

  /** Tells what is chosen already, then every change. */
  follow(follower: Follower): void {
    this.followers.push(follower);
    if (this.chosen) follower(this.chosen);
  }

  choose(lon: number, lat: number, source: Source): void {
    this.chosen = { lon, lat, source };
    if (source !== "typed") this.write(lon, lat);
    this.tell();
    if (source !== "gps") this.say(fill(this.words.picked, { lat: lat.toFixed(5), lon: lon.toFixed(5) }));
    this.root.dispatchEvent(new CustomEvent("liandong:place", { bubbles: true, detail: this.chosen }));
  }

  /** The county's polygons, asked once. */
  outlines(): Promise<Ground | null> {
    this.ground ??= fetchGround(this.root.dataset.cells ?? "");
    return this.ground;
  }

  private tell(): void {
    for (const follower of this.followers) follower(this.chosen);
  }

  private readInputs(): void {
    if (this.isWriting || !this.lon || !this.lat) return;
    const [lon, lat] = [this.lon.value, this.lat.value].map((text) => (text.trim() ? Number(text) : NaN));
    if (Number.isFinite(lon) && Number.isFinite(lat)) this.choose(lon!, lat!, "typed");
    else if (this.chosen) {
      this.chosen = null;
      this.tell();
    }
  }

  private write(lon: number, lat: number): void {
    if (!this.lon || !this.lat) return;
    this.isWriting = true;
    this.lon.value = lon.toFixed(6);
    this.lat.value = lat.toFixed(6);
    for (const input of [this.lon, this.lat]) {
      for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
    }
    this.isWriting = false;
  }

  private locate(): void {
    const { words, say } = this;
    if (!window.isSecureContext) return say(words.insecure, true);
    if (!navigator.geolocation) return say(words.unavailable, true);
    const button = this.root.querySelector("[data-locate]");
    const done = (): void => button?.removeAttribute("aria-busy");
    const outlines = this.outlines();
    button?.setAttribute("aria-busy", "true");
    say(words.locating);
    navigator.geolocation.getCurrentPosition(
      async ({ coords }) => {
        const ground = await outlines;
        done();
        if (ground && !isTaken(ground, coords.longitude, coords.latitude)) return say(words.outside, true);
        this.choose(coords.longitude, coords.latitude, "gps");
        say(fill(words.located, { metres: Math.round(coords.accuracy) }));
      },
      (error) => {
        done();
        say({ 1: words.refused, 3: words.timeout }[error.code] ?? words.unavailable, true);
      },
      { enableHighAccuracy: true, timeout: LOCATE_MS, maximumAge: 30_000 },
    );
  }
}
