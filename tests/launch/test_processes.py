import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from liandong.launch import processes
from liandong.launch.processes import ChildRecord, alive, run_lines, start, stop_session

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def until(condition: Callable[[], bool], patience_s: float = 20.0) -> bool:
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def run_python(body: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(body), *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


PARENT = """
    import sys, time
    from pathlib import Path
    from liandong.launch.processes import ChildRecord, start
    program = "import signal, time; print(1, flush=True); time.sleep(600)"
    if sys.argv[2] == "stubborn":
        program = program.replace("print", "signal.signal(signal.SIGTERM, signal.SIG_IGN); print")
    child = start([sys.executable, "-c", program], record=ChildRecord(Path(sys.argv[1])), stdout=-1)
    child.stdout.readline()
    print(child.pid, flush=True)
    time.sleep(600)
"""


def test_a_child_dies_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = run_python(PARENT, tmp_path / "children", "willing")
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    assert until(lambda: not alive(child))


def test_a_child_that_outlives_a_killed_parent_is_ended_by_the_next_start(tmp_path: Path) -> None:
    record = ChildRecord(tmp_path / "children")
    parent = run_python(PARENT, record.path, "stubborn")
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    assert alive(child)
    assert record.end_orphans(patience_s=0.2) == 1
    assert not alive(child)
    assert record.end_orphans() == 0


def test_a_number_that_another_process_has_now_is_left_alone(tmp_path: Path) -> None:
    bystander = start(SLEEP)
    record = ChildRecord(tmp_path / "children")
    record.add(bystander.pid)
    text = record.path.read_text()
    started = processes.process_started(bystander.pid)
    assert started is not None
    record.path.write_text(text.replace(str(started), str(started - 1)))
    assert record.end_orphans() == 0
    assert alive(bystander.pid)
    stop_session(bystander)


def test_a_record_of_an_earlier_boot_means_nothing(tmp_path: Path) -> None:
    bystander = start(SLEEP)
    record = ChildRecord(tmp_path / "children")
    record.add(bystander.pid)
    record.path.write_text(record.path.read_text().replace(processes.boot_id(), "another"))
    assert record.end_orphans() == 0
    assert alive(bystander.pid)
    stop_session(bystander)


def test_a_record_cut_short_is_no_obstacle(tmp_path: Path) -> None:
    record = ChildRecord(tmp_path / "children")
    record.path.write_text('{"pid": 1, "sta')
    assert record.end_orphans() == 0


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    assert until(lambda: not alive(child.pid))
    assert processes.stat_fields(child.pid) is not None
    child.wait()


def test_output_comes_line_by_line_and_into_the_log(tmp_path: Path) -> None:
    lines: list[str] = []
    program = "import sys; print('一'); print('two', file=sys.stderr); sys.exit(3)"
    outcome = run_lines([sys.executable, "-c", program], lines.append, log=tmp_path / "x.log")
    assert (outcome.code, sorted(lines)) == (3, ["two", "一"])
    assert "一" in (tmp_path / "x.log").read_text()


def test_an_exception_while_reading_ends_the_child() -> None:
    seen: list[int] = []

    def stop(line: str) -> None:
        seen.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_lines([sys.executable, "-c", "import os,time; print(os.getpid(), flush=True); time.sleep(600)"], stop)
    assert not alive(seen[0])


def test_a_program_that_does_not_exist_ends_with_127() -> None:
    outcome = run_lines(["/nonexistent/program"], lambda _: None)
    assert outcome.code == 127
    assert "/nonexistent/program" in outcome.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run something as another account")
def test_another_account_needs_nothing_of_ours_to_be_readable() -> None:
    lines: list[str] = []
    account = processes.Account(65534, 65534)
    outcome = run_lines(["id", "-u"], lines.append, folder=Path("/"), account=account)
    assert (outcome.code, lines) == (0, ["65534"])


def test_the_death_signal_is_the_one_asked_for() -> None:
    program = """
        import ctypes
        number = ctypes.c_int()
        ctypes.CDLL(None).prctl(2, ctypes.byref(number), 0, 0, 0)
        print(number.value)
    """
    child = start([sys.executable, "-c", textwrap.dedent(program)], death_signal=signal.SIGINT, stdout=subprocess.PIPE)
    out, _ = child.communicate()
    assert out.decode().split() == [str(int(signal.SIGINT))]
