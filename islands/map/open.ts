import { Map as MapLibre, NavigationControl, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { type Bounds, boundsOf, fetchGround, type Ground, groundStyle, NO_GROUND, parseBounds } from "./ground";
import { listCases } from "./list";
import type { Opened } from "./opened";
import { pickPlace } from "./pick";
import type { Place } from "./place";
import { showPlace } from "./show";
import type { MapWords, Say } from "./words";

const PADDING_PX = 16;
const CLOSE_ZOOM = 15;
const MODES: Record<string, (opened: Opened) => void> = { pick: pickPlace, list: listCases, show: showPlace };

/** Opens the map of `root` and starts its mode. Rejects when the map cannot be drawn. */
export async function openMap(root: HTMLElement, words: MapWords, say: Say, place: Place | null): Promise<void> {
  setWorkerUrl(workerUrl);
  const found = await (place?.outlines() ?? fetchGround(root.dataset.cells ?? ""));
  const ground: Ground = found ?? NO_GROUND;
  const bounds = parseBounds(root.dataset.bounds) ?? boundsOf(ground);
  const map = draw(root, ground, words, bounds);
  const opened: Opened = { root, map, ground, words, say, place, fit: fitter(map, bounds, boundsOf(ground) ?? bounds) };
  if (!found) say(words.no_cells, true);
  else if (place && !place.chosen && !root.querySelector(".map-status")?.textContent?.trim()) say(words.hint);
  await new Promise<void>((resolve, reject) => {
    map.once("style.load", () => resolve());
    map.once("error", (event) => (map.loaded() ? undefined : reject(event.error)));
  });
  MODES[root.dataset.map ?? ""]?.(opened);
  map.once("idle", () => (root.dataset.mapReady = ""));
}

function draw(root: HTMLElement, ground: Ground, words: MapWords, bounds: Bounds | null): MapLibre {
  const map = new MapLibre({
    container: root.querySelector<HTMLElement>(".map-canvas")!,
    style: groundStyle(ground),
    ...(bounds ? { bounds, fitBoundsOptions: { padding: PADDING_PX } } : { center: [104, 35], zoom: 3 }),
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

/** The whole of it is in view whatever the shape of the map, also after that changes as long as nobody moved it or chose a place; and
 *  nobody gets lost: half as much room on each side as the county and what is in view take, so that an edge can be
 *  brought to the middle. */
function fitter(map: MapLibre, first: Bounds | null, ground: Bounds | null): (bounds: Bounds) => void {
  let [wanted, isMoved] = [first, false];
  const limit = (): void => {
    if (!ground) return;
    const view = map.getBounds().toArray().flat() as Bounds;
    const all: Bounds = [Math.min(view[0], ground[0]), Math.min(view[1], ground[1]), Math.max(view[2], ground[2]), Math.max(view[3], ground[3])];
    map.setMaxBounds(roomAround(all));
  };
  limit();
  map.on("movestart", (event) => {
    isMoved ||= Boolean(event.originalEvent) || "isChosen" in event;
  });
  const fit = (bounds: Bounds): void => {
    map.setMaxBounds(null);
    map.fitBounds(bounds, { padding: PADDING_PX, maxZoom: CLOSE_ZOOM, animate: false });
    limit();
  };
  map.on("resize", () => {
    if (wanted && !isMoved) fit(wanted);
  });
  return (bounds) => {
    wanted = bounds;
    fit(bounds);
  };
}

function roomAround([west, south, east, north]: Bounds): Bounds {
  const [width, height] = [east - west, north - south];
  return [west - width / 2, south - height / 2, east + width / 2, north + height / 2];
}
