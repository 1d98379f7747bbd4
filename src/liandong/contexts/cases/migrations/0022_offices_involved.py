"""Offices involved have a table. Nothing waits for it; the backfill `cases.parts` fills it in for cases of before."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0021_lines_name_their_task"), ("orgs", "0005_rooms_off")]

    operations = [
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
    ]
