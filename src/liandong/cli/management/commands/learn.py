from typing import Any

from django.core.management.base import BaseCommand

from liandong.app.learning import learn, lines


class Command(BaseCommand):
    help = "从已确认的事件学习归类（每夜自动进行） · learns the category proposal from confirmed cases (also nightly)"

    def handle(self, *args: Any, **options: Any) -> None:
        lesson = learn()
        if lesson is None:
            self.stdout.write(
                "已确认的事件还太少，仍由初始模型归类 · too few confirmed cases: the start model goes on proposing"
            )
            return
        for line in lines(lesson):
            self.stdout.write(line)
