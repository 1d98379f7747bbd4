/** A colour of `styles/tokens.css` by its name there, as it holds on this page. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
