import { Map as MapLibre, NavigationControl, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { boundsOf, fetchGround, type Ground, groundStyle, NO_GROUND, parseBounds } from "./ground";
import { listCases } from "./list";
import type { Opened } from "./opened";
import { pickPlace } from "./pick";
import type { Place } from "./place";
import { showPlace } from "./show";
import type { MapWords, Say } from "./words";

const MODES: Record<string, (opened: Opened) => void> = { pick: pickPlace, list: listCases, show: showPlace };

/** Opens the map of `root` and starts its mode. Rejects when the map cannot be drawn. */
export async function openMap(root: HTMLElement, words: MapWords, say: Say, place: Place | null): Promise<void> {
  setWorkerUrl(workerUrl);
  const found = await (place?.outlines() ?? fetchGround(root.dataset.cells ?? ""));
  const ground: Ground = found ?? NO_GROUND;
  const map = draw(root, ground, words);
  const opened: Opened = { root, map, ground, words, say, place };
  if (!found) say(words.no_cells, true);
  else if (place && !place.chosen && !root.querySelector(".map-status")?.textContent?.trim()) say(words.hint);
  await new Promise<void>((resolve, reject) => {
    map.once("style.load", () => resolve());
    map.once("error", (event) => (map.loaded() ? undefined : reject(event.error)));
  });
  MODES[root.dataset.map ?? ""]?.(opened);
  map.once("idle", () => (root.dataset.mapReady = ""));
}

function draw(root: HTMLElement, ground: Ground, words: MapWords): MapLibre {
  const bounds = parseBounds(root.dataset.bounds) ?? boundsOf(ground);
  const map = new MapLibre({
    container: root.querySelector<HTMLElement>(".map-canvas")!,
    style: groundStyle(ground),
    ...(bounds ? { bounds, fitBoundsOptions: { padding: 16 }, maxBounds: roomAround(bounds) } : { center: [104, 35], zoom: 3 }),
    maxZoom: 18,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: 0,
    locale: {
      "Map.Title": words.canvas,
      "Marker.Title": words.marker,
      "NavigationControl.ZoomIn": words.zoom_in,
      "NavigationControl.ZoomOut": words.zoom_out,
      "Popup.Close": words.close,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  return map;
}

/** Half the county on each side, so that its edge can be brought to the middle. */
function roomAround([west, south, east, north]: [number, number, number, number]): [number, number, number, number] {
  const [width, height] = [east - west, north - south];
  return [west - width / 2, south - height / 2, east + width / 2, north + height / 2];
}
