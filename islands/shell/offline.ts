import { words } from "./page";
import { showToast } from "./toasts";

/** Without a network a link or a form that would load another page stays where it is and says so: the browser's own
 *  error page would take the place of what is being read or written. It comes after what sends by itself and waits for
 *  the network. */
export function watchOffline(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (link && leadsAway(event, link)) stay(event);
  });
  document.addEventListener("submit", (event) => {
    if ((event.target as HTMLFormElement).method !== "dialog") stay(event);
  });
}

function stay(event: Event): void {
  if (navigator.onLine || event.defaultPrevented) return;
  event.preventDefault();
  showToast({ text: words.offline, level: "error" });
}

/** Whether the window itself goes to another page of ours. */
function leadsAway(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link.target === "_blank" || link.hasAttribute("download");
  const isHere = link.pathname === location.pathname && link.search === location.search && link.hash !== "";
  return !isElsewhere && !isHere && link.origin === location.origin;
}
