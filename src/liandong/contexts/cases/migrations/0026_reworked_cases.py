"""Cases that came back unsolved are found by an index, built beside the service; a fresh case costs it nothing."""

from django.db import migrations, models

from liandong.foundation.migrating import public as migrating


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0025_recomputation_of_before")]

    operations = [
        migrating.AddIndexBeside(
            "case",
            models.Index(
                models.F("received_at").desc(),
                models.F("id").desc(),
                condition=models.Q(("closed_at", None), ("rework_count__gt", 0)),
                name="case_rework_open",
            ),
        ),
    ]
