import type { Feature, Point } from "geojson";
import { type GeoJSONSource, type Map as MapLibre, Marker } from "maplibre-gl";
import { element, fill } from "../shell/page";
import { colour } from "./colours";
import { COLOURS, LIGHTS } from "./lights";
import type { Light, MapWords } from "./words";
import "./clusters.css";

type Counts = Record<Light, number>;

const WORST_FIRST: readonly Light[] = [...LIGHTS].reverse();
/** Units of the ring's own drawing, 48 wide. */
const RADIUS = 18;
const WIDTH: Record<Light, number> = { red: 9, yellow: 7, green: 5, none: 3 };
const GAP = 2;
const AROUND = 2 * Math.PI * RADIUS;

/** What a cluster adds up: how many of its cases have each light. */
export const LIGHT_COUNTS = Object.fromEntries(
  LIGHTS.map((light, at) => [light, ["+", ["case", ["==", ["get", "rank"], at], 1, 0]]]),
);

/** Clusters as buttons with a ring: the share of each light, the overdue first from the top and the thickest, and the
 *  numbers in words for whoever points at it, comes to it with the keys or has it read out. */
export function showClusters(map: MapLibre, words: MapWords): void {
  const made = new Map<string, Marker>();
  let shown = new Map<string, Marker>();
  const update = (): void => {
    if (!map.isSourceLoaded("cases")) return;
    const next = new Map<string, Marker>();
    for (const feature of map.querySourceFeatures("cases")) {
      if (!feature.properties.cluster) continue;
      const { cluster_id: id, point_count: count } = feature.properties as { cluster_id: number; point_count: number };
      const counts = countsOf(feature.properties);
      const key = [id, count, ...WORST_FIRST.map((light) => counts[light])].join(" ");
      if (next.has(key)) continue;
      const marker = made.get(key) ?? markerOf(map, feature as Feature<Point>, id, counts, count, words);
      made.set(key, marker);
      next.set(key, marker);
      if (!shown.has(key)) marker.addTo(map);
    }
    for (const [key, marker] of shown) if (!next.has(key)) marker.remove();
    shown = next;
  };
  map.on("render", update);
  map.on("sourcedata", (event) => {
    if (event.sourceId !== "cases" || event.sourceDataType === "metadata") return;
    if (event.isSourceLoaded) update();
  });
}

/** Other cases have other clusters under the same numbers. */
function countsOf(properties: Record<string, unknown>): Counts {
  return Object.fromEntries(LIGHTS.map((light) => [light, Number(properties[light]) || 0])) as Counts;
}

function markerOf(map: MapLibre, feature: Feature<Point>, id: number, counts: Counts, count: number, words: MapWords): Marker {
  const told = [fill(words.cluster, { count }), ...WORST_FIRST.filter((light) => counts[light] > 0).map((light) => fill(words.cluster_lights, { name: words.lights[light], count: counts[light] }))].join(" · ");
  const button = element("button", { type: "button", class: "map-cluster", "aria-label": told, title: told }, ring(counts, count), element("span", { class: "num", "aria-hidden": "true" }, short(count)));
  button.style.setProperty("--size", `${sizeOf(count)}px`);
  const centre = feature.geometry.coordinates as [number, number];
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    void map
      .getSource<GeoJSONSource>("cases")
      ?.getClusterExpansionZoom(id)
      .then((zoom) => map.easeTo({ center: centre, zoom }));
  });
  const marker = new Marker({ element: button }).setLngLat(centre);
  button.setAttribute("aria-label", told);
  return marker;
}

function sizeOf(count: number): number {
  return Math.round(30 + 5 * Math.min(3.2, Math.log10(count)) * 1.6);
}

function short(count: number): string {
  return count >= 1000 ? `${Math.floor(count / 100) / 10}k` : String(count);
}

function ring(counts: Counts, count: number): SVGElement {
  const parts = WORST_FIRST.filter((light) => counts[light] > 0);
  const gap = parts.length > 1 ? GAP : 0;
  let from = 0;
  const arcs = parts.map((light) => {
    const length = (counts[light] / count) * AROUND;
    const drawn = Math.max(1, length - gap);
    const arc = `<circle cx="24" cy="24" r="${RADIUS}" stroke="${colour(COLOURS[light])}" stroke-width="${WIDTH[light]}" stroke-dasharray="${drawn} ${AROUND - drawn}" stroke-dashoffset="${-from}"/>`;
    from += length;
    return arc;
  });
  const holder = document.createElement("span");
  holder.innerHTML = `<svg viewBox="0 0 48 48" aria-hidden="true"><circle class="map-cluster-ground" cx="24" cy="24" r="22"/><g fill="none" transform="rotate(-90 24 24)">${arcs.join("")}</g></svg>`;
  return holder.firstElementChild as SVGElement;
}
