import type { Plugin } from "postcss";

/** Parts of Tabler that no page uses; a class of one of these families takes its selector with it. */
const FAMILIES = [
  "accordion", "animation", "antialiased", "avatar", "blockquote", "calendar", "carousel", "chart", "chat", "chip", "collapsing",
  "column", "columns", "cursor", "datagrid", "dimmer", "divide", "dropdown", "dropend", "dropstart", "dropup", "embed", "empty",
  "figure", "flag", "flags", "g-col", "g-start", "hero", "highlight", "hr", "icon", "img", "layout", "legend", "list-group",
  "list-timeline", "loader", "markdown", "mention", "modal", "nav", "navbar", "object", "offcanvas", "offset", "order", "otp",
  "page", "payment", "placeholder", "popover", "progress", "prose", "range", "ratio", "ribbon", "scroll", "segmented", "signal",
  "signature", "social", "sortable", "space", "sparkline", "status", "step", "steps", "strength", "switch-icon", "tab", "tag",
  "theme", "toast", "toolbar", "tooltip", "tracking", "user", "w3", "wave",
  "card-(?!body|title|header)", "form-(?:colorinput|colors|imagecheck|selectgroup|signature)", "link-",
];
const COLOURS =
  "blue|azure|indigo|purple|pink|orange|yellow|lime|green|teal|cyan|gray|red|dark|light|black|white|info|muted|tabler|" +
  "x|facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|apple|" +
  "tiktok|whatsapp|discord|spotify";
const UNUSED = new RegExp(
  `\\.(?:(?:${FAMILIES.join("|")})(?![a-z])|(?:bg|text|btn|border|badge|alert|table)-(?:outline-|ghost-)?(?:${COLOURS})(?![a-z]))|\\[data-vc`,
);

/** Drops the unused families from Tabler's style, so that a page carries half of it. */
export function subset(): Plugin {
  return {
    postcssPlugin: "liandong-subset",
    Once(root) {
      root.walkRules((rule) => {
        if (!rule.source?.input.file?.includes("@tabler")) return;
        if (rule.parent?.type === "atrule" && "name" in rule.parent && /keyframes/.test(String(rule.parent.name))) return;
        const kept = rule.selectors.filter((each) => !UNUSED.test(each.replace(/:not\([^)]*\)/g, "")));
        if (kept.length === 0) rule.remove();
        else rule.selectors = kept;
      });
      root.walkAtRules((rule) => {
        if (rule.nodes?.length === 0) rule.remove();
      });
    },
  };
}
