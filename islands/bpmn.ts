import "bpmn-js/dist/assets/diagram-js.css";
import "./bpmn/drawing.css";
import { draw } from "./bpmn/draw";
import { onContent } from "./shell/page";

const started = new WeakSet<HTMLElement>();

/** The words beside it say the same: a drawing that can't be shown leaves them standing. */
async function start(root: HTMLElement): Promise<void> {
  if (started.has(root)) return;
  started.add(root);
  try {
    await draw(root);
    root.dataset.bpmnReady = "";
  } catch (error) {
    console.warn(error);
    root.remove();
  }
}

onContent(() => document.querySelectorAll<HTMLElement>("[data-bpmn]").forEach((root) => void start(root)));
