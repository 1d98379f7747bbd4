"""A notification is about a stream, a case as any other: `about_id` has what so far only `case` told.

The backfill `notifications.streams` fills what the version before wrote and still writes; its constraint stays beside the
new one until the version that drops `case`.
"""

from django.db import migrations, models

from liandong.foundation.migrating import public as migrating

_ONCE = ["staff", "report", "about", "about_id", "kind", "key"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0005_messages_are_sent_by_jobs")]

    operations = [
        migrating.AddUniqueBeside(
            "notification",
            models.UniqueConstraint(fields=_ONCE, name="notification_once_of_stream", nulls_distinct=False),
        ),
        migrating.AddIndexBeside(
            "notification",
            models.Index(
                fields=["id"],
                condition=models.Q(("about", "case"), ("about_id", None), ("case__isnull", False)),
                name="notification_of_before",
            ),
        ),
    ]
