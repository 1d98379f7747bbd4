import type { Feature, FeatureCollection, Point } from "geojson";
import { type GeoJSONSource, type Map as MapLibre, type MapGeoJSONFeature, Popup } from "maplibre-gl";
import { element } from "../shell/page";
import { LIGHT_COUNTS } from "./clusters";
import { colour } from "./colours";
import type { Bounds } from "./ground";
import { addPictures, LIGHTS, rank } from "./lights";
import type { MapWords } from "./words";

export interface CaseProperties {
  id: string | number;
  light?: string;
  number?: string;
  kind?: string;
  due?: string;
  url?: string;
}
export type Cases = FeatureCollection<Point, CaseProperties>;

const SHOWN_AT_ONCE = 8;
const EMPTY: Cases = { type: "FeatureCollection", features: [] };

/** Layers of cases; clusters are drawn by `clusters.ts`. */
export function addCaseLayers(map: MapLibre, clustered: boolean): void {
  addPictures(map);
  map.addSource("cases", {
    type: "geojson",
    data: EMPTY,
    cluster: clustered,
    clusterRadius: 44,
    clusterMaxZoom: 15,
    clusterProperties: LIGHT_COUNTS,
  });
  map.addSource("hot", { type: "geojson", data: EMPTY });
  map.addLayer({
    id: "hot",
    type: "circle",
    source: "hot",
    paint: { "circle-radius": 14, "circle-color": colour("accent"), "circle-opacity": 0.18, "circle-stroke-color": colour("accent"), "circle-stroke-width": 3 },
  });
  map.addLayer({
    id: "cases",
    type: "symbol",
    source: "cases",
    filter: ["!", ["has", "point_count"]],
    layout: {
      "icon-image": ["concat", "point-", ["to-string", ["get", "rank"]]],
      "icon-allow-overlap": true,
      "symbol-sort-key": ["get", "rank"],
    },
  });
}

export async function fetchCases(url: string, signal?: AbortSignal): Promise<Cases> {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
  if (!answer.ok || answer.redirected) throw new Error(`${url}: ${answer.status}`);
  const cases = (await answer.json()) as Cases;
  for (const feature of cases.features) Object.assign(feature.properties, { rank: rank(feature.properties.light) });
  return cases;
}

export function boundsOfPoints(cases: Cases): Bounds | null {
  if (cases.features.length === 0) return null;
  const [lons, lats] = [0, 1].map((axis) => cases.features.map(({ geometry }) => geometry.coordinates[axis]!)) as [number[], number[]];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

export function putCases(map: MapLibre, cases: Cases): void {
  map.getSource<GeoJSONSource>("cases")?.setData(cases);
}

/** Rings the point, whether it stands alone or inside a cluster. */
export function heat(map: MapLibre, feature: Feature<Point> | undefined): void {
  map.getSource<GeoJSONSource>("hot")?.setData(feature ?? EMPTY);
}

/** A popup with one case, or the list of those that lie on the same spot. */
export function showCases(map: MapLibre, found: MapGeoJSONFeature[], words: MapWords): Popup {
  const first = found[0]!.geometry as Point;
  const entries = found.slice(0, SHOWN_AT_ONCE).map((feature) => entry(feature.properties as CaseProperties, words));
  const content = element("div", {}, ...entries);
  if (found.length > SHOWN_AT_ONCE) content.append(element("p", { class: "quiet num" }, `+ ${found.length - SHOWN_AT_ONCE}`));
  return new Popup({ className: "map-popup", maxWidth: "20rem", offset: 10, focusAfterOpen: true })
    .setLngLat(first.coordinates as [number, number])
    .setDOMContent(content)
    .addTo(map);
}

function entry(properties: CaseProperties, words: MapWords): HTMLElement {
  const light = LIGHTS.find((each) => each === properties.light) ?? "none";
  const title = [properties.kind, properties.number].filter(Boolean).join(" · ") || String(properties.id);
  const box = element("div", { class: "map-case" });
  box.append(element("p", {}, properties.url ? element("a", { href: properties.url }, title) : title));
  box.append(element("p", { class: `light-${light}` }, [words.lights[light], properties.due].filter(Boolean).join(" · ")));
  return box;
}
