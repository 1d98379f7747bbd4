"""The one catalogue of texts: `extract` brings it up to the sources, `check` finds what lacks English.

Texts are Simplified Chinese in the source. A text counts as one for people when it
- is the argument of a gettext call in Python or a translate tag in a template, or
- is the first argument or the docstring of a LiandongError, or
- stands as a plain constant in kernel, adapters, foundation or contexts: pure rooms name things without Django, pages
  translate the names when they show them. What is no text for people there is listed in NOT_TEXTS.
"""

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "liandong"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
PURE_ROOMS = ("kernel", "adapters", "foundation", "contexts")

NOT_TEXTS = {
    "contexts/cases/domain/naming.py": "endings of names, words before them that name nothing",
    "contexts/categories/domain/synonym_index.py": "particles that are left out of a comparison",
    "contexts/categories/domain/danger.py": "particles that end a question",
    "contexts/categories/domain/grams.py": "the particle that a question mark is read as",
    "contexts/categories/domain/answering.py": "how a blank of an answer is written",
    "contexts/opening/domain/headers.py": "headers of columns in files, shown in the language of the page",
    "contexts/intake/domain/phones.py": "how an extension is written",
    "foundation/ledger/standalone/verify_receipt.py": "speaks both languages, without the catalogue",
    "foundation/places/domain/address.py": "signs and words by which addresses are cut",
    "foundation/places/domain/naming.py": "signs by which names of roads and house numbers are known",
    "kernel/telephone.py": "words before an extension",
    "kernel/text.py": "bounds of a range of characters",
    "kernel/masking/addresses.py": "signs of plates, words beside an address",
    "kernel/masking/folding.py": "signs for digits",
    "kernel/masking/numbers.py": "words beside a number",
    "kernel/masking/reporter.py": "words beside a name",
}
BILINGUAL = ("示例数据 · sample data", "中文")
"""Texts that stand in both languages on every page."""

UNTRANSLATED_KEYWORDS = {"help_text", "verbose_name"}
"""Django takes them once, at import: a plain one stays Chinese; one in a lazy gettext call is a text like any other."""

HAN = re.compile(r"[\u3400-\u9fff]")
PLACES = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|(%[sd])")
GETTEXT = {"gettext", "gettext_lazy", "gettext_noop", "_", "ngettext", "ngettext_lazy"} | {
    "pgettext",
    "pgettext_lazy",
    "npgettext",
    "npgettext_lazy",
}
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)")
TEMPLATE_TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
TEMPLATE_TEXT = re.compile(
    r"{%\s*(?:comment|blocktrans(?:late)?)\b.*?%}.*?{%\s*end(?:comment|blocktrans(?:late)?)\s*%}", re.DOTALL
)


@dataclass(frozen=True, order=True)
class Text:
    """One msgid. `context` and `plural` may be empty."""

    singular: str
    plural: str = ""
    context: str = ""


@dataclass
class Found:
    """Texts with the files that hold them, and what can never be translated as it stands."""

    texts: dict[Text, set[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, text: Text, where: str) -> None:
        if text.singular.strip() and text.singular not in BILINGUAL:
            self.texts.setdefault(text, set()).add(where)


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return bool(HAN.search(text))


def as_text(name: str, arguments: list[str]) -> Text | None:
    """The msgid of a gettext call by the function's name; None when it has too few literal arguments."""
    name = name.removesuffix("_lazy").removesuffix("_noop")
    context = arguments.pop(0) if "p" in name.removesuffix("gettext") and arguments else ""
    if not arguments:
        return None
    is_plural = name.removesuffix("gettext").startswith("n") and len(arguments) > 1
    return Text(arguments[0], arguments[1] if is_plural else "", context)


def template_texts(source: str) -> Iterator[Text]:
    """Texts of translate tags, blocks and `_()` in a Django template."""
    for name, arguments in TEMPLATE_CALL.findall(templatize(source)):
        values = [ast.literal_eval(each) for each in re.findall(_STRING, arguments)]
        if text := as_text(name, values):
            yield text


def bare_template_text(source: str) -> list[str]:
    """Chinese in a template that no tag translates."""
    bare = TEMPLATE_TAG.sub("\n", TEMPLATE_TEXT.sub("\n", source))
    for both in BILINGUAL:
        bare = bare.replace(both, "")
    return [line.strip() for line in bare.splitlines() if has_han(line)]


def error_classes(trees: Iterable[ast.Module]) -> set[str]:
    """Names of all classes that descend from LiandongError, by name."""
    bases = {
        node.name: {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"LiandongError"}
    while more := {name for name, parents in bases.items() if parents & found} - found:
        found |= more
    return found


class PythonTexts(ast.NodeVisitor):
    """Collects the texts of one module."""

    def __init__(self, found: Found, where: str, errors: set[str], *, is_pure_room: bool) -> None:
        self.found = found
        self.where = where
        self.errors = errors
        self.is_pure_room = is_pure_room

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        values = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if name in GETTEXT:
            if text := as_text(name, values):
                self.found.add(text, self.where)
            return
        if name in self.errors and values:
            self.found.add(Text(values[0]), self.where)
        named = [
            each.value
            for each in node.keywords
            if each.arg not in UNTRANSLATED_KEYWORDS or isinstance(each.value, ast.Call)
        ]
        for child in [*node.args, *named]:
            self.visit(child)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        doc = ast.get_docstring(node)
        if node.name in self.errors and doc:
            self.found.add(Text(doc), self.where)
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        fixed = "".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))
        if self.is_pure_room and has_han(fixed):
            where = f"{self.where}:{node.lineno}"
            self.found.problems.append(f"{where}: 拼接的文字无法翻译 a joined text cannot be translated: {fixed}")

    def visit_Assign(self, node: ast.Assign) -> None:
        is_verbose = any(isinstance(each, ast.Name) and each.id.startswith("verbose_name") for each in node.targets)
        if not is_verbose or isinstance(node.value, ast.Call):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if self.is_pure_room and isinstance(node.value, str) and has_han(node.value):
            self.found.add(Text(node.value), self.where)


