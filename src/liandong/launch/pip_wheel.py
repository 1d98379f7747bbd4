"""pip for a Python that came without `ensurepip`, as Debian's does: its wheel from the index that is set for pip, known
by its hash.
"""

import base64
import configparser
import hashlib
import html
import http.client
import json
import os
import re
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from liandong.launch import certificates, homes

VERSION = "26.2.1"
NAME = f"pip-{VERSION}-py3-none-any.whl"
SHA256 = "71138adf1f4ca900cdb7d289c21b7494329f2332b6d85f0e1c42108c0384ed3e"
CONFIGURED = ("/etc/xdg/pip/pip.conf", "/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")
TIMEOUT_S = 30
LINK = re.compile(r"""href\s*=\s*["']([^"']+)""", re.IGNORECASE)


class Unreachable(Exception):
    """No index gave the wheel; the text says how each answered, "" where none is set."""


def fetch(folder: Path) -> Path:
    """The wheel, written into `folder`. Raises `Unreachable`."""
    said: list[str] = []
    for index in indexes():
        try:
            content = _from(index)
        except (OSError, http.client.HTTPException, ValueError) as error:
            said.append(str(error))
            continue
        if content is None:
            said.append(f"{_shown(index)}: {NAME} is not there")
        elif hashlib.sha256(content).hexdigest() != SHA256:
            said.append("pip: DO NOT MATCH THE HASHES")
        else:
            path = folder / NAME
            path.write_bytes(content)
            return path
    raise Unreachable("\n".join(said))


def indexes() -> list[str]:
    """Indexes set for pip: by its environment, else by its files, of which the last that says something counts."""
    found = {}
    for option in ("index-url", "extra-index-url"):
        asked = os.environ.get(f"PIP_{option.replace('-', '_').upper()}") or _configured(option)
        found[option] = asked.split()
    return [each.rstrip("/") for each in [*found["index-url"], *found["extra-index-url"]]]


def _configured(option: str) -> str:
    files = [*CONFIGURED, os.environ.get("PIP_CONFIG_FILE", "")]
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    places = [homes.expanded(name) for name in files if name]
    parser.read([place for place in places if place], encoding="utf-8")
    sections = [section for section in ("install", "global") if parser.has_option(section, option)]
    return parser.get(sections[0], option) if sections else ""


def _from(index: str) -> bytes | None:
    page, address = _get(f"{index}/pip/")
    for link in _links(page.decode(errors="replace")):
        whole = urljoin(address, link)
        if unquote(urlsplit(whole).path).endswith(f"/{NAME}"):
            return _get(_with_account_of(index, urlunsplit(urlsplit(whole)._replace(fragment=""))))[0]
    return None


def _links(page: str) -> list[str]:
    """The simple interface of package indexes answers JSON where it can and HTML where it can't."""
    if page.lstrip().startswith("{"):
        return [file["url"] for file in json.loads(page)["files"]]
    return [html.unescape(link) for link in LINK.findall(page)]


def _get(address: str) -> tuple[bytes, str]:
    """The content and where it was at last; proxies are those of the environment."""
    parts = urlsplit(address)
    headers = {"Accept": "application/vnd.pypi.simple.v1+json, text/html;q=0.5, */*;q=0.1", "User-Agent": "liandong"}
    if parts.username:
        account = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(account.encode()).decode()}"
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    trusted = ssl.create_default_context()
    for file in certificates.files():
        trusted.load_verify_locations(file)
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trusted))
    with opener.open(urllib.request.Request(bare, headers=headers), timeout=TIMEOUT_S) as answer:  # noqa: S310
        return answer.read(), answer.url


def _with_account_of(index: str, address: str) -> str:
    """A link to the same host is asked with the account that the index was asked with."""
    account, at, host = urlsplit(index).netloc.rpartition("@")
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=f"{account}@{host}")) if at and parts.netloc == host else address


def _shown(index: str) -> str:
    """Without its account."""
    parts = urlsplit(index)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
