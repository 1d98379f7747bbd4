"""A notification is about a stream, a case as any other: `about_id` has what so far only `case` told.

Processes of the version before may still write and read: what they write meanwhile is filled in by the worker
(`outbox.complete`), and their constraint stays beside the new one until the version that drops `case`.
"""

from django.db import migrations, models

_AT_A_TIME = 5000
_ONCE = ["staff", "report", "about", "about_id", "kind", "key"]
_BY_CASE = ["staff", "report", "case", "kind", "key"]
_TABLE = "notifications_notification"


def fill(apps, schema_editor):
    """In portions of their own, so that nobody waits for a row longer than for one of them."""
    rows = apps.get_model("notifications", "Notification").objects.filter(about="case", about_id=None)
    rows = rows.exclude(case=None).order_by("pk")
    while ids := list(rows.values_list("pk", flat=True)[:_AT_A_TIME]):
        rows.model.objects.filter(pk__in=ids).update(about_id=models.F("case_id"))


def _constraint(fields, name):
    return migrations.AddConstraint(
        "notification", models.UniqueConstraint(fields=fields, name=name, nulls_distinct=False)
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0005_messages_are_sent_by_jobs")]

    operations = [
        migrations.RunSQL("SET lock_timeout = '5s'", "SET lock_timeout = '5s'"),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS notification_once_about", migrations.RunSQL.noop),
                migrations.RunSQL(
                    f"""
                    CREATE UNIQUE INDEX CONCURRENTLY notification_once_about ON {_TABLE}
                    (staff_id, report_id, about, about_id, kind, key) NULLS NOT DISTINCT
                    """,
                    migrations.RunSQL.noop,
                ),
                migrations.RunSQL(
                    f"""
                    BEGIN;
                    ALTER TABLE {_TABLE} RENAME CONSTRAINT notification_once TO notification_once_by_case;
                    ALTER TABLE {_TABLE} ADD CONSTRAINT notification_once UNIQUE USING INDEX notification_once_about;
                    COMMIT
                    """,
                    f"""
                    BEGIN;
                    ALTER TABLE {_TABLE} DROP CONSTRAINT notification_once;
                    ALTER TABLE {_TABLE} RENAME CONSTRAINT notification_once_by_case TO notification_once;
                    COMMIT
                    """,
                ),
            ],
            [
                migrations.RemoveConstraint("notification", "notification_once"),
                _constraint(_BY_CASE, "notification_once_by_case"),
                _constraint(_ONCE, "notification_once"),
            ],
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
