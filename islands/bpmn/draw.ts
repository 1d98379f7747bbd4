import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

interface Canvas {
  addMarker(element: string, marker: string): void;
  zoom(level: "fit-viewport" | number, centre?: "auto"): number;
  resized(): void;
  scrollToElement(element: string): void;
  viewbox(): { inner: { width: number; height: number } };
}

/** On a phone the whole drawing would be too small to read: it is then shown around the present step. */
const READABLE = 0.5;

/** Draws the process that `root` holds and marks where the case stands; without a diagram there is nothing to draw. */
export async function draw(root: HTMLElement): Promise<void> {
  const xml = JSON.parse(root.querySelector("script")?.textContent ?? '""') as string;
  const container = root.querySelector<HTMLElement>(".bpmn-canvas")!;
  const viewer = new NavigatedViewer({ container });
  await viewer.importXML(xml);
  const canvas = viewer.get<Canvas>("canvas");
  const { width, height } = canvas.viewbox().inner;
  container.style.aspectRatio = `${width + 40} / ${height + 40}`;
  canvas.resized();
  const live = (root.dataset.live ?? "").split(" ").filter(Boolean);
  for (const id of live) canvas.addMarker(id, "is-live");
  if (canvas.zoom("fit-viewport", "auto") < READABLE && live[0]) {
    canvas.zoom(READABLE);
    canvas.scrollToElement(live[0]);
  }
}
