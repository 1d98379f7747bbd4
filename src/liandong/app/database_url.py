"""DATABASE_URL as libpq reads it: one server or several, by address, name or socket folder, in every form it knows."""

import re
from urllib.parse import unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from liandong.launch.failure import Failure

SCHEMES = ("postgresql://", "postgres://")
_FORM = "postgresql://USER:PASSWORD@HOST:5432/DATABASE"
_SIGNS = "@ : / ? # %"
_PASSWORD = re.compile(r"(?<=[?&])password=[^&]*&?")


def read(url: str) -> dict[str, str]:
    """Libpq's keywords with their values: `host` and `port` are lists by commas where there are several servers.

    Raises Failure with a sentence that quotes no password.
    """
    _check_form(url)
    try:
        found = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error as error:
        raise _refused(str(error)) from None
    _check_servers(found)
    if not found.get("dbname") and "service" not in found:
        raise _wrong("末尾缺少数据库名", "the name of the database is missing at its end")
    return found


def sibling(url: str, database: str) -> str:
    """The same server, another database."""
    return make_conninfo(url, dbname=database)


def without_password(url: str) -> tuple[str, str | None]:
    """The URL as it may be seen by every user, and the password that it held."""
    password = read(url).get("password")
    if password is None:
        return url, None
    if not url.startswith(SCHEMES):
        return make_conninfo(**{key: value for key, value in read(url).items() if key != "password"}), password
    scheme, rest = url.split("://", 1)
    user, at, servers = rest.partition("@")
    if at and "/" not in user:
        rest = f"{user.partition(':')[0]}@{servers}"
    return f"{scheme}://{_PASSWORD.sub('', rest).rstrip('?&')}", password


def _check_form(url: str) -> None:
    if url.startswith(SCHEMES) or ("=" in url and "://" not in url.split("=", 1)[0]):
        return
    raise _wrong("应以 postgresql:// 开头", "it begins with postgresql://")


def _check_servers(found: dict[str, str]) -> None:
    hosts = found.get("host", found.get("hostaddr", "")).split(",")
    ports = found.get("port", "").split(",")
    if any("@" in host for host in hosts):
        raise _unwritten_signs()
    for port in ports:
        if port and not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
            raise _wrong(
                f"端口应是 1 到 65535 的数；IPv6 地址写在方括号里，密码里的 {_SIGNS} 要写成 %40 %3A %2F %3F %23 %25",
                "a port is a number from 1 to 65535; an IPv6 address stands in square brackets, and in a password "
                f"the signs {_SIGNS} are written %40 %3A %2F %3F %23 %25",
            )
    if len(ports) not in (1, len(hosts)):
        raise _wrong(
            f"主机 {len(hosts)} 个而端口 {len(ports)} 个：给一个共用的端口，或每个主机一个",
            f"{len(hosts)} hosts but {len(ports)} ports: give one port for all, or one for each",
        )


def _refused(words: str) -> Failure:
    """Libpq quotes what it could not read, which may be the password: only names of options are passed on."""
    option = re.search(r'invalid (?:URI query parameter|connection option) "([^"]*)"|query parameter: "([^"]*)"', words)
    if option:
        name = unquote(option[1] or option[2])[:40]
        return _wrong(f"没有 {name} 这个选项", f"there is no option {name}")
    if "percent" in words or "%00" in words:
        return _unwritten_signs()
    if "IPv6" in words or "]" in words:
        return _wrong("IPv6 地址要写在方括号里，如 [2001:db8::1]", "an IPv6 address stands in brackets: [2001:db8::1]")
    return _wrong(f"形式为 {_FORM}", f"its form is {_FORM}")


def _unwritten_signs() -> Failure:
    return _wrong(
        f"密码或用户名里的 {_SIGNS} 要写成 %40 %3A %2F %3F %23 %25",
        f"in a password or user name the signs {_SIGNS} are written %40 %3A %2F %3F %23 %25",
    )


def _wrong(zh: str, en: str) -> Failure:
    return Failure(f"看不懂 DATABASE_URL：{zh}。", f"DATABASE_URL cannot be read: {en}.")
