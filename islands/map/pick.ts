import { Marker } from "maplibre-gl";
import { element, fill } from "../shell/page";
import { isTaken } from "./ground";
import type { Opened } from "./open";
import { addCaseLayers, fetchCases, putCases, showCases } from "./points";

type Source = "map" | "gps" | "keys" | "typed";

const CLOSE_ZOOM = 15.5;
const LOCATE_MS = 15_000;
const NEAR_WAIT_MS = 400;
const PIN = "#1d5b9c";

/** One place is chosen on the map, by position, by keys or typed; the two inputs hold it. */
export function pickPlace(opened: Opened): void {
  new Picker(opened).start();
}

class Picker {
  private readonly lon: HTMLInputElement | null;
  private readonly lat: HTMLInputElement | null;
  private readonly marker: Marker;
  private isOnMap = false;
  private isWriting = false;
  private nearTimer = 0;
  private nearRequest: AbortController | null = null;

  constructor(private readonly opened: Opened) {
    const { root } = opened;
    this.lon = root.dataset.lon ? document.querySelector(root.dataset.lon) : null;
    this.lat = root.dataset.lat ? document.querySelector(root.dataset.lat) : null;
    this.marker = new Marker({ draggable: true, color: PIN });
  }

  start(): void {
    const { map, root } = this.opened;
    this.marker.on("dragend", () => {
      const { lng, lat } = this.marker.getLngLat();
      this.choose(lng, lat, "map");
    });
    map.getContainer().append(element("span", { class: "map-crosshair", "aria-hidden": "true" }));
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      const { lng, lat } = map.getCenter();
      this.choose(lng, lat, "keys");
    });
    root.querySelector("[data-locate]")?.addEventListener("click", () => this.locate());
    for (const input of [this.lon, this.lat]) input?.addEventListener("change", () => this.readInputs());
    this.watchCases();
    this.readInputs();
    if (root.dataset.locateAtOnce !== undefined && !this.isOnMap) this.locate();
  }

  private watchCases(): void {
    const { map, root, words } = this.opened;
    if (root.dataset.points) addCaseLayers(map, false);
    map.on("click", (event) => {
      const found = root.dataset.points ? map.queryRenderedFeatures(event.point, { layers: ["cases"] }) : [];
      if (found.length > 0) showCases(map, found, words);
      else this.choose(event.lngLat.lng, event.lngLat.lat, "map");
    });
  }

  private readInputs(): void {
    if (this.isWriting || !this.lon || !this.lat) return;
    const [lon, lat] = [this.lon.value, this.lat.value].map((text) => (text.trim() ? Number(text) : NaN));
    if (Number.isFinite(lon) && Number.isFinite(lat)) this.choose(lon!, lat!, "typed");
    else if (this.isOnMap) {
      this.marker.remove();
      this.isOnMap = false;
    }
  }

  private choose(lon: number, lat: number, source: Source): void {
    const { map, root, words, say } = this.opened;
    this.marker.setLngLat([lon, lat]);
    if (!this.isOnMap) this.marker.addTo(map);
    this.isOnMap = true;
    if (source !== "typed") this.write(lon, lat);
    if (source === "gps" || source === "typed") map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), CLOSE_ZOOM) });
    if (source !== "gps") say(fill(words.picked, { lat: lat.toFixed(5), lon: lon.toFixed(5) }));
    root.dispatchEvent(new CustomEvent("liandong:place", { bubbles: true, detail: { lon, lat, source } }));
    this.askNear(lon, lat);
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

  private askNear(lon: number, lat: number): void {
    const template = this.opened.root.dataset.points;
    if (!template) return;
    window.clearTimeout(this.nearTimer);
    this.nearTimer = window.setTimeout(() => {
      this.nearRequest?.abort();
      this.nearRequest = new AbortController();
      const url = fill(decodePlaces(template), { lon: lon.toFixed(6), lat: lat.toFixed(6) });
      fetchCases(url, this.nearRequest.signal)
        .then((cases) => putCases(this.opened.map, cases))
        .catch((error: Error) => {
          if (error.name !== "AbortError") console.warn(error);
        });
    }, NEAR_WAIT_MS);
  }

  private locate(): void {
    const { words, say, ground, root } = this.opened;
    if (!window.isSecureContext) return say(words.insecure, true);
    if (!navigator.geolocation) return say(words.unavailable, true);
    const button = root.querySelector("[data-locate]");
    const done = (): void => button?.removeAttribute("aria-busy");
    button?.setAttribute("aria-busy", "true");
    say(words.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        done();
        if (!isTaken(ground, coords.longitude, coords.latitude)) return say(words.outside, true);
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

/** A template's `{% url %}` may have escaped the braces. */
function decodePlaces(template: string): string {
  return template.replace(/%7B(lon|lat)%7D/gi, "{$1}");
}
