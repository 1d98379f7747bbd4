import type { Feature, Geometry } from "geojson";
import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";

export type Shape = Feature<Geometry, { level: "road" | "water" | "place"; name?: string; name_en?: string; rank?: number }>;

export const FONT = ["PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"];
const DRAWN = ["road", "water", "place"];
const WATER = "#b5d2e6";
const WATER_INK = "#3f6f8f";
const ROAD_EDGE = "#c3c9d0";
const WIDE_EDGE = "#d9bd7a";
const WIDE_BED = "#fcebc0";
const ROAD_INK = "#5b6570";

/** Whether it is a road, a water or a known place, and no division. */
export function isDrawn({ properties }: Feature<Geometry, { level?: string }>): boolean {
  return DRAWN.includes(properties.level ?? "");
}

/** The name in the language of the page, else as it is in Chinese. */
export function nameOf(): ExpressionSpecification {
  return document.documentElement.lang === "en" ? ["coalesce", ["get", "name_en"], ["get", "name"]] : ["get", "name"];
}

function only(level: string, ...more: ExpressionSpecification[]): FilterSpecification {
  return ["all", ["==", ["get", "level"], level], ...more];
}

const isRank = (rank: number): ExpressionSpecification => ["==", ["get", "rank"], rank];

function road(rank: number, part: "edge" | "bed", minzoom: number, far: number, near: number): LayerSpecification {
  const more = part === "edge" ? 1.6 : 0;
  return {
    id: `road-${rank}-${part}`,
    type: "line",
    source: "ground-shapes",
    minzoom,
    filter: only("road", isRank(rank)),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: {
      "line-color": part === "edge" ? (rank === 1 ? WIDE_EDGE : ROAD_EDGE) : rank === 1 ? WIDE_BED : "#ffffff",
      "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 9, far + more * 0.5, 17, near + more],
    },
  };
}

/** Waters, then roads, the wide ones over the narrow ones. */
export function drawnLayers(): LayerSpecification[] {
  return [
    { id: "water", type: "fill", source: "ground-shapes", filter: only("water", ["==", ["geometry-type"], "Polygon"]), paint: { "fill-color": WATER } },
    {
      id: "water-line",
      type: "line",
      source: "ground-shapes",
      filter: only("water", ["==", ["geometry-type"], "LineString"]),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": WATER, "line-width": ["interpolate", ["exponential", 1.4], ["zoom"], 9, 1.2, 16, 5] },
    },
    road(3, "edge", 12, 0.2, 5),
    road(2, "edge", 11, 0.4, 9),
    road(1, "edge", 8, 1, 11),
    road(3, "bed", 12, 0.2, 5),
    road(2, "bed", 11, 0.4, 9),
    road(1, "bed", 8, 1, 11),
  ];
}

function along(id: string, filter: FilterSpecification, size: number, minzoom: number, ink: string): LayerSpecification {
  return {
    id,
    type: "symbol",
    source: "ground-shapes",
    minzoom,
    filter,
    layout: {
      "symbol-placement": "line",
      "symbol-spacing": 320,
      "text-field": nameOf(),
      "text-font": FONT,
      "text-size": size,
      "text-max-angle": 35,
      "text-padding": 6,
    },
    paint: { "text-color": ink, "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
  };
}

/** Names along lines, in areas and beside points. */
export function shapeLabels(): LayerSpecification[] {
  return [
    {
      id: "name-place",
      type: "symbol",
      source: "ground-shapes",
      minzoom: 14,
      filter: only("place"),
      layout: { "text-field": nameOf(), "text-font": FONT, "text-size": 11.5, "text-max-width": 8, "text-padding": 4 },
      paint: { "text-color": "#6a5f4b", "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
    },
    along("name-road-3", only("road", isRank(3)), 11, 15, ROAD_INK),
    along("name-road-2", only("road", isRank(2)), 12, 13.5, ROAD_INK),
    along("name-water", only("water", ["==", ["geometry-type"], "LineString"]), 12, 11, WATER_INK),
    {
      id: "name-area",
      type: "symbol",
      source: "ground-shapes",
      minzoom: 12,
      filter: only("water", ["==", ["geometry-type"], "Polygon"], ["has", "name"]),
      layout: { "text-field": nameOf(), "text-font": FONT, "text-size": 12 },
      paint: { "text-color": WATER_INK, "text-halo-color": "#ffffff", "text-halo-width": 1.2 },
    },
    along("name-road-1", only("road", isRank(1)), 12, 11, ROAD_INK),
  ];
}
