"""`python -m liandong NAME`: the management commands, ending in one sentence where something is wrong."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import django
from django.core.management import ManagementUtility, get_commands, load_command_class
from django.core.management.base import CommandError
from django.db.utils import InterfaceError, OperationalError
from django.utils import translation

from liandong.kernel.errors import LiandongError
from liandong.launch.arguments import OVERVIEW
from liandong.launch.ending import guarded
from liandong.launch.failure import Failure, disk_full, last_words
from liandong.launch.private import UMASK

DISK_FULL = "53100"
WRITES_FOR_OTHERS = ("collectstatic", "makemigrations", "makemessages", "compilemessages", "startapp")
NAMES_OF_HELP = ("help", "--help", "-h")


def main(typed: Sequence[str]) -> int:
    """The exit code; tracebacks go to `logs/commands.log` of the data folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liandong.app.settings")
    if not typed or typed[0] not in WRITES_FOR_OTHERS:
        os.umask(UMASK)
    data = Path(os.environ.get("LIANDONG_DATA", ".liandong"))
    return guarded(lambda: _run(list(typed)), lambda: data / "logs" / "commands.log")


def _run(typed: list[str]) -> int:
    if not typed or (typed[0] in NAMES_OF_HELP and len(typed) == 1):
        return _show_commands()
    name, *rest = typed
    asked_for_traceback = "--traceback" in rest
    raising = [] if asked_for_traceback or name in NAMES_OF_HELP else ["--traceback"]
    utility = ManagementUtility(["liandong", name, *raising, *rest])
    try:
        utility.execute()
    except CommandError as error:
        raise Failure(*_in_both(str(error)), exit_code=error.returncode) from error
    except LiandongError as error:
        raise Failure(*_in_both(error.message, error.context)) from error
    except (OperationalError, InterfaceError) as error:
        failure = _failure_of_database(error, name)
        if failure is None:
            raise
        raise failure from error
    return 0


def _failure_of_database(error: Exception, name: str) -> Failure | None:
    """For a full disk (SQLSTATE 53100) and a server that is away (no SQLSTATE, 08…, 57P…); None for all else."""
    state = getattr(error.__cause__, "sqlstate", None) or ""
    if state == DISK_FULL:
        return disk_full("PostgreSQL")
    if state and not state.startswith(("08", "57P")):
        return None
    words = last_words(str(error))
    return Failure(
        f"数据库没有回应（{words}）：请检查 DATABASE_URL，或用 ./liandong {name} 让它一并启动数据库。",
        f"The database does not answer ({words}): check DATABASE_URL, or run ./liandong {name}, which starts it.",
    )


def _in_both(message: str, context: object = None) -> tuple[str, str]:
    """A message in Chinese and in English; the same twice where there is no translation."""
    with translation.override("zh-hans"):
        zh = translation.gettext(message)
    with translation.override("en"):
        en = translation.gettext(message)
    return (zh % context, en % context) if context else (zh, en)


def _show_commands() -> int:
    """Our own commands with the first line of their help; Django's by number only."""
    django.setup()
    sys.stdout.write(OVERVIEW + "\n")
    commands = get_commands()
    ours = sorted(name for name, app in commands.items() if str(app).startswith("liandong."))
    for name in ours:
        command = load_command_class(commands[name], name)
        sys.stdout.write(f"    {name:<22}{last_words(str(command.help).split(chr(10))[0])}\n")
    sys.stdout.write(f"\n    Django: {', '.join(_django(commands))} …\n")
    return 0


def _django(commands: dict[str, str]) -> list[str]:
    wanted = ("check", "shell", "dbshell", "createsuperuser", "changepassword", "clearsessions")
    return [name for name in wanted if name in commands]