def _sources(source: Path, suffix: str) -> list[Path]:
    return sorted(path for path in source.rglob(f"*{suffix}") if not {"migrations", "static"} & set(path.parts))


def collect(source: Path = SOURCE) -> Found:
    """All texts below `source`."""
    found = Found()
    trees = {path: ast.parse(path.read_text("utf-8")) for path in _sources(source, ".py")}
    errors = error_classes(trees.values())
    for path, tree in trees.items():
        where = path.relative_to(source).as_posix()
        is_pure_room = where.startswith(PURE_ROOMS) and where not in NOT_TEXTS and "management" not in path.parts
        PythonTexts(found, where, errors, is_pure_room=is_pure_room).visit(tree)
    for path in _sources(source, ".html") + _sources(source, ".txt"):
        where, text = path.relative_to(source).as_posix(), path.read_text("utf-8")
        for each in template_texts(text):
            found.add(each, where)
        for line in bare_template_text(text):
            found.problems.append(f"{where}: 没有翻译标签 not in a translate tag: {line}")
    return _merged(found)


def _merged(found: Found) -> Found:
    """A text used both with and without a plural is one entry; its plural serves both."""
    plural = {(text.singular, text.context): text for text in found.texts if text.plural}
    for text in list(found.texts):
        whole = plural.get((text.singular, text.context), text)
        if whole != text:
            found.texts[whole] |= found.texts.pop(text)
    return found


def open_catalogue(path: Path) -> polib.POFile:
    """The catalogue, or an empty one."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=0)
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Project-Id-Version": "liandong",
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgid, entry.msgctxt or ""


def _entry(text: Text, files: set[str], old: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=text.singular,
        msgctxt=text.context or None,
        occurrences=[(each, "") for each in sorted(files)],
        flags=["python-format"] if "%(" in text.singular else [],
    )
    kept = old.msgstr if old is not None else ""
    plural = (old.msgstr_plural if old is not None else None) or {0: kept, 1: kept}
    if text.plural:
        entry.msgid_plural, entry.msgstr_plural = text.plural, plural
    else:
        entry.msgstr = kept or plural[0]
    if old is not None and "fuzzy" in old.flags:
        entry.flags.append("fuzzy")
    return entry


def extract(source: Path = SOURCE, path: Path = CATALOGUE) -> int:
    """Brings the catalogue up to the sources and keeps every translation; answers how many texts are new."""
    old = open_catalogue(path)
    by_key = {_key(entry): entry for entry in old}
    found = collect(source)
    texts = sorted(found.texts, key=lambda text: (min(found.texts[text]), text))
    used = {(text.singular, text.context) for text in texts}
    new = open_catalogue(path)
    new.clear()
    new.extend(_entry(text, found.texts[text], by_key.get((text.singular, text.context))) for text in texts)
    for key, entry in by_key.items():
        if key not in used and entry.msgstr:
            entry.obsolete, entry.occurrences = True, []
            new.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))
    return len(used - set(by_key))


def _places(text: str) -> list[str]:
    return sorted({"".join(match) for match in PLACES.findall(text.replace("%%", ""))})


def _wrong(entry: polib.POEntry) -> str:
    """What is wrong with one entry, or an empty text."""
    answers = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(answers) or "fuzzy" in entry.flags:
        return "没有英文 no English"
    for answer in answers:
        if _places(answer) != _places(entry.msgid):
            return f"占位不一致 places differ: {_places(entry.msgid)} {_places(answer)}"
        if has_han(answer):
            return f"英文里有汉字 Chinese in the English: {answer}"
    return ""


def check(source: Path = SOURCE, path: Path = CATALOGUE) -> list[str]:
    """One sentence for each text that English readers would not be able to read."""
    found = collect(source)
    by_key = {_key(entry): entry for entry in open_catalogue(path) if not entry.obsolete}
    sentences = list(found.problems)
    for text, files in sorted(found.texts.items()):
        entry = by_key.get((text.singular, text.context))
        wrong = "不在目录里 not in the catalogue (tools/messages.py extract)" if entry is None else _wrong(entry)
        if wrong:
            sentences.append(f"{min(files)}: {wrong}: {text.singular}")
    return sentences


def compile_catalogue(path: Path = CATALOGUE) -> bool:
    """Writes the .mo beside the .po where it says something else, whatever the files' times are; whole or not at all.
    Answers whether it wrote.
    """
    target = path.with_suffix(".mo")
    part = target.with_name(f".{target.name}.{os.getpid()}")
    open_catalogue(path).save_as_mofile(str(part))
    if target.exists() and target.read_bytes() == part.read_bytes():
        part.unlink()
        return False
    part.replace(target)
    return True


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("action", choices=["extract", "check", "compile"])
    action = parser.parse_args(arguments).action
    if action == "extract":
        print(f"{extract()} new; {len(open_catalogue(CATALOGUE))} in all")
    if action == "compile":
        compile_catalogue()
    if action == "check":
        sentences = check()
        print("\n".join(sentences) if sentences else "每条文字都有英文 every text has its English")
        return 1 if sentences else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
