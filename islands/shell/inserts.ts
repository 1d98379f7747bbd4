const BLANK = /【请填：[^】]*】|\[please fill in: [^\]]*\]/;
const inserted = new WeakMap<HTMLTextAreaElement, string>();

/** A button with words to begin with puts them into its text field, before what is there, and selects the first blank. */
export function watchInserts(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-insert]");
    const field = button && document.querySelector<HTMLTextAreaElement>(button.dataset.insert ?? "");
    if (button && field) insert(field, button.value);
  });
}

function insert(field: HTMLTextAreaElement, words: string): void {
  const own = field.value === inserted.get(field) ? "" : field.value.trim();
  field.value = own ? `${words}\n${own}` : words;
  inserted.set(field, field.value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const blank = BLANK.exec(field.value);
  field.focus();
  if (blank) field.setSelectionRange(blank.index, blank.index + blank[0].length);
}
