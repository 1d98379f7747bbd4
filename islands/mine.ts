import "./styles/mine.css";
import { showList } from "./shell/remember";

showList();
