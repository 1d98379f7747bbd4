"""Tasks have clocks of their own, deadline entries name their task, offices involved have a table. Only added, done in
an instant: what is older is filled by 0021 and by the job `cases.fill_parts`.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

_MOMENT = {"null": True}
_BUDGET = {"blank": True, "db_default": "", "default": "", "max_length": 12}


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_messages_have_an_audience"),
        ("orgs", "0005_rooms_off"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        *(
            migrations.AddField("task", name, models.CharField(**_BUDGET))
            for name in ("accept_budget", "finish_budget")
        ),
        *(
            migrations.AddField("task", name, models.DateTimeField(**_MOMENT))
            for name in ("accept_due_at", "yellow_at", "red_at")
        ),
        migrations.AddField("task", "provisional", models.BooleanField(db_default=False, default=False)),
        migrations.AddField(
            "deadlineentry",
            "task",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadline_entries",
                to="cases.task",
            ),
        ),
        migrations.CreateModel(
            name="Involvement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="involved",
                        to="cases.case",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.office",
                    ),
                ),
                ("role", models.CharField(max_length=10)),
                ("received_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "cases_involvement",
                "indexes": [
                    models.Index(
                        *("office", "role", F("received_at").desc(), F("case").desc()),
                        condition=Q(until=None),
                        name="involvement_now",
                    ),
                    models.Index(
                        *("office", F("received_at").desc(), F("case").desc()),
                        condition=Q(until__isnull=False),
                        name="involvement_before",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=["case", "office"], name="involvement_of_office")],
            },
        ),
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
