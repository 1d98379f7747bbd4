"""Indexes by which lists stay a walk after a burst, built and dropped beside the running service; those that they
replace go last. What an interrupted build left behind is built anew, what it finished is kept.
"""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class _BuildIndex(AddIndexConcurrently):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(quote_ident(%s))", [self.index.name]
            )
            (is_whole,) = cursor.fetchone() or (None,)
            if is_whole:
                return
            if is_whole is False:
                cursor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(self.index.name)}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)


_STATISTICS = """
CREATE STATISTICS IF NOT EXISTS case_clocks (mcv) ON closed_at, red_at FROM cases_case;
ANALYZE cases_case (closed_at, red_at);
"""
"""Of one that is open a clock runs mostly, of one that has ended never: the planner would take them for unrelated."""

_BUILT = [
    models.Index(
        models.F("received_at").desc(),
        models.F("id").desc(),
        "closed_at",
        "red_at",
        "category_code",
        "office",
        "town",
        name="case_newest",
    ),
    models.Index(
        "office",
        models.F("received_at").desc(),
        models.F("id").desc(),
        "closed_at",
        "red_at",
        "category_code",
        "severity",
        "channel",
        "town",
        name="case_office_newest",
    ),
    models.Index(
        "town",
        models.F("received_at").desc(),
        models.F("id").desc(),
        "closed_at",
        "red_at",
        "category_code",
        "severity",
        "channel",
        "office",
        name="case_town_newest",
    ),
    models.Index(
        "cell",
        models.F("received_at").desc(),
        models.F("id").desc(),
        "closed_at",
        "state",
        "red_at",
        "yellow_at",
        "category_code",
        name="case_cell_newest",
    ),
    models.Index("village", models.F("received_at").desc(), models.F("id").desc(), name="case_village_newest"),
    models.Index(
        models.F("received_at").desc(),
        models.F("id").desc(),
        "state",
        "red_at",
        "yellow_at",
        "severity",
        "channel",
        "category_code",
        "office",
        "town",
        "village",
        "assignee",
        condition=models.Q(("closed_at", None)),
        name="case_newest_open",
    ),
    models.Index(
        "office",
        models.F("received_at").desc(),
        models.F("id").desc(),
        "state",
        "red_at",
        "yellow_at",
        "severity",
        "channel",
        "category_code",
        "town",
        "village",
        "assignee",
        condition=models.Q(("closed_at", None)),
        name="case_office_newest_open",
    ),
    models.Index(
        "town",
        models.F("received_at").desc(),
        models.F("id").desc(),
        "state",
        "red_at",
        "yellow_at",
        "severity",
        "channel",
        "category_code",
        "office",
        "village",
        "assignee",
        condition=models.Q(("closed_at", None)),
        name="case_town_newest_open",
    ),
    models.Index(
        models.F("received_at").desc(),
        models.F("id").desc(),
        "state",
        "severity",
        "channel",
        "category_code",
        "office",
        "town",
        "village",
        "assignee",
        condition=models.Q(("closed_at__isnull", False)),
        name="case_newest_ended",
    ),
    models.Index(
        "office",
        models.F("received_at").desc(),
        models.F("id").desc(),
        "state",
        "severity",
        "channel",
        "category_code",
        "town",
        "village",
        "assignee",
        condition=models.Q(("closed_at__isnull", False)),
        name="case_office_newest_ended",
    ),
    models.Index(
        "town",
        models.F("received_at").desc(),
        models.F("id").desc(),
        "state",
        "severity",
        "channel",
        "category_code",
        "office",
        "village",
        "assignee",
        condition=models.Q(("closed_at__isnull", False)),
        name="case_town_newest_ended",
    ),
    models.Index(
        "assignee",
        models.F("received_at").desc(),
        models.F("id").desc(),
        condition=models.Q(("assignee__isnull", False)),
        name="case_assignee_newest",
    ),
    models.Index(
        "queue",
        models.F("received_at").desc(),
        models.F("id").desc(),
        condition=models.Q(("state", "received")),
        name="case_queue",
    ),
    models.Index(
        "office",
        "red_at",
        "id",
        "yellow_at",
        "received_at",
        "state",
        "severity",
        "channel",
        "category_code",
        "town",
        "village",
        "assignee",
        condition=models.Q(("red_at__isnull", False)),
        name="case_office_next_red",
    ),
    models.Index(
        "red_at",
        "id",
        "yellow_at",
        "received_at",
        "state",
        "severity",
        "channel",
        "category_code",
        "office",
        "town",
        "village",
        "assignee",
        condition=models.Q(("red_at__isnull", False)),
        name="case_next_red",
    ),
]
_REPLACED = [
    "case_received",
    "case_office_received",
    "case_town_received",
    "case_cell_received",
    "case_office_domain",
    "case_office_severity",
    "case_office_channel",
    "case_office_town",
    "case_open",
    "case_office_open",
    "case_town_open",
    "case_office_running",
    "case_running",
]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("cases", "0011_publication_and_searches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(_STATISTICS, "DROP STATISTICS IF EXISTS case_clocks"),
        *(_BuildIndex("case", index) for index in _BUILT),
        *(RemoveIndexConcurrently("case", name) for name in _REPLACED),
    ]
