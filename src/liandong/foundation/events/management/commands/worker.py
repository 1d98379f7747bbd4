"""`liandong worker`: hands over events, does long work and what is due by the clock, until SIGTERM."""

import signal
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from liandong.foundation.events.worker import Part, Worker, run_once


class Command(BaseCommand):
    help = "后台进程：分发事件，运行定时任务和作业 · hands on events, runs timers and jobs"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help=_("处理完现有事件和到期任务后退出"))
        parser.add_argument("--only", choices=list(Part), help=_("只分发事件（events），或只做定时任务和作业（work）"))

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["once"]:
            run_once()
            return
        worker = Worker([Part(options["only"])] if options["only"] else tuple(Part))
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
