"""`liandong health`: what `/healthz` says, asked without the web server."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from liandong.app import health


class Command(BaseCommand):
    help = "运行状况（JSON），异常时以 1 退出 · how the installation is, as JSON; exit code 1 where something is wrong"
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = health.look()
        self.stdout.write(json.dumps(found, ensure_ascii=False))
        if not found["ok"]:
            sys.exit(1)
