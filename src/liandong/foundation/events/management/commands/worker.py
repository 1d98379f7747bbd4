"""`liandong worker`: hands over events and runs timers until SIGTERM."""

import signal
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from liandong.foundation.events.worker import Worker


class Command(BaseCommand):
    help = "后台进程：分发事件，运行定时任务 · hands on events and runs timers"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help=_("处理完现有事件和到期任务后退出"))

    def handle(self, *_args: Any, **options: Any) -> None:
        worker = Worker()
        if options["once"]:
            worker.run_once()
            return
        with _called_on_signals(worker.stop):
            worker.run()


@contextmanager
def _called_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda _number, _frame: stop()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
