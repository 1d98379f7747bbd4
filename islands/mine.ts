import { showList } from "./shell/remember";

showList();
