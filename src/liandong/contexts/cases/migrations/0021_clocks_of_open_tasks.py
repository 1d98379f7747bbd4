"""Open tasks get the clocks of their case, whose they were so far; a few thousand at a time, beside running work, and
again from where it was stopped. The ledger's words on tasks from before say nothing of these columns.
"""

from django.db import migrations

_AT_A_TIME = 2000
_FILL = """
UPDATE cases_task AS task SET accept_budget = matter.accept_budget, finish_budget = matter.finish_budget,
    accept_due_at = matter.accept_due_at, yellow_at = matter.yellow_at, red_at = matter.red_at,
    provisional = matter.provisional
FROM (SELECT id, case_id FROM cases_task WHERE done_at IS NULL AND kind <> 'assist' AND id > %s
    ORDER BY id LIMIT %s FOR UPDATE) AS wanted
JOIN cases_case matter ON matter.id = wanted.case_id
WHERE task.id = wanted.id AND task.accept_budget = '' AND task.finish_budget = ''
"""
_LAST = """
SELECT max(id) FROM (SELECT id FROM cases_task WHERE done_at IS NULL AND kind <> 'assist' AND id > %s
    ORDER BY id LIMIT %s) AS wanted
"""


def fill(apps, schema_editor):
    until = 0
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
        while until is not None:
            cursor.execute(_LAST, [until, _AT_A_TIME])
            (last,) = cursor.fetchone()
            cursor.execute(_FILL, [until, _AT_A_TIME])
            until = last
        cursor.execute("RESET lock_timeout")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0020_clocks_of_tasks")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
