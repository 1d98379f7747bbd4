"""An index that leads to what a filter picks of the open cases, built beside the running service. What an interrupted
build left behind is built anew, what it finished is kept.
"""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
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


_PICKED = models.Index(
    "state",
    "channel",
    "severity",
    "yellow_at",
    "red_at",
    "received_at",
    "id",
    "office",
    "town",
    "village",
    "cell",
    "assignee",
    "category_code",
    "is_private",
    "complained_office",
    "complained_staff",
    condition=models.Q(("closed_at", None)),
    name="case_picked_open",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("cases", "0013_salts_of_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [_BuildIndex("case", _PICKED)]
