import { Marker } from "maplibre-gl";
import { colour } from "./colours";
import type { Opened } from "./opened";

/** One place, to look at: it stays in the middle when the map's room changes. */
export function showPlace({ root, map, fit }: Opened): void {
  const [lon, lat] = [Number(root.dataset.lon), Number(root.dataset.lat)];
  if (!root.dataset.lon || !Number.isFinite(lon) || !Number.isFinite(lat)) return;
  new Marker({ color: colour("accent") }).setLngLat([lon, lat]).addTo(map);
  fit([lon, lat, lon, lat]);
}
