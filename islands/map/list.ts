import type { Feature, Point } from "geojson";
import type { MapGeoJSONFeature, MapMouseEvent } from "maplibre-gl";
import { showClusters } from "./clusters";
import { legend } from "./lights";
import type { Opened } from "./opened";
import { addCaseLayers, boundsOfPoints, type CaseProperties, fetchCases, heat, putCases, showCases } from "./points";

/** Cases on the map beside a list: what is pointed at in one lights up in the other. Where no outline says where the
 *  county lies, or the page wants it so, the first cases do. */
export function listCases({ root, map, ground, words, say, fit }: Opened): void {
  const list = root.dataset.list ? document.querySelector<HTMLElement>(root.dataset.list) : null;
  let shown = new Map<string, Feature<Point, CaseProperties>>();
  let loadedUrl = "";
  const bare = (ground.features.length === 0 && !root.dataset.bounds) || root.dataset.fit === "points";
  let fitted = false;
  addCaseLayers(map, true);
  showClusters(map, words);
  map.getContainer().append(legend(words.lights));

  const load = async (): Promise<void> => {
    const url = wantedUrl(root);
    if (!url || url === loadedUrl) return;
    loadedUrl = url;
    try {
      const cases = await fetchCases(url);
      if (url !== loadedUrl) return;
      shown = new Map(cases.features.map((feature) => [String(feature.properties.id), feature]));
      putCases(map, cases);
      const around = bare && !fitted ? boundsOfPoints(cases) : null;
      if (around) fit(around);
      fitted ||= around !== null;
      say("");
    } catch (error) {
      console.warn(error);
      loadedUrl = "";
      say(words.no_points, true);
    }
  };

  const point = (event: MapMouseEvent): MapGeoJSONFeature[] => map.queryRenderedFeatures(event.point, { layers: ["cases"] });
  const light = (id: string | null): void => {
    list?.querySelectorAll(".is-linked").forEach((row) => row.classList.remove("is-linked"));
    if (id !== null) list?.querySelector(`[data-point-id="${CSS.escape(id)}"]`)?.classList.add("is-linked");
    heat(map, id === null ? undefined : shown.get(id));
  };

  map.on("mousemove", "cases", (event) => {
    map.getCanvas().style.cursor = "pointer";
    light(String(point(event)[0]?.properties.id ?? ""));
  });
  map.on("mouseleave", "cases", () => {
    map.getCanvas().style.cursor = "";
    light(null);
  });
  map.on("click", "cases", (event) => {
    const found = point(event);
    if (found.length === 0) return;
    showCases(map, found, words);
    const id = String(found[0]?.properties.id);
    light(id);
    list?.querySelector(`[data-point-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  });

  if (list) followList(list, light);
  document.addEventListener("htmx:after:process", () => void load());
  void load();
}

/** The list's own address of points goes before the map's: it changes with the filters. */
function wantedUrl(root: HTMLElement): string {
  const list = root.dataset.list ? document.querySelector<HTMLElement>(root.dataset.list) : null;
  const inner = list?.querySelector<HTMLElement>("[data-points]");
  return inner?.dataset.points ?? list?.dataset.points ?? root.dataset.points ?? "";
}

function followList(list: HTMLElement, light: (id: string | null) => void): void {
  const over = (event: Event): void => {
    const row = (event.target as Element).closest<HTMLElement>("[data-point-id]");
    light(row?.dataset.pointId ?? null);
  };
  list.addEventListener("mouseover", over);
  list.addEventListener("focusin", over);
  list.addEventListener("mouseleave", () => light(null));
  list.addEventListener("focusout", () => light(null));
}
