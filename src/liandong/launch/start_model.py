"""The start model of the category proposal: taught at set-up, again only when letters, taxonomy or teacher change."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from liandong.launch import processes, stamps
from liandong.launch.clone import Clone
from liandong.launch.private import open_private
from liandong.launch.progress import Progress

ROOM = Path("src/liandong/contexts/categories")
MODEL = ROOM / "data" / "start_model.npz"
SOURCES = (
    "tools/start_model.py",
    "requirements.lock",
    "src/liandong/kernel/text.py",
    *(
        str(ROOM / name)
        for name in (
            "data/letters.tsv",
            "data/danger_letters.tsv",
            "data/taxonomy.json",
            "learning.py",
            "domain/assessing.py",
            "domain/grams.py",
            "domain/learned.py",
            "domain/taxonomy.py",
        )
    ),
)
PATIENCE_S = 600


@contextmanager
def taught(clone: Clone, progress: Progress) -> Iterator[None]:
    """Teaches it in a process of its own while what is inside goes on; at the end waits for it.

    Without it the product works, by synonyms alone: then a warning says so, and the next start tries again.
    """
    stamp = clone.run / "start_model.stamp"
    wanted = {"sources": stamps.digest([clone.root / name for name in SOURCES], root=clone.root)}
    if stamps.read(stamp) == wanted and (clone.root / MODEL).is_file():
        yield
        return
    clone.run.mkdir(parents=True, exist_ok=True)
    log = clone.run / "start_model.log"
    with open_private(log, "w") as said:
        child = processes.start(
            ["nice", clone.python, clone.root / "tools" / "start_model.py"],
            env=clone.environment(),
            folder=clone.root,
            stdout=said,
            stderr=said,
        )
        try:
            yield
            with progress.step("学习归类初始模型", "Teaching the first category"):
                code = child.wait(PATIENCE_S)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
    if code == 0:
        stamps.write(stamp, wanted)
        return
    sys.stderr.write(
        f"归类初始模型没有学成，暂时只按同义词归类，下次启动再试（记录：{log}）。\n"
        f"The start model of the category proposal could not be taught: synonyms alone propose until the next start "
        f"tries again (log: {log}).\n"
    )
