type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Chosen = { name: string; key: string; state: string; at: number };

const FIELDS = "input[name], select[name], textarea[name]";
const NEVER = "[type=hidden], [type=file], [type=submit], [type=button], [type=password]";
const asked = new WeakMap<object, number>();
const chosen = new Map<string, Chosen>();

/** What a person chose or wrote while new content of a part of the page was on the way stays chosen and written: the
 *  server could not know of it when it made the answer. It is noted when it happens, since between the answer and the
 *  new content there is time for it too. */
export function watchChoices(): void {
  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => note(event.target), true);
  document.addEventListener("htmx:before:request", (event) => asked.set(event.detail.ctx, performance.now()));
  document.addEventListener("htmx:after:swap", (event) => {
    const since = asked.get(event.detail.ctx);
    if (since === undefined) return;
    const fields = Array.from(document.querySelectorAll<Field>(FIELDS));
    for (const each of chosen.values()) {
      const again = fields.find((field) => field.name === each.name && keyOf(field) === each.key);
      if (again && each.at >= since && stateOf(again) !== each.state) put(again, each.state);
    }
  });
}

function note(target: EventTarget | null): void {
  if (!(target instanceof Element) || !target.matches(FIELDS) || target.matches(NEVER)) return;
  const field = target as Field;
  const isRadio = field instanceof HTMLInputElement && field.type === "radio";
  const slot = isRadio ? field.name : `${field.name} ${keyOf(field)}`;
  chosen.set(slot, { name: field.name, key: keyOf(field), state: stateOf(field), at: performance.now() });
}

function isChoice(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox");
}

/** One of several fields of a name: by its value, or by `data-choice` where each answer writes the same choice anew. */
function keyOf(field: Field): string {
  return isChoice(field) ? (field.dataset.choice ?? field.value) : "";
}

function stateOf(field: Field): string {
  return isChoice(field) ? String(field.checked) : field.value;
}

function put(field: Field, state: string): void {
  if (isChoice(field)) field.checked = state === "true";
  else if (!(field instanceof HTMLSelectElement) || Array.from(field.options).some(({ value }) => value === state)) field.value = state;
}
