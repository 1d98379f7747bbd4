type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Kept = { name: string; key: string; state: string };

const FIELDS = "input[name], select[name], textarea[name]";
const NEVER = "[type=hidden], [type=file], [type=submit], [type=button], [type=password]";
const asked = new WeakMap<object, Map<Field, string>>();
const kept = new WeakMap<object, Kept[]>();

/** What a person chose or wrote in a part of the page while its new content was on the way stays chosen and written: the
 *  server could not know of it when it made the answer. */
export function watchChoices(): void {
  document.addEventListener("htmx:before:request", (event) => {
    asked.set(event.detail.ctx, new Map(fieldsIn(document).map((field) => [field, stateOf(field)])));
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail as { ctx: object; tasks: { target?: unknown }[] };
    const before = asked.get(ctx);
    const parts = tasks.map(({ target }) => (typeof target === "string" ? document.querySelector(target) : target));
    const fields = parts.flatMap((part) => (part instanceof Element ? fieldsIn(part) : []));
    const changed = fields.filter((field) => stateOf(field) !== (before?.get(field) ?? stateOf(field, true)) && !isLeft(field));
    kept.set(ctx, changed.map((field) => ({ name: field.name, key: keyOf(field), state: stateOf(field) })));
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const fields = fieldsIn(document);
    for (const each of kept.get(event.detail.ctx) ?? []) {
      const again = fields.find((field) => field.name === each.name && keyOf(field) === each.key);
      if (again) put(again, each.state);
    }
    kept.delete(event.detail.ctx);
  });
}

function fieldsIn(part: ParentNode): Field[] {
  return Array.from(part.querySelectorAll<Field>(FIELDS)).filter((field) => !field.matches(NEVER));
}

function isChoice(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox");
}

/** A radio button that another took the choice from: the other says it all. */
function isLeft(field: Field): boolean {
  return isChoice(field) && field.type === "radio" && !field.checked;
}

/** One of several fields of a name: by its value, or by `data-choice` where each answer writes the same choice anew. */
function keyOf(field: Field): string {
  return isChoice(field) ? (field.dataset.choice ?? field.value) : "";
}

function stateOf(field: Field, byDefault = false): string {
  if (isChoice(field)) return String(byDefault ? field.defaultChecked : field.checked);
  if (!(field instanceof HTMLSelectElement)) return byDefault ? field.defaultValue : field.value;
  if (!byDefault) return field.value;
  return (Array.from(field.options).find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
}

function put(field: Field, state: string): void {
  if (isChoice(field)) field.checked = state === "true";
  else if (!(field instanceof HTMLSelectElement) || Array.from(field.options).some(({ value }) => value === state)) field.value = state;
}
