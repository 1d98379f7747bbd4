"""An order to recompute due times is a job; one that was given before is followed from where it was."""

from django.db import migrations

_AS_A_JOB = """
DO $$ BEGIN IF to_regclass('cases_recomputation') IS NOT NULL THEN
INSERT INTO jobs_job (kind, key, "group", arguments, progress, created_at, next_at, ordered, attempts, error, holder)
SELECT 'cases.recompute_due_times', '', '', '{}', jsonb_build_object('until', done_until), ordered_at,
    ordered_at + interval '5 s', 1, 0, '', ''
FROM cases_recomputation ORDER BY id DESC LIMIT 1
ON CONFLICT (kind, key) DO NOTHING;
END IF; END $$
"""
"""A database that is laid out new never had the table."""


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0016_undo_in_a_table"),
        ("jobs", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(_AS_A_JOB, migrations.RunSQL.noop),
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.DeleteModel(name="Recomputation"),
    ]
