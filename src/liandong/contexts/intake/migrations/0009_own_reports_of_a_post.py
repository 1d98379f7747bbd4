"""The reports of a post are found by an index, built beside the service."""

from django.db import migrations, models

from liandong.foundation.migrating import public as migrating


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("intake", "0008_kinds_rule_in_code")]

    operations = [
        migrating.AddIndexBeside(
            "report",
            models.Index(
                models.F("staff"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("staff__isnull", False)),
                name="report_of_post",
            ),
        ),
    ]
