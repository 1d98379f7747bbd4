"""A notification is about a stream, a case as any other: `about_id` has what so far only `case` told.

The worker fills in what the version before wrote and still writes (`filling.py`); its constraint stays beside the new one
until the version that drops `case`.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_ONCE = ["staff", "report", "about", "about_id", "kind", "key"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0005_messages_are_sent_by_jobs")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS notification_once_of_stream", migrations.RunSQL.noop
                ),
                migrations.RunSQL(
                    """
                    CREATE UNIQUE INDEX CONCURRENTLY notification_once_of_stream ON notifications_notification
                    (staff_id, report_id, about, about_id, kind, key) NULLS NOT DISTINCT
                    """,
                    migrations.RunSQL.noop,
                ),
                migrations.RunSQL(
                    """
                    ALTER TABLE notifications_notification ADD CONSTRAINT notification_once_of_stream
                    UNIQUE USING INDEX notification_once_of_stream
                    """,
                    "ALTER TABLE notifications_notification DROP CONSTRAINT notification_once_of_stream",
                ),
            ],
            [
                migrations.AddConstraint(
                    "notification",
                    models.UniqueConstraint(fields=_ONCE, name="notification_once_of_stream", nulls_distinct=False),
                )
            ],
        ),
        AddIndexConcurrently(
            "notification",
            models.Index(
                fields=["id"],
                condition=models.Q(("about", "case"), ("about_id", None), ("case__isnull", False)),
                name="notification_of_before",
            ),
        ),
    ]
