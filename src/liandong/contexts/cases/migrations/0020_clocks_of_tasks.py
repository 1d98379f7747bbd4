"""Tasks have clocks of their own. New columns, empty: done in an instant. The backfill `cases.clocks` fills them."""

from django.db import migrations, models

_MOMENT = {"null": True}
_BUDGET = {"blank": True, "db_default": "", "default": "", "max_length": 12}


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_messages_have_an_audience")]

    operations = [
        *(
            migrations.AddField("task", name, models.CharField(**_BUDGET))
            for name in ("accept_budget", "finish_budget")
        ),
        *(
            migrations.AddField("task", name, models.DateTimeField(**_MOMENT))
            for name in ("accept_due_at", "yellow_at", "red_at")
        ),
        migrations.AddField("task", "provisional", models.BooleanField(db_default=False, default=False)),
        migrations.AlterField(
            "wordsearch",
            "scope",
            models.CharField(
                choices=[
                    ("office", "本部门"),
                    ("town", "本乡镇"),
                    ("cells", "我的网格"),
                    ("county", "全县"),
                    ("assist", "本部门协办"),
                ],
                max_length=8,
                verbose_name="范围",
            ),
        ),
    ]
