import { Marker } from "maplibre-gl";
import { colour } from "./colours";
import type { Opened } from "./opened";

const CLOSE_ZOOM = 15;

/** One place, to look at. */
export function showPlace({ root, map }: Opened): void {
  const [lon, lat] = [Number(root.dataset.lon), Number(root.dataset.lat)];
  if (!root.dataset.lon || !Number.isFinite(lon) || !Number.isFinite(lat)) return;
  new Marker({ color: colour("accent") }).setLngLat([lon, lat]).addTo(map);
  map.jumpTo({ center: [lon, lat], zoom: CLOSE_ZOOM });
}
