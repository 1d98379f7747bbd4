"""`liandong rooms`: the rooms of this installation, and what `up` runs for them."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from liandong.foundation.rooms import public as rooms


class Command(BaseCommand):
    help = "房间一览，哪些已停用 · the rooms of the house, and which are off"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--services", action="store_true", help=_("各房间的常驻进程（JSON），供 up 启动"))

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["services"]:
            services = [asdict(service) for room in rooms.rooms() for service in room.services]
            self.stdout.write(json.dumps(services, ensure_ascii=False))
            return
        for room in rooms.rooms():
            self.stdout.write(f"{room.name:<16}{room.label}{'' if rooms.is_on(room.name) else '（停用 · off）'}")
