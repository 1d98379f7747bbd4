import type { AtRule, Plugin, Root } from "postcss";

const WORD = /[a-z][\w-]*/gi;
/** What stands in a page without being named in our markup. */
const ALWAYS = ["html", "body"];
/** Components of Tabler whose names ours have too, or that are mere words of our markup. */
const NAMESAKES = [
  "blockquote", "chat", "empty", "figure", "icon", "legend", "nav", "page", "placeholder", "progress", "signal", "status", "steps",
  "tag", "toast", "toolbar",
];
const NAMESAKE = new RegExp(`\\.(?:${NAMESAKES.join("|")})(?![a-z])`);
const LIBRARY = "@tabler";

/** Drops from Tabler's style what no page can use: selectors that need a class, id, element or attribute which stands
 *  nowhere in `markup`, then the custom properties and keyframes that nothing refers to. Rules of our own stay.
 *  `styles` are read for what they refer to. */
export function subset(markup: string[], styles: string[]): Plugin {
  const words = new Set([...ALWAYS, ...markup.flatMap((text) => text.match(WORD) ?? [])]);
  return {
    postcssPlugin: "liandong-subset",
    OnceExit(root) {
      if (!root.nodes.some((node) => isLibrary(node.source?.input.file))) return;
      dropUnused(root, words);
      dropUnread(root, [...markup, ...styles].join("\n"));
      dropEmpty(root);
    },
  };
}

function isLibrary(file: string | undefined): boolean {
  return file?.includes(LIBRARY) === true;
}

/** Whether some page may hold all that the selector names; what `:not()` excludes need not be there. */
function isOfUse(selector: string, words: Set<string>): boolean {
  const named = selector
    .replace(/:not\([^)]*\)/g, "")
    .replace(/::?[\w-]+/g, " ")
    .replace(/=\s*("[^"]*"|'[^']*'|[^\]]*)/g, "");
  return !NAMESAKE.test(named) && (named.match(WORD) ?? []).every((name) => words.has(name));
}

function dropUnused(root: Root, words: Set<string>): void {
  root.walkRules((rule) => {
    if (!isLibrary(rule.source?.input.file)) return;
    if (rule.parent?.type === "atrule" && /keyframes/.test((rule.parent as AtRule).name)) return;
    const kept = rule.selectors.filter((each) => isOfUse(each, words));
    if (kept.length === 0) rule.remove();
    else rule.selectors = kept;
  });
}

/** Until nothing more falls: a custom property may be read by another that falls later. */
function dropUnread(root: Root, besides: string): void {
  for (let fell = true; fell; ) {
    fell = false;
    const text = root.toString();
    const read = new Set([...`${text}\n${besides}`.matchAll(/var\(\s*(--[\w-]+)/g)].map((found) => found[1]));
    root.walkDecls(/^--/, (declaration) => {
      if (read.has(declaration.prop)) return;
      declaration.remove();
      fell = true;
    });
    root.walkAtRules(/keyframes/, (rule) => {
      if (new RegExp(`animation(-name)?:[^;}]*(?<![\\w-])${rule.params}(?![\\w-])`).test(text)) return;
      rule.remove();
      fell = true;
    });
  }
}

function dropEmpty(root: Root): void {
  root.walkRules((rule) => {
    if (rule.nodes.length === 0) rule.remove();
  });
  for (let found = true; found; ) {
    found = false;
    root.walkAtRules((rule) => {
      if (rule.nodes?.length !== 0) return;
      rule.remove();
      found = true;
    });
  }
}
