"""Parts of a case have a table."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("cases", "0026_reworked_cases")]

    operations = [
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.task",
                    ),
                ),
                ("source", models.CharField(max_length=8)),
                ("asked_by", models.CharField(max_length=40)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("extension_asked", models.CharField(blank=True, db_default="", default="", max_length=12)),
                ("extension_count", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "answer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.message",
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.message",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
            options={"db_table": "joint_part"},
        ),
    ]
