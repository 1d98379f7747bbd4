"""Messages without an audience are found by an index, built beside the service; it is empty when they are filled."""

from django.db import migrations, models

from liandong.foundation.migrating import public as migrating


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0023_kinds_rule_in_code")]

    operations = [
        migrating.AddIndexBeside(
            "message",
            models.Index(fields=["id"], condition=models.Q(("audience", "")), name="message_of_before"),
        ),
    ]
