from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.sample import seeding


class Command(BaseCommand):
    help = "说明怎样开始 · says how to begin"

    def handle(self, *args: Any, **options: Any) -> None:
        county = orgs.county()
        if not county.name:
            self.stdout.write("本县尚未设置：请以管理员登录，再按 docs/importing.md 导入区划、部门、人员和职责清单。")
            self.stdout.write("This county isn't set up yet: sign in as administrator, then import its registers.")
            return
        if county.is_sample:
            self._sample(county)

    def _sample(self, county: orgs.CountyRow) -> None:
        self.stdout.write(f"{county.name} · {county.name_en}（示例数据，全部虚构 · fictional sample data）")
        self.stdout.write(f"示例账号 · demo logins（密码 · password: {seeding.DEMO_PASSWORD}）")
        posts = {row.username: row for row in access.staff().values()}
        for name in seeding.DEMO_LOGINS:
            if name in posts:
                self.stdout.write(f"  {name:<22}{posts[name].post_name} · {posts[name].post_name_en}")
        others = len(posts.keys() - set(seeding.DEMO_LOGINS))
        self.stdout.write(
            f"  其余 {others} 个岗位密码相同，如 handler-部门代码-1、dispatcher-乡镇；见登记册“岗位账号”。"
            f" The other {others} posts have it too: handler-OFFICE-1, dispatcher-TOWN …; see Registers, Posts."
        )
        key = settings.DATA / seeding.DEMO_KEY_FILE
        if key.exists():
            self.stdout.write(f"Open311 API key: {key.read_text().strip()}")
        self.stdout.write("先试试 · try first: 首页“上报问题”，以 handler-law-1 登录办理，再凭回执评价。")
        self.stdout.write("  Report a matter on the home page, handle it as handler-law-1, judge it by receipt.")
