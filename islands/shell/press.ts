import type { HtmxRequestCtx } from "htmx.org";

const ENDS = ["pointerup", "pointercancel", "dragend"];
/** A press whose end no event tells holds nothing back for longer. */
const HELD_AT_MOST_MS = 2_000;

let press = Promise.resolve();

/** Nothing moves under a finger: what answers bring is shown after the press that is under way, or a button that slides
 *  away between press and release would lose its click. */
export function watchPress(): void {
  document.addEventListener("pointerdown", () => (press = end()), true);
  document.addEventListener("htmx:config:request", (event) => {
    const ctx = event.detail.ctx as HtmxRequestCtx & { fetch: typeof fetch };
    ctx.fetch = async (address, request) => {
      const response = await fetch(address, request);
      await press;
      return response;
    };
  });
}

/** After the click that follows the release. */
function end(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => void window.setTimeout(resolve);
    for (const name of ENDS) document.addEventListener(name, done, { capture: true, once: true });
    window.setTimeout(done, HELD_AT_MOST_MS);
  });
}
