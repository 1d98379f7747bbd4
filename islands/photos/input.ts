import htmx from "htmx.org";
import { forgetDraft } from "../shell/drafts";
import { element, fill } from "../shell/page";
import { reasonIn } from "../shell/requests";
import { release } from "../shell/submits";
import { forget, keep, kept } from "./keep";
import { type Answer, send } from "./send";
import { isDocument, isDrawable, isImage, shrink } from "./shrink";
import { type PhotoWords, size } from "./words";

type Pick = { file: File; preview: string };

/** Photos and documents of one form: chosen bit by bit, shown, made smaller, kept over a reload, sent with the form. */
export class PhotoInput {
  private readonly words: PhotoWords;
  private readonly input: HTMLInputElement;
  private readonly form: HTMLFormElement;
  private readonly list: HTMLElement;
  private readonly status: HTMLElement;
  private readonly bar: HTMLProgressElement;
  private readonly key: string;
  private picks: Pick[] = [];

  constructor(private readonly root: HTMLElement) {
    this.words = JSON.parse(root.dataset.words ?? "{}") as PhotoWords;
    this.input = root.querySelector<HTMLInputElement>("input[type=file]")!;
    this.form = root.closest("form")!;
    this.list = root.querySelector<HTMLElement>(".photo-picks")!;
    this.status = root.querySelector<HTMLElement>(".photo-status")!;
    this.bar = root.querySelector<HTMLProgressElement>(".photo-progress")!;
    this.key = `${this.form.dataset.draft ?? location.pathname}:${this.input.name}`;
  }

  async start(): Promise<void> {
    this.input.addEventListener("change", () => void this.add(Array.from(this.input.files ?? [])));
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    document.addEventListener("liandong:draft-forgotten", (event) => {
      if ((event as CustomEvent<{ key: string }>).detail.key === this.form.dataset.draft) this.put([]);
    });
    const files = await kept(this.key);
    if (files.length === 0 || this.picks.length > 0) return;
    this.put(files);
    this.say(`${this.words.kept} ${this.countWords()}`);
  }

  private say(text: string, problem = false): void {
    this.status.textContent = text;
    this.status.classList.toggle("is-problem", problem);
  }

  private countWords(): string {
    const bytes = this.picks.reduce((sum, pick) => sum + pick.file.size, 0);
    return this.picks.length > 0 ? fill(this.words.count, { count: this.picks.length, size: size(bytes) }) : "";
  }

  private async add(chosen: File[]): Promise<void> {
    const problems: string[] = [];
    const taken = this.picks.map((pick) => pick.file);
    this.root.append(this.status, this.bar);
    this.say(this.words.preparing);
    for (const file of chosen) {
      const ready = isImage(file) ? await shrink(file) : file;
      const problem = this.problemOf(file, ready, taken.length);
      if (problem) problems.push(problem);
      else taken.push(ready);
    }
    this.put(taken);
    this.say([...new Set(problems)].join(" ") || this.countWords(), problems.length > 0);
    await keep(this.key, taken);
  }

  private problemOf(file: File, ready: File, before: number): string {
    const { maxFiles, maxBytes, maxDocumentBytes } = this.root.dataset;
    const [mostFiles, mostBytes] = [Number(maxFiles), Number(isImage(file) ? maxBytes : maxDocumentBytes)];
    if (!isImage(file) && !isDocument(file)) return fill(this.words.not_image, { name: file.name });
    if (ready.size > mostBytes) return fill(this.words.too_large, { name: file.name, size: size(mostBytes) });
    return before >= mostFiles ? fill(this.words.too_many, { count: mostFiles }) : "";
  }

  /** Shows `files` and makes them the files of the input, so that the form carries them even without this script. */
  private put(files: File[]): void {
    for (const pick of this.picks) URL.revokeObjectURL(pick.preview);
    this.picks = files.map((file) => ({ file, preview: isDrawable(file) ? URL.createObjectURL(file) : "" }));
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.input.files = transfer.files;
    this.list.hidden = files.length === 0;
    this.list.replaceChildren(...this.picks.map((pick) => this.card(pick)));
    if (files.length === 0) this.say("");
  }

  private card({ file, preview }: Pick): HTMLLIElement {
    const kind = file.name.split(".").pop()?.toUpperCase() ?? "";
    const picture = preview ? element("img", { src: preview, alt: "" }) : element("span", { class: "photo-stand-in" }, kind);
    const remove = element("button", { type: "button", "aria-label": fill(this.words.remove, { name: file.name }) }, "×");
    remove.addEventListener("click", () => void this.remove(file));
    const name = element("span", { class: "photo-name", title: file.name }, file.name);
    return element("li", {}, picture, remove, name, element("span", { class: "quiet num" }, size(file.size)));
  }

  private async remove(file: File): Promise<void> {
    const rest = this.picks.map((pick) => pick.file).filter((each) => each !== file);
    this.put(rest);
    this.say(this.countWords());
    this.input.focus();
    await keep(this.key, rest);
  }

  /** How the sending goes is told beside the button that was pressed: on a phone the photos have long left the screen. */
  private onSubmit(event: SubmitEvent): void {
    if (event.defaultPrevented || this.picks.length === 0) return;
    event.preventDefault();
    this.form.dataset.keepsSending = "";
    const submitter = event.submitter as HTMLButtonElement | null;
    const data = new FormData(this.form);
    if (submitter?.name) data.append(submitter.name, submitter.value);
    const url = submitter?.hasAttribute("formaction") ? submitter.formAction : this.form.action;
    submitter?.before(this.status, this.bar);
    void this.send(url, data);
  }

  private async send(url: string, data: FormData): Promise<void> {
    this.bar.hidden = false;
    const answer = await send(url, "POST", data, {
      sent: (percent) => {
        this.bar.value = percent;
        this.say(percent < 100 ? fill(this.words.sending, { percent }) : this.words.finishing);
      },
      waits: (seconds) => this.say(fill(this.words.retrying, { seconds }), true),
    });
    this.bar.hidden = true;
    delete this.form.dataset.keepsSending;
    if (answer && (await this.leads(answer, url))) return;
    release(this.form);
    if (!answer) this.say(this.words.gave_up, true);
    else if (!this.showForm(answer)) {
      this.say(fill(this.words.refused, { reason: reasonIn(answer.text, answer.type) || String(answer.status) }), true);
    }
  }

  /** Follows the redirect that says it is done. */
  private async leads(answer: Answer, sentTo: string): Promise<boolean> {
    const followed = answer.status === 200 && answer.url && answer.url !== new URL(sentTo, location.href).href ? answer.url : "";
    const target = answer.location || followed;
    if (!target) return false;
    await forget(this.key);
    if (this.form.dataset.draft !== undefined) forgetDraft(this.form.dataset.draft);
    location.assign(target);
    return true;
  }

  /** A form with errors comes back as a page: its main part takes the place of ours, photos are found again by key. */
  private showForm(answer: Answer): boolean {
    const page = new DOMParser().parseFromString(answer.text, "text/html");
    const [fresh, here] = [page.querySelector("main"), document.querySelector("main")];
    if (!fresh || !here || page.querySelector("[data-error]") || !fresh.querySelector("[data-photos]")) return false;
    here.replaceWith(document.adoptNode(fresh));
    htmx.process(fresh);
    document.dispatchEvent(new CustomEvent("liandong:content"));
    const summary = fresh.querySelector<HTMLElement>("[data-error-summary]");
    summary?.focus();
    summary?.scrollIntoView({ block: "start" });
    return true;
  }
}
