from django.db import migrations


class Migration(migrations.Migration):
    """Due times behind the last notice are reckoned anew: holidays of the law are off by now."""

    dependencies = [
        ('calendar', '0002_day_of_notice'),
        ('events', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            "INSERT INTO events_event (type, stream_kind, stream_id, payload, at)"
            " SELECT 'CalendarLoaded', 'calendar', 0, '{}', now() WHERE EXISTS (SELECT FROM calendar_day)",
            migrations.RunSQL.noop,
        ),
    ]
