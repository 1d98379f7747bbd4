"""A batch at work is a job; those of the version before go on."""

from django.db import migrations

_AS_JOBS = """
INSERT INTO jobs_job (kind, key, "group", arguments, progress, created_at, next_at, ordered, attempts, error, holder)
SELECT 'batches.go_on', id::text, '', '{}', '{}', created_at, now(), 1, 0, '', ''
FROM console_batch WHERE state IN ('running', 'undoing')
ON CONFLICT (kind, key) DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ("batches", "0001_initial"),
        ("jobs", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(_AS_JOBS, migrations.RunSQL.noop),
    ]
