"""The arguments typed after `./liandong`."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from liandong.launch import homes
from liandong.launch.failure import Failure
from liandong.launch.progress import Progress

DEFAULT_PORT = 8311
UP = "up"
TEST = "test"
SCREENSHOTS = "screenshots"
BACKUP = "backup"
RESTORE = "restore"
STATUS = "status"
HELP = "help"
WITH_CHECKS = frozenset((TEST, SCREENSHOTS))
"""These need the tools of the checks and a browser."""
OVERVIEW = """\
联动 Liandong

./liandong up [--port 8311] [--data 文件夹] [--lan] [--empty] [--take-over]
    安装并打开一个可用的县级平台 · set up and open a working county
    --lan    局域网内可访问 · reachable from the local network
    --empty  不装入示例数据 · without the fictional county
    --take-over  接替正在运行的较早版本 · takes the place of an earlier version that runs
./liandong test [pytest 参数]
    安装并运行全部检查 · set up and run every check
./liandong screenshots [文件夹] [--page 名称]
    把每个页面存成图片 · every page as a picture
./liandong backup 文件.tar  ·  ./liandong restore 文件.tar
    备份到一个文件，恢复到空的数据文件夹 · into one file, and back into an empty data folder
./liandong status [--json]
    运行状况，异常时以 1 退出 · what runs and how it is; exit code 1 where something is wrong
./liandong NAME …
    其他命令 · any other command, with --data like the ones above
"""


@dataclass(slots=True)
class Arguments:
    """`name` and what follows it; the options of `up` are empty for other commands."""

    name: str = HELP
    rest: list[str] = field(default_factory=list)
    data: Path = Path(".liandong")
    port: int = DEFAULT_PORT
    lan: bool = False
    empty: bool = False
    takes_over: bool = False


def progress_of(name: str) -> Progress:
    """`up` and `test` say on stdout what they do; of other commands stdout is their own, so it goes to stderr."""
    return Progress(sys.stdout) if name in (UP, TEST) else Progress(sys.stderr, terse=True)


def parse(typed: Sequence[str], default_data: Path) -> Arguments:
    """`--data DIR` may stand before or after the name, of any command; what follows `--` is left alone."""
    words, data = _without_data(typed)
    found = Arguments(data=(data or default_data).absolute())
    if not words or words[0] in ("-h", "--help"):
        return found
    found.name, found.rest = words[0], words[1:]
    if found.name == UP:
        _read_up(found)
    elif found.name in (BACKUP, RESTORE):
        _need_one_file(found)
    elif found.name == STATUS:
        _read_status(found)
    return found


def _without_data(typed: Sequence[str]) -> tuple[list[str], Path | None]:
    words: list[str] = []
    data: Path | None = None
    remaining = list(typed)
    while remaining:
        word = remaining.pop(0)
        if word == "--":
            return [*words, word, *remaining], data
        if word == "--data":
            if not remaining:
                raise Failure("--data 后面缺少文件夹。", "A folder is missing after --data.", exit_code=2)
            data = _folder(remaining.pop(0))
        elif word.startswith("--data="):
            data = _folder(word.removeprefix("--data="))
        else:
            words.append(word)
    return words, data


def _folder(text: str) -> Path:
    found = homes.expanded(text)
    if found is None:
        raise Failure(
            f"--data {text}：没有这个用户的主目录，请写出完整路径。",
            f"--data {text}: there is no such home, write the path in full.",
            exit_code=2,
        )
    return found


def _read_up(found: Arguments) -> None:
    remaining = found.rest
    found.rest = []
    while remaining:
        word = remaining.pop(0)
        if word == "--lan":
            found.lan = True
        elif word == "--empty":
            found.empty = True
        elif word == "--take-over":
            found.takes_over = True
        elif word in ("-h", "--help"):
            found.name = HELP
        elif word == "--port" and remaining:
            found.port = _port(remaining.pop(0))
        elif word.startswith("--port="):
            found.port = _port(word.removeprefix("--port="))
        else:
            raise Failure(
                f"up 没有选项 {word}：可用 --port、--data、--lan、--empty、--take-over。",
                f"up has no option {word}: there are --port, --data, --lan, --empty and --take-over.",
                exit_code=2,
            )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise Failure(
        f"--port {text} 不是端口号：请给出 1 到 65535 之间的数。",
        f"--port {text} is not a port: give a number from 1 to 65535.",
        exit_code=2,
    )


def _read_status(found: Arguments) -> None:
    unknown = [word for word in found.rest if word != "--json"]
    if {"-h", "--help"} & set(unknown):
        found.name = HELP
    elif unknown:
        raise Failure(
            f"status 没有选项 {unknown[0]}：可用 --json、--data。",
            f"status has no option {unknown[0]}: there are --json and --data.",
            exit_code=2,
        )


def _need_one_file(found: Arguments) -> None:
    if found.rest[:1] in (["-h"], ["--help"]):
        found.name = HELP
    elif len(found.rest) != 1:
        raise Failure(
            f"请给出一个文件名：./liandong {found.name} 文件.tar",
            f"Give one file name: ./liandong {found.name} FILE.tar",
            exit_code=2,
        )
