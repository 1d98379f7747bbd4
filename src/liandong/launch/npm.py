"""npm as the wheel brings it."""

import os
from collections.abc import Callable
from pathlib import Path

from liandong.launch import certificates, space
from liandong.launch.clone import Clone
from liandong.launch.processes import Outcome, run_lines


def cache(clone: Clone) -> Path:
    """Where what was fetched is kept."""
    return space.cache_home() or clone.run / "npm"


def run(clone: Clone, arguments: list[str | Path], on_line: Callable[[str], None], *, folder: Path) -> Outcome:
    """Run npm in `folder`; its cache is the person's, or the clone's where there is no room at home."""
    env = certificates.trusting(clone, clone.environment()) | {
        "PATH": f"{clone.node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "npm_config_update_notifier": "false",
        "npm_config_fetch_retries": "2",
        "npm_config_fetch_timeout": "30000",
        "NO_COLOR": "1",
        "CI": "1",
    }
    if space.cache_home() is None and "npm_config_cache" not in env:
        env["npm_config_cache"] = str(cache(clone))
    command: list[str | Path] = [clone.node, clone.npm, *arguments]
    return run_lines(command, on_line, log=clone.log, record=clone.children, env=env, folder=folder)
