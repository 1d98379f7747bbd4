/** The page of a busy installation holds what was sent: it is sent again by itself, at a moment of its own, so that all
 *  who were refused together don't come back together. */
const SPREAD_MS = 3_000;

const form = document.querySelector<HTMLFormElement>("form[data-sends-after]");
const seconds = Number(form?.dataset.sendsAfter);

if (form && seconds > 0) {
  const timer = window.setTimeout(() => form.submit(), seconds * 1_000 + Math.random() * SPREAD_MS);
  form.addEventListener("submit", () => window.clearTimeout(timer));
}
