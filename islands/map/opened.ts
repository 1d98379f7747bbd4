import type { Map as MapLibre } from "maplibre-gl";
import type { Bounds, Ground } from "./ground";
import type { Place } from "./place";
import type { MapWords, Say } from "./words";

/** A map that is drawn, as its mode gets it. */
export interface Opened {
  root: HTMLElement;
  map: MapLibre;
  ground: Ground;
  words: MapWords;
  say: Say;
  /** Brings all of this into view, and keeps it there while nobody moves the map. */
  fit: (bounds: Bounds) => void;
  /** What a map of mode `pick` shows and changes. */
  place: Place | null;
}
