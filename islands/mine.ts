import "./styles/mine.css";
import { showList } from "./own/remember";

showList();
