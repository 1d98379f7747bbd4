import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

interface Canvas {
  addMarker(element: string, marker: string): void;
  zoom(level: "fit-viewport", centre?: "auto"): number;
  viewbox(): { inner: { width: number; height: number } };
}

/** Draws the process that `root` holds and marks where the case stands; without a diagram there is nothing to draw. */
export async function draw(root: HTMLElement): Promise<void> {
  const xml = JSON.parse(root.querySelector("script")?.textContent ?? '""') as string;
  const container = root.querySelector<HTMLElement>(".bpmn-canvas")!;
  const viewer = new NavigatedViewer({ container });
  await viewer.importXML(xml);
  const canvas = viewer.get<Canvas>("canvas");
  const { width, height } = canvas.viewbox().inner;
  container.style.aspectRatio = `${width + 40} / ${height + 40}`;
  canvas.zoom("fit-viewport", "auto");
  for (const id of (root.dataset.live ?? "").split(" ").filter(Boolean)) canvas.addMarker(id, "is-live");
}
