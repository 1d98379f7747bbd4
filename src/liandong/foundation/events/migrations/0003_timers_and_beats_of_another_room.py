"""When timers ran and workers moved belongs to the room `jobs`; in the database nothing changes."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("events", "0002_held_timers_and_worker_beats"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="TimerRun"),
                migrations.DeleteModel(name="WorkerBeat"),
            ],
        ),
    ]
