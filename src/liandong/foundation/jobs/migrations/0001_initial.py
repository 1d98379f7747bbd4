"""Long work has one table; timers and beats are as another room made their tables. What a timer did that is long work
now has no last turn any more.
"""

from django.db import migrations, models

_NO_TIMERS_ANY_MORE = """
DELETE FROM events_timer WHERE name = ANY(ARRAY[
    'liandong.foundation.events.jobs.adopt_rows', 'liandong.foundation.places.jobs.index_words',
    'liandong.contexts.intake.jobs.index_words', 'liandong.contexts.cases.jobs.follow_calendar',
    'liandong.contexts.batches.jobs.go_on_with_batches', 'liandong.contexts.notifications.jobs.send_due',
    'liandong.contexts.console.jobs.go_on_with_batches', 'liandong.contexts.console.jobs.forget_unconfirmed_batches'])
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("events", "0003_timers_and_beats_of_another_room"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '3s'", migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="TimerRun",
                    fields=[
                        ("name", models.TextField(primary_key=True, serialize=False)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("error", models.TextField(blank=True)),
                        ("holder", models.TextField(blank=True, db_default="", default="")),
                        ("held_until", models.DateTimeField(null=True)),
                    ],
                    options={"db_table": "events_timer"},
                ),
                migrations.CreateModel(
                    name="WorkerBeat",
                    fields=[
                        ("id", models.TextField(primary_key=True, serialize=False)),
                        ("host", models.TextField()),
                        ("pid", models.IntegerField()),
                        ("started_at", models.DateTimeField()),
                        ("moved_at", models.DateTimeField()),
                    ],
                    options={"db_table": "events_worker"},
                ),
            ],
        ),
        migrations.AddField(
            "WorkerBeat", "does", models.CharField(blank=True, db_default="", default="", max_length=12)
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60)),
                ("key", models.CharField(blank=True, default="", max_length=60)),
                ("group", models.CharField(blank=True, default="", max_length=20)),
                ("arguments", models.JSONField(default=dict)),
                ("progress", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("ordered", models.PositiveIntegerField(default=1)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("holder", models.TextField(blank=True, default="")),
                ("held_until", models.DateTimeField(null=True)),
                ("died_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "jobs_job",
                "indexes": [
                    models.Index(
                        models.F("next_at"), models.F("id"), condition=models.Q(("died_at", None)), name="job_due"
                    ),
                    models.Index(
                        models.F("died_at"), condition=models.Q(("died_at__isnull", False)), name="job_dead"
                    ),
                    models.Index(
                        models.F("holder"), condition=models.Q(("held_until__isnull", False)), name="job_held"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="job_once")],
            },
        ),
        migrations.RunSQL(_NO_TIMERS_ANY_MORE, migrations.RunSQL.noop),
    ]
