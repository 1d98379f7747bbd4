"""Deadline entries name their task. A new column, empty: done in an instant. The backfill `cases.tasks` fills it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_clocks_of_tasks")]

    operations = [
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
    ]
