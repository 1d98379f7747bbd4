"""Each message that waits is sent by a job; those of the version before are."""

from django.db import migrations

_AS_JOBS = """
INSERT INTO jobs_job (kind, key, "group", arguments, progress, created_at, next_at, ordered, attempts, error, holder)
SELECT 'notifications.send', id::text, CASE WHEN means IN ('mail', 'sms') THEN means ELSE '' END, '{}', '{}',
    created_at, next_at, 1, 0, '', ''
FROM notifications_delivery WHERE state IN ('waiting', 'failed')
ON CONFLICT (kind, key) DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0004_about_other_things"),
        ("jobs", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(_AS_JOBS, migrations.RunSQL.noop),
    ]
