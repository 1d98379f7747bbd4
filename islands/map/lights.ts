import type { Map as MapLibre } from "maplibre-gl";
import { colour } from "./colours";
import type { Light } from "./words";

export const LIGHTS: readonly Light[] = ["none", "green", "yellow", "red"];

export const COLOURS: Record<Light, string> = { green: "green", yellow: "yellow-mark", red: "red", none: "none" };
const RATIO = 2;

/** How bad a light is: 0 without time limit, 3 overdue. */
export function rank(light: unknown): number {
  return Math.max(0, LIGHTS.indexOf(light as Light));
}

/** Path of a light's shape around (0, 0): circle, triangle, square, ring. */
function trace(draw: CanvasRenderingContext2D, light: Light, radius: number): void {
  draw.beginPath();
  if (light === "red") draw.rect(-radius * 0.9, -radius * 0.9, radius * 1.8, radius * 1.8);
  else if (light === "yellow") {
    draw.moveTo(0, -radius * 1.15);
    draw.lineTo(radius * 1.2, radius * 0.95);
    draw.lineTo(-radius * 1.2, radius * 0.95);
    draw.closePath();
  } else draw.arc(0, 0, radius, 0, 2 * Math.PI);
}

function picture(light: Light, radius: number): ImageData {
  const size = Math.ceil(radius * 2.8 + 4) * RATIO;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const draw = canvas.getContext("2d")!;
  draw.scale(RATIO, RATIO);
  draw.translate(size / RATIO / 2, size / RATIO / 2);
  draw.lineJoin = "round";
  trace(draw, light, radius);
  draw.lineWidth = 3;
  draw.strokeStyle = colour("ground");
  draw.stroke();
  if (light === "none") {
    draw.fillStyle = colour("ground");
    draw.fill();
    draw.lineWidth = 2;
    draw.strokeStyle = colour(COLOURS.none);
    draw.stroke();
  } else {
    draw.fillStyle = colour(COLOURS[light]);
    draw.fill();
  }
  return draw.getImageData(0, 0, size, size);
}

/** Pictures `point-0` … `point-3`, by rank. */
export function addPictures(map: MapLibre): void {
  for (const light of LIGHTS) map.addImage(`point-${rank(light)}`, picture(light, 6.5), { pixelRatio: RATIO });
}

/** The shapes with their words, below the map. */
export function legend(words: Record<Light, string>): HTMLElement {
  const box = document.createElement("p");
  box.className = "map-legend";
  for (const light of [...LIGHTS].reverse()) {
    const entry = document.querySelector(`.light-${light} .light-mark`)?.cloneNode(true) ?? mark(light);
    const item = document.createElement("span");
    item.className = `light light-${light}`;
    item.append(entry, words[light]);
    box.append(item);
  }
  return box;
}

function mark(light: Light): Element {
  const shapes: Record<Light, string> = {
    green: '<circle cx="6" cy="6" r="5"/>',
    yellow: '<path d="M6 .8 11.6 11H.4z"/>',
    red: '<path d="M1 1h10v10H1z"/>',
    none: '<circle class="hollow" cx="6" cy="6" r="4.2"/>',
  };
  const holder = document.createElement("span");
  holder.innerHTML = `<svg class="light-mark" viewBox="0 0 12 12" aria-hidden="true">${shapes[light]}</svg>`;
  return holder.firstElementChild!;
}
