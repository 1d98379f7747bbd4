from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.AddField("TimerRun", "holder", models.TextField(blank=True, db_default="", default="")),
        migrations.AddField("TimerRun", "held_until", models.DateTimeField(null=True)),
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
    ]
