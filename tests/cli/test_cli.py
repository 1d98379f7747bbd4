import os
import subprocess
import sys
from pathlib import Path


def liandong(tmp_path: Path, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"LIANDONG_DATA": str(tmp_path), **env}
    return subprocess.run(
        [sys.executable, "-m", "liandong", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_help_lists_our_own_commands(tmp_path: Path) -> None:
    result = liandong(tmp_path, "help")
    assert result.returncode == 0, result.stderr
    for name in ("./liandong up", "seed", "welcome", "worker", "ledger"):
        assert name in result.stdout


def test_a_command_that_does_not_exist_is_a_sentence_without_traceback(tmp_path: Path) -> None:
    result = liandong(tmp_path, "nonsense")
    assert result.returncode != 0
    assert "nonsense" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_is_away_is_one_sentence_in_both_languages(tmp_path: Path) -> None:
    result = liandong(tmp_path, "migrate", DATABASE_URL="postgresql://liandong@127.0.0.1:1/x")
    assert result.returncode == 1
    assert "数据库没有回应" in result.stderr
    assert "The database does not answer" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_nobody_foresaw_goes_into_a_log_and_one_sentence(tmp_path: Path) -> None:
    result = liandong(tmp_path, "shell", "-c", "raise RuntimeError('odd')")
    assert result.returncode == 1
    assert "RuntimeError: odd" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Traceback" in (tmp_path / "logs" / "commands.log").read_text()


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "liandong", "help"]
    environment = os.environ | {"LIANDONG_DATA": str(tmp_path)}
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read().decode()
    assert said == ""
