import { PhotoInput } from "./photos/input";
import { onContent } from "./shell/page";

const started = new WeakSet<HTMLElement>();

onContent(() => {
  for (const root of document.querySelectorAll<HTMLElement>("[data-photos]")) {
    if (started.has(root)) continue;
    started.add(root);
    void new PhotoInput(root).start();
  }
});
