import type { AtRule, Plugin, Root } from "postcss";

const WORD = /[a-z][\w-]*/gi;
/** What stands in a page without being named in our markup. */
const ALWAYS = ["html", "body"];
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

/** Names that must all stand in the page for the selector to match anything; what `:not()` excludes need not. */
function namesIn(selector: string): string[] {
  const plain = selector
    .replace(/:not\([^)]*\)/g, "")
    .replace(/::?[\w-]+/g, " ")
    .replace(/=\s*("[^"]*"|'[^']*'|[^\]]*)/g, "");
  return plain.match(WORD) ?? [];
}

function dropUnused(root: Root, words: Set<string>): void {
  root.walkRules((rule) => {
    if (!isLibrary(rule.source?.input.file)) return;
    if (rule.parent?.type === "atrule" && /keyframes/.test((rule.parent as AtRule).name)) return;
    const kept = rule.selectors.filter((each) => namesIn(each).every((name) => words.has(name)));
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
