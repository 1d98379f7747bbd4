import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.app import groundwork
from liandong.contexts.categories import public as categories
from liandong.foundation.access import public as access
from liandong.kernel.actor import SYSTEM
from liandong.kernel.roles import Role


class Command(BaseCommand):
    help = "建立管理员账号，并装入事项分类和节假日 · creates the administrator and lays the groundwork"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-none", action="store_true", help="已有管理员时不做任何事")
        parser.add_argument("--username", default="admin")

    def handle(self, *args: Any, **options: Any) -> None:
        if not categories.taxonomy().by_code:
            groundwork.lay()
        posts = access.staff().values()
        if any(row.may(access.rights.KEEP_REGISTERS) for row in posts):
            if options["if_none"]:
                return
            raise CommandError("已有管理员账号。 · There is an administrator already.")
        password = secrets.token_urlsafe(12)
        access.import_staff(
            actor=SYSTEM,
            rows=[
                access.StaffInput(
                    options["username"], "系统管理员", Role.ADMINISTRATOR, "Administrator", password=password
                )
            ],
        )
        self.stdout.write(f"管理员 · administrator: {options['username']}")
        self.stdout.write(f"一次性显示的密码 · password, shown once: {password}")
