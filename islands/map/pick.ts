import { Marker } from "maplibre-gl";
import { element, fill } from "../shell/page";
import { colour } from "./colours";
import type { Opened } from "./opened";
import type { Chosen, Place } from "./place";
import { addCaseLayers, fetchCases, putCases, showCases } from "./points";

const CLOSE_ZOOM = 15.5;
const NEAR_WAIT_MS = 400;

/** The chosen place on the map, where it can be moved by tap, by drag and by keys. */
export function pickPlace(opened: Opened): void {
  if (opened.place) new Picker(opened, opened.place).start();
}

class Picker {
  private readonly marker = new Marker({ draggable: true, color: colour("accent") });
  private isOnMap = false;
  private nearTimer = 0;
  private nearRequest: AbortController | null = null;

  constructor(
    private readonly opened: Opened,
    private readonly place: Place,
  ) {}

  start(): void {
    const { map } = this.opened;
    this.marker.on("dragend", () => {
      const { lng, lat } = this.marker.getLngLat();
      this.place.choose(lng, lat, "map");
    });
    map.getContainer().append(element("span", { class: "map-crosshair", "aria-hidden": "true" }));
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      const { lng, lat } = map.getCenter();
      this.place.choose(lng, lat, "keys");
    });
    this.watchCases();
    this.place.follow((chosen) => this.show(chosen));
  }

  private watchCases(): void {
    const { map, root, words } = this.opened;
    if (root.dataset.points) addCaseLayers(map, false);
    map.on("click", (event) => {
      const found = root.dataset.points ? map.queryRenderedFeatures(event.point, { layers: ["cases"] }) : [];
      if (found.length > 0) showCases(map, found, words);
      else this.place.choose(event.lngLat.lng, event.lngLat.lat, "map");
    });
  }

  private show(chosen: Chosen | null): void {
    if (!chosen) {
      this.marker.remove();
      this.isOnMap = false;
      return;
    }
    const { map } = this.opened;
    const { lon, lat, source } = chosen;
    this.marker.setLngLat([lon, lat]);
    if (!this.isOnMap) this.marker.addTo(map);
    this.isOnMap = true;
    if (source === "gps" || source === "typed") map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), CLOSE_ZOOM) }, { isChosen: true });
    this.askNear(lon, lat);
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
}

/** A template's `{% url %}` may have escaped the braces. */
function decodePlaces(template: string): string {
  return template.replace(/%7B(lon|lat)%7D/gi, "{$1}");
}
