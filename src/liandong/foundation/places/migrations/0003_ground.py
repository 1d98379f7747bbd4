"""Roads and waters of maps. A new table: nothing waits for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0002_labels")]

    operations = [
        migrations.CreateModel(
            name="GroundShape",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("rank", models.PositiveSmallIntegerField(default=2)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("geometry", models.JSONField()),
                ("corners", models.PositiveIntegerField()),
                ("source", models.CharField(max_length=60)),
                ("source_id", models.CharField(max_length=80)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "db_table": "places_ground_shape",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "source", "source_id"), name="ground_once_per_source")
                ],
            },
        ),
    ]
