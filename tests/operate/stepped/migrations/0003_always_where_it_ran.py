from django.db import migrations

from liandong.foundation.migrating import public as migrating

_CHECK = "ALTER TABLE events_timer ADD CONSTRAINT timer_place CHECK (place IS NOT NULL) NOT VALID"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_where_it_ran")]

    operations = [
        migrating.Enforces("tests.place", "SELECT FROM events_timer WHERE place IS NULL"),
        migrations.RunSQL(_CHECK, "ALTER TABLE events_timer DROP CONSTRAINT timer_place"),
        migrations.RunSQL("ALTER TABLE events_timer VALIDATE CONSTRAINT timer_place", migrations.RunSQL.noop),
    ]
