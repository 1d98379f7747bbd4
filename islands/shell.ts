import "htmx.org";
import { watchDialogs } from "./shell/dialogs";
import { watchDrafts } from "./shell/drafts";
import { watchLiveBars } from "./shell/live";
import { watchMoments } from "./shell/moments";
import { watchRequests } from "./shell/requests";
import { watchRows } from "./shell/rows";
import { watchSubmits } from "./shell/submits";
import { watchToasts } from "./shell/toasts";

watchDialogs();
watchSubmits();
watchRequests();
watchDrafts();
watchRows();
watchLiveBars();
watchMoments();
watchToasts();
