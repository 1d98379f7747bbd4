"""The names of an installation: those it answers to, and the address that every link begins with."""

import fcntl
import re
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from liandong.launch.failure import Failure

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_NAME = re.compile(r"(\.?)((?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)(?::(\d+))?")
_IPV6 = re.compile(r"()(\[[0-9a-f:.]+\])(?::(\d+))?")
_SIOCGIFADDR = 0x8915


@dataclass(frozen=True, slots=True)
class Names:
    """`hosts`: without port, a leading dot stands for all names below. `url`: scheme, name and port of what links
    begin with. `given`: the administrator has said it.
    """

    hosts: tuple[str, ...]
    url: str
    given: bool

    @property
    def mail_domain(self) -> str:
        """The part behind the @ of addresses of ours; a bare number is set in brackets."""
        name = urlsplit(self.url).hostname or "localhost"
        return f"[{name}]" if name.replace(".", "").isdigit() else name


@dataclass(frozen=True, slots=True)
class _Host:
    name: str
    port: str
    has_below: bool = False

    @property
    def allowed(self) -> str:
        return f".{self.name}" if self.has_below else self.name

    @property
    def place(self) -> str:
        return f"{self.name}:{self.port}" if self.port else self.name


def known(environ: Mapping[str, str]) -> Names:
    """By LIANDONG_URL and LIANDONG_HOSTS; without them the names of this machine. Raises Failure for what is no name,
    and behind TLS where none is given: the name of the proxy can't be guessed.
    """
    behind_tls, lan = environ.get("LIANDONG_HTTPS") == "1", environ.get("LIANDONG_LAN") == "1"
    port = environ.get("LIANDONG_PORT") or "8311"
    url = _url(environ.get("LIANDONG_URL", ""))
    hosts = [_host(each) for each in environ.get("LIANDONG_HOSTS", "").split(",") if each.strip()]
    lan_hosts = lan_addresses() if lan else []
    if not url and not hosts:
        if behind_tls:
            raise Failure(
                "已设 LIANDONG_HTTPS=1，但没有说明网站的名字：请设 LIANDONG_HOSTS=county.example"
                "（或 LIANDONG_URL=https://county.example）后再启动。",
                "LIANDONG_HTTPS=1 is set, but not the name of the site: set LIANDONG_HOSTS=county.example "
                "(or LIANDONG_URL=https://county.example), then start again.",
            )
        own = f"http://{[*lan_hosts, '127.0.0.1'][0]}:{port}"
        return Names(tuple(dict.fromkeys((*LOOPBACK, *_machine(), *lan_hosts))), own, given=False)
    told = [_host(urlsplit(url).netloc).name] if url else []
    answered = dict.fromkeys((*told, *(host.allowed for host in hosts), *LOOPBACK, *lan_hosts))
    return Names(tuple(answered), url or _first(hosts[0], port, behind_tls=behind_tls, lan=lan), given=True)


def _first(host: _Host, port: str, *, behind_tls: bool, lan: bool) -> str:
    """The address by a name alone: a proxy stands at the usual port, unless the network comes straight to us."""
    if behind_tls:
        return f"https://{host.place}"
    return f"http://{host.place}" if host.port or not lan else f"http://{host.name}:{port}"


def _host(text: str) -> _Host:
    text = text.strip()
    try:
        plain = text.lower() if text.isascii() else text.encode("idna").decode().lower()
    except UnicodeError:
        plain = ""
    found = _NAME.fullmatch(plain) or _IPV6.fullmatch(plain)
    if found is None:
        raise Failure(
            f"LIANDONG_HOSTS 中的 {text} 不是网站名：请写网站的名字，例如 county.example，多个用逗号分开，不用 *。",
            f"{text} in LIANDONG_HOSTS is no name of a site: write names such as county.example, by commas, never *.",
        )
    return _Host(found[2], found[3] or "", has_below=bool(found[1]))


def _url(text: str) -> str:
    """Scheme, name and port. Raises Failure for what isn't just that."""
    text = text.strip().rstrip("/")
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host = _host(parts.netloc)
        is_address = parts.scheme in ("http", "https") and text == f"{parts.scheme}://{parts.netloc}"
    except (ValueError, Failure):
        is_address = False
    if not is_address or host.has_below:
        raise Failure(
            f"LIANDONG_URL={text} 不是网站的网址：请写成 https://county.example，后面不带路径。",
            f"LIANDONG_URL={text} is not the address of a site: write https://county.example, without a path.",
        )
    return f"{parts.scheme}://{host.place}"


def _machine() -> list[str]:
    """The machine's own names, and those by which its neighbours find it without a name server."""
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return [each for each in (name, short, f"{short}.local") if _NAME.fullmatch(each)]


def lan_addresses() -> list[str]:
    """IPv4 addresses of this machine's interfaces, the loopback left out."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)
            except OSError:
                continue
            found.append(socket.inet_ntoa(answer[20:24]))
    return [address for address in found if not address.startswith("127.")]
