export type Light = "green" | "yellow" | "red" | "none";

export interface MapWords {
  no_webgl: string;
  no_cells: string;
  no_points: string;
  insecure: string;
  refused: string;
  unavailable: string;
  timeout: string;
  outside: string;
  locating: string;
  located: string;
  picked: string;
  marker: string;
  canvas: string;
  cluster: string;
  cluster_lights: string;
  hint: string;
  opening: string;
  not_opened: string;
  open: string;
  close: string;
  zoom_in: string;
  zoom_out: string;
  lights: Record<Light, string>;
}

/** Says something under the map; `problem` sets it apart. */
export type Say = (text: string, problem?: boolean) => void;
