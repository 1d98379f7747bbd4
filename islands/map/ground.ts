import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon } from "geojson";
import type { FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { colour } from "./colours";
import { drawnLayers, FONT, isDrawn, nameOf, type Shape, shapeLabels } from "./shapes";

export type Bounds = [west: number, south: number, east: number, north: number];
export interface Division {
  level?: string;
  name?: string;
  name_en?: string;
  code?: string;
  own?: boolean;
}
/** `shapes`: roads, waters and known places, which bound nothing. */
export interface Ground extends FeatureCollection<Polygon | MultiPolygon, Division> {
  shapes: Shape[];
}
type Ring = number[][];

/** As far outside the drawn border as the server takes a place (`places.BORDER_M`). */
const BORDER_M = 300;
const DEGREE_M = 111_320;

const OWN: FilterSpecification = ["==", ["get", "own"], true];
export const NO_GROUND: Ground = { type: "FeatureCollection", features: [], shapes: [] };

/** The county's polygons, and what is drawn on them; null when they cannot be had. */
export async function fetchGround(url: string): Promise<Ground | null> {
  try {
    const answer = await fetch(url);
    if (!answer.ok) return null;
    return apart((await answer.json()) as FeatureCollection<Geometry, Division>);
  } catch {
    return null;
  }
}

function apart({ features }: FeatureCollection<Geometry, Division>): Ground {
  return {
    type: "FeatureCollection",
    features: features.filter((feature) => !isDrawn(feature)) as Ground["features"],
    shapes: features.filter(isDrawn) as Shape[],
  };
}

function polygons(feature: Feature<Polygon | MultiPolygon>): Ring[][] {
  const { geometry } = feature;
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
}

export function boundsOf(ground: Ground): Bounds | null {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const feature of ground.features) {
    for (const [outer] of polygons(feature)) {
      for (const [lon = 0, lat = 0] of outer ?? []) {
        bounds[0] = Math.min(bounds[0], lon);
        bounds[1] = Math.min(bounds[1], lat);
        bounds[2] = Math.max(bounds[2], lon);
        bounds[3] = Math.max(bounds[3], lat);
      }
    }
  }
  return Number.isFinite(bounds[0]) ? bounds : null;
}

export function parseBounds(text: string | undefined): Bounds | null {
  const numbers = (text ?? "").split(",").map(Number);
  return numbers.length === 4 && numbers.every(Number.isFinite) ? (numbers as Bounds) : null;
}

/** By the even-odd rule over all rings. */
function isInRings(rings: Ring[], lon: number, lat: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
      const [x1 = 0, y1 = 0] = ring[at] ?? [];
      const [x2 = 0, y2 = 0] = ring[before] ?? [];
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return inside;
}

/** Whether some edge of the rings is at most so many metres away. */
function isNearRings(rings: Ring[], lon: number, lat: number, reachM: number): boolean {
  const eastM = DEGREE_M * Math.cos((lat * Math.PI) / 180);
  return rings.some((ring) =>
    ring.some((end, at) => {
      const start = ring[at === 0 ? ring.length - 1 : at - 1] ?? end;
      const [x1, y1] = [((start[0] ?? 0) - lon) * eastM, ((start[1] ?? 0) - lat) * DEGREE_M];
      const [x2, y2] = [((end[0] ?? 0) - lon) * eastM, ((end[1] ?? 0) - lat) * DEGREE_M];
      const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
      const share = length === 0 ? 0 : Math.min(1, Math.max(0, -(x1 * (x2 - x1) + y1 * (y2 - y1)) / length));
      return Math.hypot(x1 + share * (x2 - x1), y1 + share * (y2 - y1)) <= reachM;
    }),
  );
}

/** Whether the place is one that the county takes: inside, or on its border; true when its shape is not known. */
export function isTaken(ground: Ground, lon: number, lat: number): boolean {
  const county = ground.features.filter((feature) => feature.properties.level === "county");
  const shapes = (county.length > 0 ? county : ground.features).flatMap(polygons);
  return (
    shapes.length === 0 ||
    shapes.some((rings) => isInRings(rings, lon, lat) || isNearRings(rings, lon, lat, BORDER_M))
  );
}

