import "./styles/receipt.css";
import { showBoxes } from "./shell/remember";

showBoxes();

/** What was said of an action holds for the page that followed it, not for one that is come back to. */
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("[data-said-here]").forEach((note) => note.remove());
});