function border(level: string, colour: string, width: number, minzoom = 0): LayerSpecification {
  return {
    id: `border-${level}`,
    type: "line",
    source: "ground",
    minzoom,
    filter: ["==", ["get", "level"], level],
    paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 9, width * 0.6, 15, width * 1.5] },
  };
}

function label(level: string, size: number, minzoom: number, maxzoom: number, colour: string): LayerSpecification {
  return {
    id: `label-${level}`,
    type: "symbol",
    source: "ground-labels",
    minzoom,
    maxzoom,
    filter: ["==", ["get", "level"], level],
    layout: { "text-field": nameOf(), "text-font": FONT, "text-size": size, "text-max-width": 7 },
    paint: { "text-color": colour, "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
  };
}

/** Labels stand on one point each, or a polygon cut by tiles would be named once a tile. */
function labelPoints(ground: Ground): FeatureCollection {
  const features = ground.features
    .filter((feature) => feature.properties.name && feature.properties.level !== "county")
    .map((feature): Feature => ({ type: "Feature", properties: feature.properties, geometry: { type: "Point", coordinates: middle(feature) } }));
  return { type: "FeatureCollection", features };
}

/** The centre of area of the largest outer ring. */
function middle(feature: Feature<Polygon | MultiPolygon>): number[] {
  let best = { area: 0, at: [0, 0] };
  for (const [outer = []] of polygons(feature)) {
    let area = 0;
    let x = 0;
    let y = 0;
    const [x0 = 0, y0 = 0] = outer[0] ?? [];
    for (let at = 0; at < outer.length - 1; at++) {
      const [x1 = 0, y1 = 0] = outer[at] ?? [];
      const [x2 = 0, y2 = 0] = outer[at + 1] ?? [];
      const cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
      area += cross;
      x += (x1 + x2 - 2 * x0) * cross;
      y += (y1 + y2 - 2 * y0) * cross;
    }
    if (Math.abs(area) > best.area) best = { area: Math.abs(area), at: [x0 + x / (3 * area), y0 + y / (3 * area)] };
  }
  return best.at;
}

/** A style of our own: no tiles, no glyph server, only the county's polygons and what is drawn on them. */
export function groundStyle(found: Ground | null): StyleSpecification {
  const ground = found ?? NO_GROUND;
  return {
    version: 8,
    sources: {
      ground: { type: "geojson", data: { type: "FeatureCollection", features: ground.features } },
      "ground-labels": { type: "geojson", data: labelPoints(ground) },
      "ground-shapes": { type: "geojson", data: { type: "FeatureCollection", features: ground.shapes }, tolerance: 0.2 },
    },
    layers: [
      { id: "background", type: "background", paint: { "background-color": "#e9ecef" } },
      { id: "land", type: "fill", source: "ground", filter: ["==", ["get", "level"], "county"], paint: { "fill-color": "#fbfbf9" } },
      { id: "land-parts", type: "fill", source: "ground", filter: ["in", ["get", "level"], ["literal", ["town", "village"]]], paint: { "fill-color": "#fbfbf9" } },
      { id: "own", type: "fill", source: "ground", filter: OWN, paint: { "fill-color": "#ffffff" } },
      border("cell", "#e3e6ea", 0.7, 11),
      border("village", "#cfd5db", 0.9, 10),
      ...drawnLayers(),
      { id: "border-own", type: "line", source: "ground", filter: OWN, paint: { "line-color": colour("accent"), "line-width": 2.5 } },
      border("town", "#a3adb8", 1.3),
      border("county", "#6f7b88", 2),
      ...shapeLabels(),
      label("cell", 11, 15, 24, "#66717d"),
      label("village", 12, 12, 24, "#55606c"),
      label("town", 14, 8, 13, "#3a4550"),
    ],
  };
}
